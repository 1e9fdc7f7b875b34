"""The composed app: every door of one wiki, with what stands in front of them."""

import re
import subprocess
from collections.abc import Iterator

import httpx
import pytest

from gateway.settings import Settings
from tests.functional.composed import ADDRESS, composed

FOREIGN = {"Origin": "https://evil.example"}
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def opened() -> Iterator[tuple[httpx.Client, Settings]]:
    with composed() as pair:
        yield pair


@pytest.fixture
def wiki(opened: tuple[httpx.Client, Settings]) -> httpx.Client:
    return opened[0]


@pytest.fixture
def settings(opened: tuple[httpx.Client, Settings]) -> Settings:
    return opened[1]


def test_an_empty_folder_becomes_a_wiki_with_a_home_page(wiki: httpx.Client) -> None:
    page = wiki.get("/")

    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "</html>" in page.text


def test_what_rest_writes_the_browser_shows(wiki: httpx.Client) -> None:
    saved = wiki.put("/api/v1/pages/From-Rest", json={"content": "# Hello\n\nwritten by REST"})
    page = wiki.get("/from-rest")

    assert saved.status_code == 201
    assert "written by REST" in page.text


def test_what_the_browser_saves_rest_reads_with_the_owner_as_author(wiki: httpx.Client) -> None:
    form = wiki.get("/from-browser/edit").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
    fields = {"content": "saved in the browser", "commit": "a save", "csrf_token": token[1] if token else ""}
    saved = wiki.post("/from-browser/save", data=fields, headers={"Origin": ADDRESS}, follow_redirects=False)

    page = wiki.get("/api/v1/pages/from-browser").json()

    assert saved.status_code in {200, 302}
    assert page["content"].strip() == "saved in the browser"
    assert page["last_commit"]["author"] == "Owner"


def test_what_the_browser_saves_is_found_by_words_and_by_meaning(wiki: httpx.Client) -> None:
    form = wiki.get("/car/edit").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
    text = "The automobile did not start, its battery was flat."
    fields = {"content": text, "commit": "a save", "csrf_token": token[1] if token else ""}
    wiki.post("/car/save", data=fields, headers={"Origin": ADDRESS}, follow_redirects=False)

    assert best(wiki, "battery", "keyword") == "Car"
    assert best(wiki, "automobile", "hybrid") == "Car"
    assert best(wiki, "vehicle without electric power", "semantic") == "Car"


def best(wiki: httpx.Client, query: str, mode: str) -> str:
    """The first path; asked again while a busy machine's model is behind, which the answer says."""
    while (found := wiki.get("/api/v1/search", params={"q": query, "mode": mode}).json()).get("behind"):
        pass
    return str(found["results"][0]["path"])


def test_a_commit_by_plain_git_is_seen_at_every_door(wiki: httpx.Client, settings: Settings) -> None:
    wiki.get("/api/v1/pages")
    work = settings.repository
    (work / "by-git.md").write_text("committed by otterhound\n")
    for command in (["add", "by-git.md"], ["commit", "-q", "-m", "by git"]):
        identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
        subprocess.run(["git", "-C", str(work), *identity, *command], check=True)

    assert "otterhound" in wiki.get("/by-git").text
    assert wiki.get("/api/v1/pages/by-git").json()["last_commit"]["author"] == "Ann"
    assert wiki.get("/api/v1/search", params={"q": "otterhound"}).json()["total"] == 1


def test_health_and_readiness_name_each_part(wiki: httpx.Client) -> None:
    ready = wiki.get("/readyz").json()

    assert wiki.get("/healthz").json() == {"status": "ok"}
    assert ready["status"] == "ready"
    assert set(ready["parts"]) == {
        "identity",
        "store",
        "git",
        "working_files",
        "catalog",
        "search",
        "wiki",
        "meaning",
    }
    assert all({"state", "age"} <= set(part) for part in ready["parts"].values())
    assert ready["parts"]["git"]["detail"].startswith("git version ")


def test_readiness_counts_the_owners_uncommitted_edits(wiki: httpx.Client, settings: Settings) -> None:
    wiki.put("/api/v1/pages/edited", json={"content": "as committed"})
    file = settings.repository / "edited.md"
    committed = file.read_bytes()
    file.write_text("as the owner left it")
    try:
        part = wiki.get("/readyz").json()["parts"]["working_files"]
    finally:
        file.write_bytes(committed)

    assert (part["state"], part["count"]) == ("ready", 1)


