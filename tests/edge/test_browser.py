"""A person at the wiki, in a real browser."""

import re
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.edge.browser import Watched, browsing
from tests.edge.server import serving, wikibot
from tests.wiki_app.git import git

pytestmark = pytest.mark.edge

LAB_BOOK = """# Lab Book

Measured on *Monday* with the **new** rig, see [[Home]].

| run | volts |
|----:|------:|
|   1 |   3.3 |
|   2 |   3.1 |

## Next

- [ ] repeat at 5 V
- [x] order cables
"""


@pytest.fixture
def picture_file(tmp_path: Path) -> Path:
    image = pytest.importorskip("PIL.Image").new("RGB", (320, 200), "#336699")
    image.save(tmp_path / "rig photo.png")
    return tmp_path / "rig photo.png"


def write_a_page(browser: Watched, pictures: Path | None) -> None:
    assert browser.open("/Lab%20Book") == 404
    browser.complaints.clear()  # the browser itself reports the 404
    browser.open("/Lab%20Book/edit")
    browser.type_text(LAB_BOOK)
    browser.picture(pictures, "edit")
    browser.save("first run")
    assert browser.page.url.endswith("/Lab%20Book")
    assert "Measured on Monday" in browser.text()
    assert browser.page.locator("table td").count() == 4


def preview_and_edit(browser: Watched) -> None:
    browser.page.click("a[title^='Edit']")
    browser.type_text(LAB_BOOK.replace("3.1", "2.9"))
    browser.page.click("#preview_btn")
    browser.page.wait_for_selector("#preview_block table")
    assert "2.9" in browser.page.inner_text("#preview_block")
    browser.page.click("#editor_btn")
    browser.save("second run was 2.9 V")
    assert "2.9" in browser.text()


def attach(browser: Watched, file: Path, pictures: Path | None) -> None:
    browser.open("/Lab%20Book/attachments")
    browser.page.set_input_files("#file-upload", str(file))
    browser.page.fill("#message", "the rig")
    with browser.page.expect_navigation():
        browser.page.click("input[value=Upload]")
    assert "rig photo.png" in browser.text()
    thumbnail = browser.page.locator("td img").first
    assert thumbnail.evaluate("image => image.decode().then(() => image.naturalWidth)") == 80
    browser.picture(pictures, "attachments")


def rename(browser: Watched) -> None:
    browser.open("/Lab%20Book/rename")
    browser.page.fill("#new_pagename", "Voltage Log")
    browser.page.check("#update_backlinks", force=True)
    with browser.page.expect_navigation():
        browser.page.click("input[value=Rename]")
    assert browser.page.url.endswith("/Voltage%20Log")
    assert "Measured on Monday" in browser.text()


def look_at_the_history(browser: Watched, pictures: Path | None) -> None:
    browser.open("/Voltage%20Log/history")
    for message in ("first run", "second run was 2.9 V"):
        assert message in browser.text()
    browser.picture(pictures, "history")
    browser.page.locator("input[name=rev_a]").last.evaluate("radio => radio.click()")
    with browser.page.expect_navigation():
        browser.page.click("text=Compare Revisions >> nth=0")
    assert "2.9" in browser.text() and "3.1" in browser.text()
    browser.picture(pictures, "diff")


def revert(browser: Watched) -> None:
    browser.open("/Voltage%20Log/history")
    row = browser.page.locator("tr", has_text="second run was 2.9 V")
    with browser.page.expect_navigation():
        row.locator("a:has(.fa-undo)").click()
    with browser.page.expect_navigation():
        browser.page.click("input[value=Revert]")
    browser.open("/Voltage%20Log")
    assert "3.1" in browser.text() and "2.9" not in browser.text()


def test_a_person_writes_attaches_renames_reverts_and_looks_back(
    tmp_path: Path, picture_file: Path, pictures: Path | None
) -> None:
    with serving(tmp_path / "data") as server:
        with browsing(server.url) as browser:
            assert browser.open("/") == 200
            assert "Welcome" in browser.text()
            browser.picture(pictures, "page")
            write_a_page(browser, pictures)
            preview_and_edit(browser)
            attach(browser, picture_file, pictures)
            rename(browser)
            look_at_the_history(browser, pictures)
            revert(browser)
            browser.open("/-/changelog")
            assert "second run was 2.9 V" in browser.text()
            browser.picture(pictures, "changelog")
        log = git(server.repository, "log", "--format=%s")
        for message in ("first run", "second run was 2.9 V", "the rig"):
            assert message in log
        assert "home" in git(server.repository, "show", "HEAD:voltage log.md").lower()
        repository = server.repository
    assert git(repository, "status", "--porcelain") == ""


def brightness(color: str) -> int:
    """The brightest part of a CSS colour, 0 to 255; white for one that lets everything through."""
    red, green, blue, *alpha = (float(part) for part in re.findall(r"[\d.]+", color))
    return 255 if alpha == [0.0] else int(max(red, green, blue))


def test_the_wiki_is_readable_in_the_dark(tmp_path: Path, pictures: Path | None) -> None:
    with serving(tmp_path / "data") as server, browsing(server.url, dark=True) as browser:
        browser.open("/")
        text = browser.page.locator(".page h1").evaluate("element => getComputedStyle(element).color")
        back = browser.page.locator("body").evaluate("element => getComputedStyle(element).backgroundColor")
        assert brightness(text) > 150 > 100 > brightness(back), (text, back)
        browser.picture(pictures, "page-dark")


def test_an_imported_wiki_shows_every_page_picture_and_history_entry(
    tmp_path: Path, docs_bundle: Path, pictures: Path | None
) -> None:
    done = wikibot("import", str(docs_bundle), "--data", str(tmp_path / "data"))
    assert done.returncode == 0, done.stderr
    with serving(tmp_path / "data") as server, browsing(server.url) as browser:
        files = git(server.repository, "ls-files", "-z").split("\0")
        pages = [name.removesuffix(".md") for name in files if name.endswith(".md")]
        assert len(pages) == 17
        for page in pages:
            assert browser.open(f"/{quote(page)}") == 200, page
            images = browser.page.locator(".page img")
            for number in range(images.count()):
                width = images.nth(number).evaluate("image => image.decode().then(() => image.naturalWidth)")
                assert width > 0, f"a picture of {page} does not show"
            entries = git(server.repository, "log", "--follow", "--format=%H", "--", f"{page}.md").split()
            browser.open(f"/{quote(page)}/history")
            shown = browser.page.locator(".revision-small").all_inner_texts()
            assert {entry[:6] for entry in entries} <= set(shown), page
        attachments = [name for name in files if name and not name.endswith(".md")]
        for name in attachments:
            folder, _, file = name.rpartition("/")
            answer = browser.page.request.get(f"{server.url}/{quote(folder)}/a/{quote(file)}")
            assert answer.status == 200, name
            assert answer.body() == (server.repository / name).read_bytes(), name
        browser.open("/")
        browser.picture(pictures, "imported")
