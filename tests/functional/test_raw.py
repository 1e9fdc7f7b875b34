"""/llms.txt and /<page>.md: the wiki for programs that only fetch."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from starlette.responses import PlainTextResponse

from gateway.app import create_app
from gateway.services import Services, open_services
from gateway.settings import Settings
from gateway.wiki import LazyWiki
from tests.functional.rest import FILES, Rest
from tests.functional.through import serve
from wiki_app.preferences import save_preference

KEY = "a-key-for-these-tests"
INSTEAD = "the wiki's own page"
THE_WIKI = PlainTextResponse(INSTEAD, status_code=404)


@asynccontextmanager
async def opened(data: Path, **settings: object) -> AsyncIterator[Rest]:
    """The composed app, in which a sentence stands for Otter Wiki."""
    chosen = Settings.of({"data": data, "load": "first-use", "otterwiki": {}, **settings})
    async with open_services(chosen) as services:
        with_stand_in: Services = replace(services, wiki=cast("LazyWiki", THE_WIKI))
        async with (
            serve(create_app(chosen, with_stand_in), chosen, instead=INSTEAD) as transport,
            httpx.AsyncClient(transport=transport(), base_url="http://127.0.0.1:8080", timeout=60) as http,
        ):
            yield Rest(http, services, data / "repository")


@pytest.fixture
async def raw(data: Path) -> AsyncIterator[Rest]:
    async with opened(data) as raw:
        yield raw


def is_the_wikis(answer: httpx.Response) -> bool:
    return answer.text == INSTEAD


@pytest.mark.parametrize("path", ["/guide.md", "/Guide.md", "/docs/setup.md", "/Docs%2FSetup.md"])
async def test_a_page_is_its_markdown_with_frontmatter(raw: Rest, path: str) -> None:
    answer = await raw.http.get(path)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.text == FILES[path.replace("%2F", "/").lower()[1:]]


async def test_its_tag_is_the_revision_that_rest_takes(raw: Rest) -> None:
    first = await raw.http.get("/guide.md", headers={"Accept-Encoding": "identity"})
    revision = first.headers["etag"].strip('"')
    body = {"content": "# Changed\n", "revision": revision}
    changed = await raw.http.put("/api/v1/pages/guide", json=body)

    assert changed.status_code == 200
    second = await raw.http.get("/guide.md", headers={"If-None-Match": first.headers["etag"]})
    assert (second.status_code, second.text) == (200, "# Changed\n")


@pytest.mark.parametrize("path", ["/guide.md", "/llms.txt"])
async def test_who_has_it_already_gets_304_without_a_body(raw: Rest, path: str) -> None:
    tag = (await raw.http.get(path)).headers["etag"]

    for known in (tag, f'"other", {tag}', "*"):
        answer = await raw.http.get(path, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b"")
    assert (await raw.http.get(path, headers={"If-None-Match": '"other"'})).status_code == 200


async def test_a_commit_by_plain_git_is_seen_at_once(raw: Rest) -> None:
    await raw.http.get("/guide.md")
    raw.commit("guide.md", "# By hand\n")

    assert (await raw.http.get("/guide.md")).text == "# By hand\n"


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/nothing.md", {}),
        ("GET", "/.git/config.md", {}),
        ("GET", "/guide.md?edit", {}),
        ("POST", "/guide.md", {}),
        ("GET", "/guide.md", {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "document"}),
        ("GET", "/docs/llms.txt", {}),
    ],
)
async def test_the_rest_is_the_wikis(raw: Rest, method: str, path: str, headers: dict[str, str]) -> None:
    assert is_the_wikis(await raw.http.request(method, path, headers=headers))


async def test_an_address_that_a_person_types_gives_the_text(raw: Rest) -> None:
    typed = {"Sec-Fetch-Site": "none", "Sec-Fetch-Dest": "document"}

    assert (await raw.http.get("/guide.md", headers=typed)).text == FILES["guide.md"]


@pytest.mark.parametrize(
    ("files", "path"),
    [
        ({"guide.md.md": "# A page called guide.md\n"}, "/guide.md"),
        ({"llms.txt.md": "# A page called llms.txt\n"}, "/llms.txt"),
        ({"docs/a/notes.md": "# A page\n", "docs/notes.md": "# A file\n"}, "/docs/a/notes.md"),
    ],
)
async def test_a_page_or_attachment_of_that_very_name_goes_before(
    raw: Rest, files: dict[str, str], path: str
) -> None:
    for name, text in files.items():
        raw.commit(name, text)

    assert is_the_wikis(await raw.http.get(path))


async def test_the_overview_says_what_the_wiki_is_and_where_its_doors_are(raw: Rest, data: Path) -> None:
    save_preference(data / "wiki.db", "SITE_NAME", "Rig Notes")
    save_preference(data / "wiki.db", "SITE_DESCRIPTION", "What we measured")

    answer = await raw.http.get("/llms.txt")

    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.startswith("# Rig Notes\n\n> What we measured\n\n")
    for door in ("/mcp", "/api/v1/openapi.json", "/-/connect"):
        assert f"(http://127.0.0.1:8080{door})" in answer.text
    assert "4 pages" in answer.text


async def test_the_overview_names_home_first_then_what_it_links_to(raw: Rest) -> None:
    text = (await raw.http.get("/llms.txt")).text

    links = [line.split("](")[1].rstrip(")") for line in text.splitlines() if line.endswith(".md)")]
    assert links == [f"http://127.0.0.1:8080/{path}.md" for path in ("Home", "Docs/Setup", "Guide")]
    for link in links:
        assert (await raw.http.get(link)).status_code == 200


async def test_an_owners_own_overview_goes_before_ours(raw: Rest) -> None:
    raw.commit("llms.txt", "# As the owner wants it\n")

    assert (await raw.http.get("/llms.txt")).text == "# As the owner wants it\n"


async def test_the_public_address_stands_in_the_overview(data: Path) -> None:
    public = {"public_url": "https://wiki.example.org", "otterwiki": {"WRITE_ACCESS": "APPROVED"}}
    async with opened(data, **public) as raw:
        answer = await raw.http.get("/llms.txt")

    assert "(https://wiki.example.org/mcp)" in answer.text and "127.0.0.1" not in answer.text


async def test_reading_needs_the_right_to_read_or_a_token(data: Path) -> None:
    private: dict[str, Any] = {"OTTERWIKI_API_KEY": KEY, "otterwiki": {"READ_ACCESS": "APPROVED"}}
    async with opened(data, **private) as raw:
        for path in ("/guide.md", "/llms.txt"):
            refused = await raw.http.get(path)
            assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")
            allowed = await raw.http.get(path, headers={"Authorization": f"Bearer {KEY}"})
            assert allowed.status_code == 200
        assert (await raw.http.get("/nothing.md")).status_code == 401
