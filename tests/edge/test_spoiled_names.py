"""Pages whose names an HTTP API would cut or decode: every link to them leads to them, at every door."""

import html
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from tests.edge.lambdas import wiki_lambda
from tests.edge.server import serving

pytestmark = pytest.mark.edge

NAMES = ("why?", "docs/100% sure?", "docs/50%25", "C#", "docs/a&b=c+d?e", "docs/why?")
LINKS = "see [[why?]], [[docs/100% sure?]], [to](/why%3F#why) and [beside](why%3F), ![picture](./otter.txt)\n"
LINK = re.compile(r'<(?:a|form|link|img)\b[^>]*?\b(?:href|action|src)="([^"]+)"')
TITLE = re.compile(r"<title>\s*(.*?)\s*&ndash;", re.DOTALL)
TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')
WORDS = {"edit", "history", "blame", "source", "rename", "delete", "attachments", "save", "draft", "preview"}
ENV = {"WIKIBOT_EMBEDDINGS": "stand-in", "WIKIBOT_ALLOW_ANONYMOUS_WRITE": "true"}
MCP = {"accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module", params=["uvicorn", "http-api", "function-url"])
def http(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A wiki with such pages, made over REST, each with an attachment."""
    data = tmp_path_factory.mktemp("names") / "data"
    way = (
        serving(data, env=ENV)
        if request.param == "uvicorn"
        else wiki_lambda(data, request.param, None, **ENV)
    )
    with way as running, httpx.Client(base_url=running.url, timeout=60) as client:
        host = client.base_url.netloc.decode()
        client.headers.update({"Referer": f"https://{host}/", "Sec-Fetch-Site": "same-origin"})  # as browsers
        for name in NAMES:
            made = client.put("/api/v1/page", params={"path": name}, json={"content": f"# {name}\n\n{LINKS}"})
            assert made.status_code == 201, made.text
        yield client


def links(http: httpx.Client, page: str) -> set[str]:
    """The addresses of this wiki that a page of HTML shows, from the root."""
    answer = http.get(page)
    assert answer.status_code == 200, f"{page}: {answer.status_code}"
    found = {html.unescape(link).strip() for link in LINK.findall(answer.text)}
    whole = {str(answer.url.join(link)) for link in found if not link.startswith(("#", "mailto:"))}
    origin = re.compile(rf"https?://{re.escape(http.base_url.netloc.decode())}")
    return {origin.sub("", link) for link in whole if origin.match(link)}


def titled(http: httpx.Client, address: str) -> str:
    """The title of the page at an address."""
    answer = http.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    found = TITLE.search(answer.text)
    assert found, address
    return html.unescape(found[1])


@pytest.mark.parametrize("page", ["/-/index", "/-/changelog", "/C%23", "/?path=docs/100%25%20sure%3F"])
def test_every_link_that_a_page_shows_leads_somewhere(http: httpx.Client, page: str) -> None:
    nowhere = {"/rename", "/delete"}  # Otter Wiki's own, on lists of pages
    shown = {link for link in links(http, page) - nowhere if not link.startswith("/static/")}
    assert shown
    for link in shown:
        answer = http.get(link, follow_redirects=True)
        expected = 404 if link.endswith("otter.txt") else 200  # which nobody has put there
        assert answer.status_code == expected, f"{page} -> {link}"


@pytest.mark.parametrize("page", ["/-/index", "/-/changelog", "/C%23"])
def test_links_lead_to_the_page_that_they_name(http: httpx.Client, page: str) -> None:
    wanted = {"why?", "docs/100% sure?"}
    reached = {
        titled(http, link).lower() for link in links(http, page) if "path=" in link and "&" not in link
    }
    assert wanted <= reached


def test_what_can_be_done_with_a_page_is_linked_and_works(http: httpx.Client) -> None:
    menu = {link for link in links(http, "/?path=why%3F") if link.startswith("/?path=why%3F")}
    for word in ("history", "blame", "rename", "delete", "attachments"):
        assert f"/?path=why%3F/{word}" in menu
        answer = http.get(f"/?path=why%3F/{word}")
        assert "why?" in html.unescape(answer.text).lower() and answer.status_code == 200
    assert "# why?" in http.get("/?path=why%3F/source").text
    assert http.get("/?path=why%3F.md").text.startswith("# why?")


def test_a_page_is_edited_in_the_browser_and_its_history_tells(http: httpx.Client) -> None:
    editor = http.get("/?path=docs/100%25%20sure%3F?edit")
    token = TOKEN.search(editor.text)
    action = re.search(r'<form[^>]*action="([^"]*/save)"', editor.text)
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', editor.text))
    assert token and action, editor.text[:2000]
    form = {**fields, "csrf_token": token[1], "content": "# Changed\n\nby hand\n", "commit": "surely changed"}
    saved = http.post(html.unescape(action[1]), data=form)
    assert saved.status_code == 302, saved.text[:2000]
    assert http.get("/api/v1/page", params={"path": "docs/100% sure?"}).json()["content"] == form["content"]
    shown = http.get(saved.headers["location"])
    assert shown.status_code == 200 and "by hand" in shown.text

    history = http.get("/?path=docs/100%25%20sure%3F/history").text
    assert "surely changed" in history
    revision = re.search(r'href="(/\?path=docs/100%25%20sure%3F[^"]*revision=[^"]+)"', history)
    compare = http.post(
        "/?path=docs/100%25%20sure%3F/history",
        data={"csrf_token": token[1], **_first_and_last(history)},
        follow_redirects=True,
    )
    assert revision and http.get(html.unescape(revision[1])).status_code == 200
    assert compare.status_code == 200 and "by hand" in compare.text


def _first_and_last(history: str) -> dict[str, str]:
    a, b = (re.findall(rf'name="{name}" value="(\w+)"', history) for name in ("rev_a", "rev_b"))
    return {"rev_a": a[-1], "rev_b": b[0]}


def test_an_attachment_is_put_and_fetched_where_the_page_links_it(http: httpx.Client) -> None:
    token = TOKEN.search(http.get("/?path=why%3F").text)
    assert token
    put = http.post(
        "/?path=why%3F/attachments",
        data={"csrf_token": token[1], "filename": "", "message": ""},
        files={"file": ("otter.txt", b"an otter", "text/plain")},
        follow_redirects=True,
    )
    assert put.status_code == 200, put.text[:2000]
    pictures = {link for link in links(http, "/?path=why%3F") if "otter.txt" in link}
    assert len(pictures) == 1
    assert all(http.get(link).text == "an otter" for link in pictures)
    listed = {link for link in links(http, "/?path=why%3F/attachments") if link.endswith("otter.txt")}
    assert listed and all(http.get(link, follow_redirects=True).status_code == 200 for link in listed)


def test_programs_are_given_addresses_that_arrive(http: httpx.Client) -> None:
    call = {"name": "read_page", "arguments": {"path": "docs/50%25"}}
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    result = http.post("/mcp", json=asked, headers=MCP).json()["result"]["structuredContent"]
    feed = http.get("/-/changelog/feed.rss").text
    sitemap = http.get("/sitemap.xml").text
    overview = http.get("/llms.txt").text
    addresses = [result["url"]] if "url" in result else []
    addresses += re.findall(r"<loc>([^<]*path=[^<]*)</loc>", sitemap)
    addresses += re.findall(r"\((\S*path=\S*)\)", overview)
    assert addresses
    for address in addresses:
        parts = urlsplit(html.unescape(address))
        assert http.get(f"/?{parts.query}").status_code == 200, address
    assert "/why%3F" not in feed + sitemap + overview


def test_the_search_and_related_pages_link_to_them(http: httpx.Client) -> None:
    found = links(http, "/-/search?query=picture")
    assert any(link.startswith("/?path=") for link in found)
    related = re.search(r'fetch\("([^"]+related[^"]+)"\)', http.get("/?path=why%3F").text)
    assert related
    answer = http.get(related[1].encode().decode("unicode_escape"))
    assert answer.status_code == 200
    assert all(http.get(one["url"]).status_code == 200 for one in answer.json()["related"])
