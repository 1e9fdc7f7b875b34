"""Every page of the web interface, through HTTP."""

import re
import sqlite3
import time

import pytest

from tests.wiki_app.git import commit_file
from tests.wiki_app.otter.served import ServedWiki, Visitor


@pytest.fixture(scope="module")
def ada(served: ServedWiki) -> Visitor:
    return served.visitor("ada")


@pytest.fixture(scope="module")
def reader(served: ServedWiki) -> Visitor:
    return served.visitor("reader")


def test_the_first_page_is_there(ada: Visitor) -> None:
    assert "Welcome" in ada.get("/")


def test_a_saved_page_is_viewed_and_has_its_author(ada: Visitor, served: ServedWiki) -> None:
    ada.save("Garden/Roses", "# Roses\n\nred and *white*", "planted")
    html = ada.get("/Garden/Roses")
    assert "red and <em>white</em>" in html
    assert served.git("log", "-1", "--format=%an|%ae|%s").strip() == "Ada Łukasiewicz|ada@example.org|planted"
    assert served.git("status", "--porcelain") == ""


def test_a_page_that_is_not_there_answers_404(ada: Visitor) -> None:
    assert "not found" in ada.get("/No/Such/Page", 404)


def test_a_reader_may_not_write(reader: Visitor) -> None:
    assert "Welcome" in reader.get("/")
    reader.post("/Home/save", 403, content="x", commit="x")
    reader.get("/-/admin", 403)


def test_a_caller_without_rights_sees_nothing(served: ServedWiki) -> None:
    assert "Welcome" not in served.visitor("nobody").get("/Home", 403)


def test_the_editor_shows_the_text_and_lists_the_pages(ada: Visitor) -> None:
    ada.save("Edited", "# Edited\n\nthe text")
    html = ada.get("/Edited?edit")
    assert "the text" in html
    assert '<option value="Edited">Edited</option>' in html
    assert "the text" in ada.get("/Edited/edit")


def test_the_preview_renders_what_is_not_saved(ada: Visitor) -> None:
    answer = ada.post("/Edited/preview", content="# Edited\n\n**bold**", cursor_line="2")
    assert "<strong>bold<\\/strong>" in answer or "<strong>bold</strong>" in answer


def test_a_draft_waits_for_its_author_and_is_discarded(ada: Visitor, served: ServedWiki) -> None:
    ada.save("Drafted", "# Drafted\n\nfirst thoughts")
    ada.post(
        "/Drafted/draft", content="# Drafted\n\nsecond thoughts", revision="", cursor_line="1", cursor_ch="1"
    )
    assert "draft" in ada.get("/Drafted?edit").lower()
    assert "second thoughts" in ada.post("/Drafted?edit", draft="edit")
    assert "second thoughts" not in served.visitor("ben").get("/Drafted?edit")
    assert "discarded" in ada.post("/Drafted/draft/discard")


def test_history_diff_source_and_blame(ada: Visitor, served: ServedWiki) -> None:
    ada.save("Changing", "# Changing\n\none line", "first version")
    ada.save("Changing", "# Changing\n\nanother line", "second version")
    new, old = served.git("log", "--format=%h", "--abbrev=6", "--", "changing.md").split()
    history = ada.get("/Changing/history")
    assert "first version" in history and "second version" in history
    diff = ada.get(f"/Changing/diff/{old}/{new}")
    assert "one line" in diff and "another line" in diff
    assert "another" in ada.get(f"/Changing/diff/{old}/{new}?view=side-by-side")
    assert "one line" in ada.get(f"/Changing?revision={old}")
    assert "one line" in ada.get(f"/Changing/source/{old}")
    assert ada.get("/Changing/source?raw").startswith("# Changing\n\nanother line")
    blame = ada.get("/Changing/blame")
    assert "Ada Łukasiewicz" in blame and new in blame and old in blame
    assert "second version" in ada.get(f"/-/commit/{new}")


