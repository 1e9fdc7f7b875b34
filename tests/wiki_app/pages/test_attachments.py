"""Files that belong to pages."""

import pytest

from tests.wiki_app.git import commit_file, git
from tests.wiki_app.pages.wiki import ANNA, Wiki
from wiki_app.errors import InvalidInput, NotFound, PathClash, TooLarge

TEN_MIB = 10 * 1024 * 1024


def test_a_file_is_attached_and_read(wiki: Wiki) -> None:
    wiki.put("Docs/Page", "x")
    info = wiki.pages.attach("docs/page", "../My File.PNG", b"\x89PNG", ANNA)
    assert (info.filename, info.path, info.size, info.mime_type) == (
        "My_File.PNG",
        "Docs/Page",
        4,
        "image/png",
    )
    assert git(wiki.folder, "log", "-1", "--format=%s").strip() == "[api] Attach: My_File.PNG"
    assert wiki.pages.attachment("docs/page", "My_File.PNG").data == b"\x89PNG"
    assert (wiki.folder / "docs/page/My_File.PNG").read_bytes() == b"\x89PNG"


def test_the_same_name_replaces_the_file(wiki: Wiki) -> None:
    wiki.put("home", "x")
    wiki.pages.attach("home", "a.bin", b"1", ANNA)
    changed = wiki.pages.attach("home", "a.bin", b"22", ANNA, "second")
    assert changed.size == 2
    assert wiki.log("-1", "--format=%H %s") == [f"{changed.revision} second"]


def test_the_same_content_makes_no_commit(wiki: Wiki) -> None:
    wiki.put("home", "x")
    first = wiki.pages.attach("home", "a.bin", b"1", ANNA)
    assert wiki.pages.attach("home", "a.bin", b"1", ANNA) == first


def test_only_the_pages_own_files_are_listed(wiki: Wiki) -> None:
    wiki.put("home", "x")
    wiki.put("home/sub", "x")
    wiki.pages.attach("home", "b.txt", b"b", ANNA)
    wiki.pages.attach("home", "a", b"", ANNA)
    wiki.pages.attach("home/sub", "c.txt", b"c", ANNA)
    wiki.store.refresh_index()
    by_hand = commit_file(wiki.folder, "home/ünï.txt", "hand")
    listed = wiki.pages.attachments("home")
    assert [info.filename for info in listed.attachments] == ["a", "b.txt", "ünï.txt"]
    assert listed.attachments[0].mime_type == "application/octet-stream"
    assert listed.attachments[2].revision == by_hand
    assert listed.path == "Home"
    assert wiki.pages.attachment("home", "ünï.txt").data == b"hand"


def test_a_file_is_taken_away(wiki: Wiki) -> None:
    wiki.put("home", "x")
    wiki.pages.attach("home", "a.txt", b"a", ANNA)
    wiki.pages.detach("home", "a.txt", ANNA)
    assert wiki.pages.attachments("home").attachments == []
    assert wiki.log("-1", "--format=%s") == ["[api] Delete attachment: a.txt"]


@pytest.mark.parametrize("name", ["..", "", "日本", "/", "page.md", "x.MD", "a" * 300])
def test_a_name_is_refused(wiki: Wiki, name: str) -> None:
    wiki.put("home", "x")
    with pytest.raises(InvalidInput):
        wiki.pages.attach("home", name, b"x", ANNA)


def test_a_file_may_have_ten_mebibytes_and_no_more(wiki: Wiki) -> None:
    wiki.put("home", "x")
    assert wiki.pages.attach("home", "big", bytes(TEN_MIB), ANNA).size == TEN_MIB
    with pytest.raises(TooLarge):
        wiki.pages.attach("home", "bigger", bytes(TEN_MIB + 1), ANNA)


def test_a_file_cannot_take_the_name_of_a_folder(wiki: Wiki) -> None:
    wiki.put("home", "x")
    wiki.put("home/sub/deep", "x")
    with pytest.raises(PathClash):
        wiki.pages.attach("home", "sub", b"x", ANNA)


@pytest.mark.parametrize("name", ["no.txt", "../home.md", "sub.md", "sub/c.txt", "", "sub", "\ud800"])
def test_what_is_no_attachment_is_not_found(wiki: Wiki, name: str) -> None:
    wiki.put("home", "x")
    wiki.put("home/sub", "x")
    wiki.pages.attach("home/sub", "c.txt", b"c", ANNA)
    with pytest.raises(NotFound):
        wiki.pages.attachment("home", name)
    with pytest.raises(NotFound):
        wiki.pages.detach("home", name, ANNA)


def test_a_missing_page_has_no_attachments(wiki: Wiki) -> None:
    with pytest.raises(NotFound):
        wiki.pages.attachments("home")
    with pytest.raises(NotFound):
        wiki.pages.attach("home", "a.txt", b"a", ANNA)
