"""Rendered pages that are kept: they are everybody's, and nobody's session is in them."""

import re
import threading

import pytest

from tests.wiki_app.git import commit_file
from tests.wiki_app.otter.served import ServedWiki, Visitor

PAGE = "/Kept"
TOKENS = re.compile(r'name="csrf[-_]token" (?:content|value)="([^"]+)"')


@pytest.fixture
def ada(served: ServedWiki) -> Visitor:
    visitor = served.visitor("ada")
    visitor.save("Kept", "# Kept\n\nthe text")
    visitor.get(PAGE)  # the message about the save goes away
    return visitor


def test_each_session_gets_its_own_token(served: ServedWiki, ada: Visitor) -> None:
    visitors = [served.visitor("ada") for _ in range(3)]
    sessions = [{session_of(visitor.get(PAGE)) for _ in range(3)} for visitor in visitors]
    assert [len(tokens) for tokens in sessions] == [1, 1, 1]
    assert len(set().union(*sessions)) == 3


def session_of(html: str) -> str:
    """The session that the page's tokens belong to; it has them in its head and in the search form."""
    tokens: list[str] = TOKENS.findall(html)
    assert len(tokens) == 2 and len(set(tokens)) == 1
    return tokens[0].split(".")[0]


def test_the_token_of_a_kept_page_works(served: ServedWiki, ada: Visitor) -> None:
    for _ in range(2):
        visitor = served.visitor("ben")
        token = visitor.token(PAGE)
        answer = visitor.http.post("/-/search", data={"query": "text", "csrf_token": token})
        assert answer.status_code == 200


def test_visitors_with_other_rights_see_other_pages(served: ServedWiki, ada: Visitor) -> None:
    assert "Create page" in ada.get(PAGE)
    assert "Create page" not in served.visitor("reader").get(PAGE)
    assert "the text" not in served.visitor("nobody").get(PAGE, 403)
    assert "Create page" in served.visitor("ben").get(PAGE)


def test_a_message_is_seen_once_and_by_one_visitor(served: ServedWiki, ada: Visitor) -> None:
    assert "Kept saved." in ada.save("Kept", "# Kept\n\nother text")
    assert "Kept saved." not in served.visitor("ada").get(PAGE)
    assert "Kept saved." not in ada.get(PAGE)


def test_a_view_from_the_cache_is_in_the_visitors_trail(served: ServedWiki, ada: Visitor) -> None:
    ada.save("Kept/Below", "# Below")
    served.visitor("ben").get(PAGE)
    visitor = served.visitor("ben")
    visitor.get(PAGE)
    assert "Kept" in visitor.get("/-/create")


def test_the_dark_look_is_kept_apart(served: ServedWiki, ada: Visitor) -> None:
    dark = served.visitor("ada")
    dark.http.cookies.set("halfmoon_preferredMode", "dark-mode")
    assert 'class="dark-mode' in dark.get(PAGE)
    assert 'class="dark-mode' not in ada.get(PAGE)


def test_the_host_is_kept_apart(served: ServedWiki, ada: Visitor) -> None:
    ada.get(PAGE)
    other = ada.http.get(PAGE, headers={"Host": "wiki.example.org"})
    assert 'content="http://wiki.example.org/Kept"' in other.text
    assert "wiki.example.org" not in ada.get(PAGE)


def test_a_query_is_kept_apart(served: ServedWiki, ada: Visitor) -> None:
    revision = served.git("log", "-1", "--format=%h", "--abbrev=6", "--", "kept.md").strip()
    ada.save("Kept", "# Kept\n\nnewest text")
    for _ in range(2):
        assert "newest text" in ada.get(PAGE)
        assert "newest text" not in ada.get(f"{PAGE}?revision={revision}")


def test_each_commit_is_seen_at_the_next_view(served: ServedWiki, ada: Visitor) -> None:
    for number in range(4):
        commit_file(served.repository, "kept.md", f"# Kept\n\nedition {number}\n")
        assert f"edition {number}" in ada.get(PAGE)
        assert f"edition {number}" in ada.get(PAGE)


def test_a_page_that_includes_another_follows_it(served: ServedWiki, ada: Visitor) -> None:
    ada.save("Part", "# Part\n\nold part")
    ada.save("Whole", "# Whole\n\n{{include|src=/Part}}\n")
    assert "old part" in ada.get("/Whole")
    ada.save("Part", "# Part\n\nnew part")
    assert "new part" in ada.get("/Whole")


def test_readers_and_a_writer_at_once_see_no_stale_page(served: ServedWiki, ada: Visitor) -> None:
    stale: list[tuple[int, str]] = []
    written = [0]
    stop = threading.Event()

    def look(visitor: Visitor) -> None:
        while not stop.is_set():
            least = written[0]
            html = visitor.get("/Racing")
            found = int(re.findall(r"<p>edition (\d+)", html)[0])
            if found < least:
                stale.append((least, html))

    ada.save("Racing", "# Racing\n\nedition 0")
    threads = [threading.Thread(target=look, args=(served.visitor("ada"),)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(1, 15):
        ada.save("Racing", f"# Racing\n\nedition {number}")
        written[0] = number
    stop.set()
    for thread in threads:
        thread.join()
    assert stale == []
