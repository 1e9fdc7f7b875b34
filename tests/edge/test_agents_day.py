"""An agent's day on Otter Wiki's own documentation, beside a person at a browser.

Each step is looked at from three sides: what the agent is told, what a person sees, and what git has.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastmcp import Client
from mcp_types import Implementation

from tests.edge.browser import Watched, browsing
from tests.edge.server import Server, serving, wikibot
from tests.wiki_app.git import git

pytestmark = pytest.mark.edge

ROBIN = Implementation(name="robin", title="Robin", version="3.1")


@pytest.fixture
def server(tmp_path: Path, docs_bundle: Path) -> Iterator[Server]:
    assert wikibot("import", str(docs_bundle), "--data", str(tmp_path / "data")).returncode == 0
    with serving(tmp_path / "data") as server:
        yield server


@pytest.fixture
def agent(server: Server) -> Iterator["Robin"]:
    """Its client lives on a loop in a thread of its own: the browser's has the test's thread."""
    with start_blocking_portal() as portal:
        client = Client(f"{server.url}/mcp", client_info=ROBIN)
        with portal.wrap_async_context_manager(client):
            yield Robin(client, server, portal)


class Robin:
    """The agent; what it is told is the object that its client shows."""

    def __init__(self, client: Client[Any], server: Server, portal: BlockingPortal) -> None:
        self._client = client
        self._portal = portal
        self.server = server

    def __call__(self, tool: str, /, **arguments: object) -> dict[str, Any]:
        """An answer that must be none of failure."""
        result = self._portal.call(partial(self._client.call_tool, tool, arguments, raise_on_error=False))
        assert not result.is_error and result.structured_content is not None, result.content
        return result.structured_content

    def refused(self, tool: str, /, **arguments: object) -> dict[str, Any]:
        """An answer of failure."""
        result = self._portal.call(partial(self._client.call_tool, tool, arguments, raise_on_error=False))
        assert result.is_error and result.structured_content is not None
        return result.structured_content

    def committed(self, form: str = "%H") -> str:
        """The newest commit, as git shows it."""
        return git(self.server.repository, "log", "-1", f"--format={form}").strip()

    def file(self, path: str) -> str:
        """A file of HEAD, as git has it."""
        return git(self.server.repository, "show", f"HEAD:{path}")


def gone(person: Watched, path: str) -> bool:
    """Whether there is no such page; the browser itself reports the 404."""
    status = person.open(path)
    person.complaints.clear()
    return status == 404


def test_the_day(agent: Robin) -> None:
    with browsing(agent.server.url) as person:
        finds_and_reads_a_section(agent)
        edits_by_heading(agent, person)
        meets_a_person_in_other_lines(agent, person)
        meets_a_person_in_the_same_lines(agent, person)
        moves_a_page_with_its_links(agent, person)
        changes_many_pages_at_once(agent, person)
        takes_it_back(agent, person)
        says_what_has_changed(agent, person)


def finds_and_reads_a_section(agent: Robin) -> None:
    found = agent("search", query="docker compose reverse proxy", mode="keyword")
    assert "installation" in [hit["id"] for hit in found["results"][:3]]
    outline = agent("read_page", path="Installation", outline=True)
    assert any(line.endswith("## Using docker compose") for line in outline["outline"])
    section = agent("read_page", path="Installation", section="Using docker compose")
    assert section["content"].startswith("## Using docker compose\n")
    assert section["content"] in agent.file("installation.md")


def edits_by_heading(agent: Robin, person: Watched) -> None:
    page = agent("read_page", path="faq")
    edits = [
        {"op": "append", "new_string": "## May agents write here?\n\nThey may, and the history says so."},
        {"op": "set_frontmatter", "key": "tags", "new_string": "[help, questions]"},
    ]
    tried = agent("edit_page", path="faq", revision=page["revision"], edits=edits, dry_run=True)
    assert "+## May agents write here?" in tried["diff"]
    assert agent.file("faq.md") == page["content"]
    done = agent("edit_page", path="faq", revision=page["revision"], edits=edits, message="Answer a question")
    assert agent.committed() == done["revision"]
    said = agent.committed("%an|%s|%(trailers:key=Agent,valueonly)")
    assert said.startswith("Owner|Answer a question|Robin")
    assert agent.file("faq.md").startswith("---\ntags: [help, questions]\n---\n")
    person.open("/Faq")
    assert "They may, and the history says so." in person.text()
    person.open("/Faq/history")
    assert "Robin" in person.text() and "Answer a question" in person.text()


def meets_a_person_in_other_lines(agent: Robin, person: Watched) -> None:
    """The person saves while the agent still works from the older text."""
    page = agent("read_page", path="Upgrade")
    text = agent.file("upgrade.md")
    first = next(line for line in text.splitlines() if line.startswith("# "))
    person.open("/Upgrade/edit")
    person.page.wait_for_selector(".cm-content")
    person.type_text(text.replace(first, first + " your wiki", 1))
    person.save("a clearer title")
    done = agent(
        "edit_page",
        path="Upgrade",
        revision=page["revision"],
        edits=[{"op": "append", "new_string": "Robin has looked this over."}],
    )
    assert done["merged"] is True
    both = agent.file("upgrade.md")
    assert f"{first} your wiki" in both and both.endswith("Robin has looked this over.\n")
    person.open("/Upgrade")
    assert "your wiki" in person.text() and "Robin has looked this over." in person.text()


def meets_a_person_in_the_same_lines(agent: Robin, person: Watched) -> None:
    page = agent("read_page", path="Upgrade")
    text = agent.file("upgrade.md")
    person.open("/Upgrade/edit")
    person.page.wait_for_selector(".cm-content")
    person.type_text(text.replace("Robin has looked this over.", "A person has looked this over."))
    person.save("not Robin")
    theirs = agent.committed()
    edit = {"path": "Upgrade", "find": "Robin has looked this over.", "replace": "Robin has checked this."}
    refused = agent.refused("edit_page", revision=page["revision"], **edit)
    assert (refused["code"], refused["current_revision"]) == ("conflict", theirs)
    assert "+A person has looked this over." in refused["diff_since_your_revision"]
    assert agent.committed() == theirs
    again = refused["repeat_call"]
    agent(
        again["tool"], **again["arguments"], find="A person has looked", replace="A person and Robin looked"
    )
    person.open("/Upgrade")
    assert "A person and Robin looked this over." in person.text()


def moves_a_page_with_its_links(agent: Robin, person: Watched) -> None:
    before = agent("page_links", path="Configuration")
    assert before["linked_from"]
    moved = agent("move_page", path="Configuration", new_path="Settings", message="A shorter name")
    assert "Configuration -> Settings" in moved["moved"]
    assert "Configuration/Repository Management -> Settings/Repository Management" in moved["moved"]
    assert agent.committed() == moved["revision"]
    assert "[[Settings" in agent.file("installation.md")
    names = git(agent.server.repository, "ls-tree", "-r", "--name-only", "HEAD").splitlines()
    assert "settings/repository management/github-add-webhook.png" in names
    assert not [name for name in names if name.startswith("configuration")]
    person.open("/Installation")
    assert person.page.locator('a[href="/Settings"]').count() > 0
    assert gone(person, "/Configuration")
    assert person.open("/Settings") == 200
    assert (agent("page_links", path="Settings"))["linked_from"]


def changes_many_pages_at_once(agent: Robin, person: Watched) -> None:
    development = agent("read_page", path="Development")
    note = {"op": "append", "new_string": "See [[Glossary]]."}
    edits = [
        {"op": "write", "path": "Glossary", "content": "# Glossary\n\n**Page**: a Markdown file.\n"},
        {"op": "edit", "path": "Development", "revision": development["revision"], "edits": [note]},
    ]
    before = agent.committed()
    impossible = {"op": "delete", "path": "Nowhere", "revision": before}
    refused = agent.refused("apply_edits", edits=[*edits, impossible])
    assert (refused["code"], refused["index"]) == ("not_found", 2)
    assert agent.committed() == before
    done = agent("apply_edits", edits=edits, message="A glossary", idempotency_key="glossary-1")
    again = agent("apply_edits", edits=edits, message="A glossary", idempotency_key="glossary-1")
    assert again == done
    assert agent.committed() == done["revision"]
    touched = git(agent.server.repository, "show", "--name-only", "--format=", "HEAD").split()
    assert touched == ["development.md", "glossary.md"]
    person.open("/Glossary")
    assert "a Markdown file." in person.text()


def takes_it_back(agent: Robin, person: Watched) -> None:
    history = agent("page_history", path="Development")
    newest, older = history["revisions"][:2]
    assert newest["agent"] == "Robin"
    agent("revert_page", path="Development", revision=older["revision"], message="Not needed")
    assert "Glossary" not in agent.file("development.md")
    glossary = agent("read_page", path="Glossary")
    deleted = agent("delete_page", path="Glossary", revision=glossary["revision"])
    assert gone(person, "/Glossary")
    agent(deleted["undo_call"]["tool"], **deleted["undo_call"]["arguments"])
    assert person.open("/Glossary") == 200
    assert agent.file("glossary.md") == glossary["content"]


def says_what_has_changed(agent: Robin, person: Watched) -> None:
    changes = (agent("recent_changes", limit=50, agent="robin"))["changes"]
    assert {"Answer a question", "A shorter name", "A glossary", "Not needed"} <= {
        change["message"] for change in changes
    }
    by_git = git(agent.server.repository, "log", "--format=%H", "--grep=^Agent: Robin$").split()
    assert [change["revision"] for change in changes] == by_git
    people = (agent("recent_changes", limit=10))["changes"]
    assert "not Robin" in {change["message"] for change in people if "agent" not in change}
    person.open("/-/changelog")
    assert "Robin" in person.text() and "Not needed" in person.text()
