"""Two people at the same page, in real browsers: what each sees, and that nothing typed is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.edge.browser import Watched, browsing
from tests.edge.server import Server, serving
from tests.wiki_app.git import commit_file, git

pytestmark = pytest.mark.edge


def choose_dark(person: Watched) -> None:
    """The cookie that Otter Wiki keeps a visitor's choice of looks in."""
    cookies = person.page.context.add_cookies
    cookies([{"name": "halfmoon_preferredMode", "value": "dark-mode", "url": person.url}])


RECIPE = """# Rye bread

Stir 20 g of starter into 200 g of flour and 200 g of water, and leave it overnight.

## Dough

Add 500 g of rye flour, 10 g of salt and 350 ml of water in the morning.

## Baking

Bake for 60 minutes at 220 °C.
"""


@contextmanager
def two(url: str, *, dark: bool = False) -> Iterator[tuple[Watched, Watched]]:
    """Ann's browser and Ben's."""
    with browsing(url, dark=dark, height=1100) as ann:
        browser = ann.page.context.browser
        assert browser is not None
        context = browser.new_context(
            viewport={"width": 1280, "height": 1100}, color_scheme="dark" if dark else "light"
        )
        ben = Watched(context.new_page(), url)
        if dark:
            for who in (ann, ben):
                choose_dark(who)
        yield ann, ben
        assert ben.complaints == [], ben.complaints


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("two") / "data") as server:
        yield server


def both_edit(server: Server, ann: Watched, ben: Watched, page: str) -> None:
    """The page as it is, open in two editors."""
    commit_file(server.repository, f"{page}.md", RECIPE, "the recipe")
    for who in (ann, ben):
        who.open(f"/{page}/edit")
        who.page.wait_for_selector(".cm-content")


def test_changes_that_lie_apart_are_merged(server: Server, pictures: Path | None) -> None:
    with two(server.url) as (ann, ben):
        both_edit(server, ann, ben, "apart")
        ann.type_text(RECIPE.replace("60 minutes", "55 minutes"))
        ann.save("shorter")
        ben.type_text(RECIPE.replace("20 g of starter", "30 g of starter"))
        ben.save("more starter")

        assert "30 g of starter" in ben.text() and "55 minutes" in ben.text()
        assert "merged with what others changed" in ben.page.inner_text(".sticky-alerts")
        ben.picture(pictures, "merged")
    kept = RECIPE.replace("60 minutes", "55 minutes").replace("20 g of starter", "30 g of starter")
    assert git(server.repository, "show", "HEAD:apart.md") == kept


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_same_line_shows_both_texts_and_keeps_what_was_typed(
    server: Server, pictures: Path | None, dark: bool
) -> None:
    shade = "-dark" if dark else ""
    page = f"same{shade}"
    with two(server.url, dark=dark) as (ann, ben):
        both_edit(server, ann, ben, page)
        ann.type_text(RECIPE.replace("60 minutes at 220", "55 minutes at 230"))
        ann.save("hotter")
        typed = RECIPE.replace("60 minutes at 220", "70 minutes at 200")
        ben.type_text(typed)
        ben.save("slower")

        assert "Somebody else changed this page meanwhile" in ben.text()
        assert "hotter" in ben.text()
        assert ben.page.input_value("#text-typed") == typed
        assert "55 minutes at 230" in ben.page.input_value("#text-now")
        assert ben.page.locator("#mine-diff").is_visible()
        ben.picture(pictures, f"conflict{shade}")
        ben.page.click("summary:has-text('What others changed')")
        assert ben.page.locator("#their-diff").is_visible()
        ben.complaints.clear()  # the browser itself reports the 409

        agreed = RECIPE.replace("60 minutes at 220", "65 minutes at 210")
        ben.page.fill("#text-typed", agreed)
        with ben.page.expect_navigation():
            ben.page.click("input[value='Save my text']")
        assert "65 minutes at 210" in ben.text()
    assert git(server.repository, "show", f"HEAD:{page}.md") == agreed
    assert git(server.repository, "log", "-1", "--format=%s").strip() == "slower"


def test_an_agent_and_its_change_are_seen(server: Server, pictures: Path | None) -> None:
    said = "Weights in grams\n\nAgent: Claude Code\nClient: claude-code/2.1"
    commit_file(server.repository, "weighed.md", RECIPE, said)
    with browsing(server.url) as browser:
        browser.open("/weighed/history")
        assert "Claude Code" in browser.page.inner_text(".agent-badge")
        assert "Client:" not in browser.text()
        browser.picture(pictures, "history-agent")
        browser.open("/-/changelog")
        assert browser.page.locator(".agent-badge").count() == 1
        browser.picture(pictures, "changelog-agent")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_menu_leads_to_the_lines_that_connect_an_agent(
    server: Server, pictures: Path | None, dark: bool
) -> None:
    with browsing(server.url, dark=dark, height=1100) as browser:
        if dark:
            choose_dark(browser)
        browser.open("/")
        browser.page.click("text=Connect an agent")
        browser.page.wait_for_selector("#connect")
        assert f"claude mcp add --transport http wiki {server.url}/mcp" in browser.text()
        browser.picture(pictures, "connect-dark" if dark else "connect")
