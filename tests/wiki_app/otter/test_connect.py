"""The page in the menu that says how an agent is connected."""

import re
from html import unescape
from pathlib import Path

import pytest

from tests.wiki_app.otter.served import ServedWiki, Visitor
from wiki_app.clients import CLIENTS, TOKEN, URL


@pytest.fixture(scope="module")
def reader(served: ServedWiki) -> Visitor:
    return served.visitor("reader")


def test_the_menu_leads_there_behind_the_wikis_own_entries(reader: Visitor) -> None:
    html = reader.get("/Home")

    menu = html[html.index('class="sidebar-menu') : html.index('id="sidebar-toc"')]
    assert re.findall(r'href="([^"]+)"', menu) == ["/", "/-/index", "/-/connect"]
    assert "Connect an agent" in menu


def test_each_client_has_its_lines_for_this_very_server(reader: Visitor, served: ServedWiki) -> None:
    html = unescape(reader.get("/-/connect"))

    for client in CLIENTS:
        assert client.name in html
        assert client.lines_for(served.url, keyed=False) in html
    assert URL not in html and TOKEN not in html


def test_a_server_with_a_key_says_which_token_and_where(tmp_path: Path) -> None:
    config = {"public_url": "https://wiki.example.org", "programs_need_token": True}
    with ServedWiki.start(tmp_path, config=config) as wiki:
        html = unescape(wiki.visitor("reader").get("/-/connect"))

    assert "OTTERWIKI_API_KEY" in html
    for client in CLIENTS:
        assert client.lines_for("https://wiki.example.org", keyed=True) in html


def test_who_may_not_read_the_wiki_does_not_see_it(served: ServedWiki) -> None:
    nobody = served.visitor("nobody")

    assert "mcp" not in nobody.get("/-/connect", 403)


def test_a_page_says_where_its_markdown_is(reader: Visitor) -> None:
    assert '<link rel="alternate" type="text/markdown" title="Markdown" href="/Home.md" />' in reader.get(
        "/Home"
    )
    assert "text/markdown" not in reader.get("/-/changelog")