def test_a_commit_is_reverted(ada: Visitor, served: ServedWiki) -> None:
    ada.save("Reverted", "# Reverted\n\nbefore")
    ada.save("Reverted", "# Reverted\n\nafter")
    revision = served.git("log", "-1", "--format=%h", "--abbrev=6").strip()
    assert revision in ada.get(f"/-/revert/{revision}")
    ada.post(f"/-/revert/{revision}", message="back")
    assert "before" in ada.get("/Reverted")


def test_a_rename_takes_links_and_attachments_along(ada: Visitor, served: ServedWiki) -> None:
    ada.save("Old Name", "# Old Name\n\ntext")
    ada.upload("Old Name", "note.txt", b"attached")
    ada.save("Pointing", "# Pointing\n\nsee [[Old Name]] and [there](/Old Name)")
    ada.post("/Old Name/rename", new_pagename="New Name", message="renamed", update_backlinks="1")
    assert "[[New Name]]" in ada.get("/Pointing/source?raw")
    assert ada.get("/New Name/note.txt") == "attached"
    assert served.git("status", "--porcelain") == ""
    changed = served.git("show", "--format=", "--name-only", "HEAD").split("\n")
    assert {"new name.md", "new name/note.txt", "pointing.md"} <= set(changed)


def test_a_rename_to_a_name_that_is_taken_is_refused(ada: Visitor, served: ServedWiki) -> None:
    ada.save("One", "# One")
    ada.save("Two", "# Two")
    before = served.git("rev-parse", "HEAD")
    assert "already exists" in ada.post("/One/rename", new_pagename="Two", message="x")
    assert served.git("rev-parse", "HEAD") == before


def test_a_page_is_deleted_with_its_attachments(ada: Visitor, served: ServedWiki) -> None:
    ada.save("Doomed", "# Doomed")
    ada.upload("Doomed", "note.txt", b"attached")
    assert "Delete" in ada.get("/Doomed/delete")
    ada.post("/Doomed/delete", message="gone", recursive="recursive")
    ada.get("/Doomed", 404)
    ada.get("/Doomed/note.txt", 404)
    assert not (served.repository / "doomed").exists()
    ada.post("/Doomed/delete", 404, message="again", recursive="recursive")


def test_the_search_finds_words_and_expressions(ada: Visitor) -> None:
    ada.save("Found", "# Found\n\na quetzalcoatlus flies")
    assert "Found" in ada.post("/-/search", query="quetzalcoatlus")
    assert "Found" in ada.post("/-/search", query="quetzal[a-z]+us", is_regexp="y")


def test_the_changelog_pages_and_links(ada: Visitor, served: ServedWiki) -> None:
    ada.save("Logged", "# Logged", "a change to be seen")
    html = ada.get("/-/changelog")
    assert "a change to be seen" in html and 'href="/Logged?revision=' in html
    oldest = served.git("log", "--reverse", "--format=%H").split("\n")[0][:6]
    assert "Initial commit" in ada.get(f"/-/changelog/{oldest}")


def test_the_feeds_hold_a_hundred_entries(ada: Visitor, served: ServedWiki) -> None:
    for _ in range(101):
        served.git("commit", "-q", "--allow-empty", "-m", "one of many")
    for feed, entry in (("rss", "<item>"), ("atom", "<entry>")):
        text = ada.get(f"/-/changelog/feed.{feed}")
        assert text.count(entry) == 100


def test_the_indexes_list_pages_and_folders(ada: Visitor) -> None:
    ada.save("Tools/Hammer", "# Hammer\n\n## Handles")
    index = ada.get("/-/index")
    assert 'href="/Tools/Hammer"' in index and "Handles" in index
    assert 'href="/Tools/Hammer"' in ada.get("/Tools")
    assert "/Tools/Hammer" in ada.get("/sitemap.xml")


def test_the_sidebar_marks_the_page_and_opens_its_folders(ada: Visitor) -> None:
    ada.save("Shelf/Book", "# Book")
    ada.save("Shelf/Lamp", "# Lamp")
    html = ada.get("/Shelf/Book")
    assert '<a href="/Shelf/Book" aria-current="page">Book</a>' in html
    assert '<a href="/Shelf/Lamp">Lamp</a>' in html
    assert re.search(r'<details open><summary class="sidebarmenu"><a href="/Shelf">Shelf</a>', html)


