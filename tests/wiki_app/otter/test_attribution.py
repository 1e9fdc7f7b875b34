"""An agent's change in the browser: the person's name with the agent's, the message without trailers."""

import subprocess
from datetime import UTC, datetime

import pytest

from tests.wiki_app.otter.served import ServedWiki, Visitor
from wiki_app.gitcommand import Git
from wiki_app.objects import Author
from wiki_app.otter.attribution import NameWithAgent, attribution
from wiki_app.otter.records import log_record, metadata_record
from wiki_app.repository import CommitInfo

ANN = Author("Ann", "ann@example.org")
BY_AGENT = "Tidied up\n\nAgent: Claude <b>Code\nClient: claude-code/2.1\nRequest-Id: request-77\n"


def commit(message: str) -> CommitInfo:
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    return CommitInfo("a" * 40, (), "", ANN, moment, moment, message)


def test_a_commit_without_trailers_is_shown_as_it_is() -> None:
    message = "A  message\n\nwith: a colon\n\n"

    assert attribution(ANN, message) == ("Ann", message)


def test_an_agent_stands_beside_the_person_as_text_and_as_html() -> None:
    name, message = attribution(ANN, BY_AGENT)

    assert (str(name), message) == ("Ann via Claude <b>Code", "Tidied up\n")
    assert isinstance(name, NameWithAgent)
    assert name.__html__().startswith("Ann <span")
    assert "Claude &lt;b&gt;Code" in name.__html__() and "<b>" not in name.__html__()
    assert "through claude-code/2.1" in name.__html__()


@pytest.mark.parametrize(
    ("trailers", "shown"),
    [("Client: curl/8", "Ann via curl/8"), ("Request-Id: 1", "Ann"), ("Agent: Bot", "Ann via Bot")],
)
def test_each_trailer_is_taken_off(trailers: str, shown: str) -> None:
    name, message = attribution(ANN, f"Done\n\n{trailers}\n")

    assert (str(name), message) == (shown, "Done\n")


def test_an_agent_without_a_person_stands_alone() -> None:
    name, _ = attribution(Author("", ""), "Done\n\nAgent: Bot\n")

    assert str(name) == "Bot"


def test_records_have_the_message_as_otter_wiki_expects_it() -> None:
    info = commit(BY_AGENT)

    assert log_record(info, ["a.md"])["message"] == "Tidied up"
    assert metadata_record(info, Git(None))["message"] == "Tidied up\n"  # type: ignore[arg-type]  # unused


@pytest.fixture(scope="module")
def reader(served: ServedWiki) -> Visitor:
    (served.repository / "tidied.md").write_text("# Tidied\n")
    served.git("add", "tidied.md")
    identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
    subprocess.run(["git", "-C", str(served.repository), *identity, "commit", "-qm", BY_AGENT], check=True)
    return served.visitor("reader")


@pytest.mark.parametrize("path", ["/Tidied/history", "/-/changelog", "/Tidied/blame", "/-/commit/HEAD"])
def test_pages_with_commits_name_the_agent(reader: Visitor, served: ServedWiki, path: str) -> None:
    revision = served.git("log", "-1", "--format=%H", "--", "tidied.md").strip()
    html = reader.get(path.replace("HEAD", revision))

    assert 'class="badge agent-badge"' in html
    assert "Claude &lt;b&gt;Code</span>" in html
    assert "Tidied up" in html and "request-77" not in html


def test_feeds_name_the_agent_as_text(reader: Visitor) -> None:
    assert "Ann via Claude &lt;b&gt;Code" in reader.get("/-/changelog/feed.rss")
