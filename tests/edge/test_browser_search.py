"""The search page and related pages, as a person sees and uses them."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.edge.browser import Watched, browsing
from tests.edge.server import Server, serving, wikibot
from tests.edge.test_browser import brightness

pytestmark = pytest.mark.edge


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, docs_bundle: Path) -> Iterator[Server]:
    """Otter Wiki's documentation, every section of it embedded."""
    data = tmp_path_factory.mktemp("search") / "data"
    for command in (["import", str(docs_bundle)], ["reindex"]):
        done = wikibot(*command, "--data", str(data))
        assert done.returncode == 0, done.stderr
    with serving(data) as running:
        yield running


def search(browser: Watched, text: str) -> None:
    """From the field in the navigation bar, by keyboard."""
    browser.page.focus("#search-query")
    browser.page.keyboard.type(text)
    with browser.page.expect_navigation():
        browser.page.keyboard.press("Enter")


@pytest.mark.parametrize("dark", [False, True])
def test_a_person_finds_a_section_by_what_it_means(server: Server, dark: bool, pictures: Path | None) -> None:
    with browsing(server.url, dark=dark) as browser:
        browser.open("/")
        search(browser, "keep a copy of my pages on another server")
        browser.picture(pictures, f"search{'-dark' if dark else ''}")
        result = browser.page.locator("#search-results > li").first
        assert "Repository Management" in result.inner_text()
        assert "meaning" in result.locator(".why").inner_text()
        mark = browser.page.locator("#search-results mark").first
        style = "element => getComputedStyle(element)"
        text, back = (mark.evaluate(f"{style}.{name}") for name in ("color", "backgroundColor"))
        assert brightness(back) - brightness(text) > 100, (text, back)
        with browser.page.expect_navigation():
            result.locator("a.headings").first.click()
        anchor = browser.page.url.partition("#")[2]
        assert anchor
        assert browser.page.locator(f"[id='{anchor}']").is_visible()


def test_the_switches_are_reached_and_set_by_keyboard(server: Server, pictures: Path | None) -> None:
    with browsing(server.url) as browser:
        browser.open("/-/search")
        browser.wait_for_focus("#search-query")
        browser.page.keyboard.type("OTTERWIKI_[A-Z]+")
        for _ in range(3):
            browser.page.keyboard.press("Tab")
        browser.page.keyboard.press("Space")
        browser.picture(pictures, "search-form")
        with browser.page.expect_navigation():
            browser.page.keyboard.press("Enter")
        assert "is_regexp=y" in browser.page.url
        assert "Search matched" in browser.text()
        assert browser.page.is_checked("#regexp")
        browser.picture(pictures, "search-exact")


def test_related_pages_stand_beside_a_page(server: Server, pictures: Path | None) -> None:
    with browsing(server.url, width=1600) as browser:
        browser.open("/Installation")
        panel = browser.page.locator("#column-extra .related-pages")
        panel.wait_for()
        browser.picture(pictures, "related")
        assert "Configuration" in panel.inner_text()
        assert "On this page" in browser.page.inner_text("#column-extra")
        with browser.page.expect_navigation():
            panel.locator("a", has_text="Configuration").first.click()
        assert browser.page.locator("article.page").is_visible()


def test_related_pages_stand_in_the_menu_of_a_small_screen(server: Server, pictures: Path | None) -> None:
    with browsing(server.url, width=1000) as browser:
        browser.open("/Installation")
        browser.page.locator("#sidebar-toc .related-pages").wait_for()
        assert browser.page.locator("#sidebar-toc .related-pages").is_visible()
        assert browser.page.locator("#extra-nav .related-pages").is_hidden()


def test_a_page_without_headings_gets_its_column_in_the_dark_too(
    server: Server, pictures: Path | None
) -> None:
    text = "How to install the wiki with docker compose, and how to configure its settings afterwards.\n" * 3
    httpx.put(f"{server.url}/api/v1/pages/plain", json={"content": text}).raise_for_status()
    wikibot_search = f"{server.url}/api/v1/search?q=docker&mode=hybrid"
    while httpx.get(wikibot_search).json().get("behind"):
        pass
    with browsing(server.url, dark=True, width=1600) as browser:
        browser.open("/Plain")
        panel = browser.page.locator(".extra-nav-container .related-pages")
        panel.wait_for()
        browser.picture(pictures, "related-dark")
        color = panel.locator("a").first.evaluate("element => getComputedStyle(element).color")
        assert brightness(color) > 100


def test_the_search_page_works_without_scripts(server: Server) -> None:
    with browsing(server.url, scripts=False) as browser:
        browser.open("/-/search")
        browser.page.fill("#search-query", "docker compose")
        with browser.page.expect_navigation():
            browser.page.press("#search-query", "Enter")
        assert browser.page.locator("#search-results > li").count() > 3
        browser.page.click("label[for=is_exact]")
        with browser.page.expect_navigation():
            browser.page.press("#search-query", "Enter")
        assert "Search matched" in browser.text()