def test_a_commit_by_plain_git_is_seen_at_once(ada: Visitor, served: ServedWiki) -> None:
    ada.save("Handmade", "# Handmade\n\nin the browser")
    assert "in the browser" in ada.get("/Handmade")
    commit_file(served.repository, "handmade.md", "# Handmade\n\nin the shell\n")
    assert "in the shell" in ada.get("/Handmade")
    commit_file(served.repository, "shelf/vase.md", "# Vase\n")
    assert 'href="/Shelf/Vase"' in ada.get("/Shelf/Book")


ADMIN_PAGES = [
    "/-/admin",
    "/-/admin/sidebar_preferences",
    "/-/admin/permissions_and_registration",
    "/-/admin/content_and_editing",
    "/-/admin/repository_management",
    "/-/admin/mail_preferences",
    "/-/admin/user_management",
    "/-/housekeeping",
    "/-/housekeeping/security-check",
    "/-/settings",
    "/-/create",
    "/-/help",
    "/-/help/syntax",
    "/-/help/admin",
    "/-/help/plugins",
    "/-/syntax",
    "/-/about",
    "/-/healthz",
    "/robots.txt",
    "/manifest.webmanifest",
    "/-/plugin-static.css",
]


@pytest.mark.parametrize("path", ADMIN_PAGES)
def test_the_pages_of_administration_and_help_answer(ada: Visitor, path: str) -> None:
    ada.get(path)


@pytest.mark.parametrize("task", ["drafts", "emptypages", "brokenwikilinks", "gitgc"])
def test_housekeeping_runs(ada: Visitor, task: str) -> None:
    ada.post("/-/housekeeping", task=task)


CLOSED_PAGES = [
    ("GET", "/-/logout"),
    ("GET", "/-/register"),
    ("POST", "/-/register"),
    ("GET", "/-/lost_password"),
    ("POST", "/-/lost_password"),
    ("GET", "/-/recover_password/token"),
    ("GET", "/-/confirm_email/token"),
    ("GET", "/-/request_confirmation_link/ada@example.org"),
    ("POST", "/-/login"),
    ("POST", "/-/settings"),
    ("GET", "/-/user/"),
    ("GET", "/-/user/1"),
    ("POST", "/-/user/1"),
    ("POST", "/-/admin/user_management"),
]


@pytest.mark.parametrize(("method", "path"), CLOSED_PAGES)
@pytest.mark.parametrize("name", ["ada", "nobody"])
def test_account_pages_are_not_there(served: ServedWiki, name: str, method: str, path: str) -> None:
    visitor = served.visitor(name)
    if method == "POST":
        visitor.post(path, 404)
    else:
        visitor.get(path, 404)


def test_a_preference_of_an_admin_page_holds(ada: Visitor) -> None:
    ada.post("/-/admin", update_preferences="true", site_name="Renamed Wiki", site_lang="en")
    assert "Renamed Wiki" in ada.get("/Home")


def test_a_preference_of_another_process_holds_at_the_next_request(ada: Visitor, served: ServedWiki) -> None:
    ada.get("/Home")
    with sqlite3.connect(served.data / "wiki.db", timeout=10) as database:
        database.execute("INSERT OR REPLACE INTO preferences VALUES ('SITE_NAME', 'Changed Outside')")
    database.close()
    assert "Changed Outside" in ada.get("/Home")


def test_many_may_save_at_once(served: ServedWiki) -> None:
    from concurrent.futures import ThreadPoolExecutor

    before = time.monotonic()

    def work(number: int) -> None:
        visitor = served.visitor("ada")
        for round_ in range(5):
            visitor.save(f"Crowd/{number}", f"# {number}\n\n{round_}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    messages = served.git("log", "--format=%H", "--", "crowd/").split()
    assert len(messages) == 20
    assert served.git("status", "--porcelain") == "", time.monotonic() - before