def test_metrics_count_requests_by_door(wiki: httpx.Client) -> None:
    wiki.get("/healthz")

    metrics = wiki.get("/metrics").text

    assert re.search(
        r'wikibot_requests_total\{door="open",method="GET",process="\d+",status="200"\} [1-9]', metrics
    )


def test_every_answer_has_a_request_id_and_a_caller_may_bring_one(wiki: httpx.Client) -> None:
    for path in ("/", "/api/v1/pages", "/healthz", "/api/v1/nothing"):
        answer = wiki.get(path, headers={"X-Request-Id": "my-trace-1"})
        assert answer.headers["x-request-id"] == "my-trace-1"


@pytest.mark.parametrize(
    ("path", "kind"), [("/home/attachments", "text/plain"), ("/api/v1/pages/a", "application/json")]
)
def test_a_body_over_the_limit_is_413_at_its_door(wiki: httpx.Client, path: str, kind: str) -> None:
    pieces = (b"x" * MIB for _ in range(20))

    answer = wiki.post(path, content=pieces)

    assert answer.status_code == 413
    assert answer.headers["content-type"].startswith(kind)


def test_no_foreign_page_reaches_the_wiki(wiki: httpx.Client) -> None:
    assert wiki.get("/api/v1/pages", headers=FOREIGN).status_code == 403
    assert wiki.put("/api/v1/pages/evil", json={"content": "x"}, headers=FOREIGN).status_code == 403
    assert wiki.get("/", headers={"Host": "evil.example"}).status_code == 421
    assert wiki.get("/api/v1/pages/evil").status_code == 404


def test_html_leaves_compressed_when_the_browser_accepts_it(wiki: httpx.Client) -> None:
    packed = wiki.get("/", headers={"Accept-Encoding": "gzip"})
    plain = wiki.get("/", headers={"Accept-Encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text.rstrip().endswith("</html>")
    assert "content-encoding" not in plain.headers


def test_a_revision_answers_304_also_through_compression(wiki: httpx.Client) -> None:
    wiki.put("/api/v1/pages/long", json={"content": "word " * 1000})
    first = wiki.get("/api/v1/pages/long", headers={"Accept-Encoding": "gzip"})

    second = wiki.get("/api/v1/pages/long", headers={"If-None-Match": first.headers["etag"]})

    assert first.headers["content-encoding"] == "gzip"
    assert second.status_code == 304


@pytest.mark.parametrize("name", ["x_otterwiki_email", "X-Otterwiki-Email", "x-otterwiki_permissions"])
def test_an_identity_header_from_outside_changes_nothing(wiki: httpx.Client, name: str) -> None:
    answer = wiki.put("/api/v1/pages/spoofed", json={"content": name}, headers={name: "mallory@example.org"})
    author = wiki.get("/api/v1/pages/spoofed").json()["last_commit"]["author"]

    assert answer.status_code in {200, 201, 409}
    assert author == "Owner"


def test_a_preference_written_by_another_process_counts_at_the_next_request(
    wiki: httpx.Client, settings: Settings
) -> None:
    before = wiki.get("/").text
    script = (
        "import sys; from pathlib import Path; from wiki_app.preferences import save_preference; "
        "save_preference(Path(sys.argv[1]), 'SITE_NAME', 'Renamed Elsewhere')"
    )
    subprocess.run(["python", "-c", script, str(settings.database)], check=True)

    assert "Renamed Elsewhere" not in before
    assert "Renamed Elsewhere" in wiki.get("/").text


def test_the_name_of_a_mount_alone_is_answered_by_it_not_by_the_wiki(wiki: httpx.Client) -> None:
    answer = wiki.get("/api/v1")

    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize("name", ["acme.sh", "C Notes 1.2", "what! now", "price $5"])
def test_a_page_whose_name_otter_wiki_would_clean_is_shown_edited_and_saved(
    wiki: httpx.Client, name: str
) -> None:
    wiki.put(f"/api/v1/pages/tools/{name}", json={"content": f"# About it\n\nthe text of {name}\n"})

    page = wiki.get(f"/tools/{name}")
    form = wiki.get(f"/tools/{name}/edit").text
    history = wiki.get(f"/tools/{name}/history")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
    fields = {"content": "changed here", "commit": "by hand", "csrf_token": token[1] if token else ""}
    wiki.post(f"/tools/{name}/save", data=fields, headers={"Origin": ADDRESS})

    assert page.status_code == history.status_code == 200
    assert f"the text of {name}" in page.text
    assert f"the text of {name}" in form
    assert wiki.get(f"/api/v1/pages/tools/{name}").json()["content"].strip() == "changed here"
