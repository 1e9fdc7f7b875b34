"""Pages in pieces, and how many of them are kept."""

from wiki_app.otter.kept_pages import PER_PAGE, KeptPage, KeptPages
from wiki_app.otter.pieces import TOKEN, TREE, Pieces


def page(text: str) -> KeptPage:
    return KeptPage(Pieces((text.encode(),), None), "text/html", None)


def test_a_page_is_filled_at_its_marks_only() -> None:
    html = f'<a>{TOKEN}</a>token {TREE}<input value="{TOKEN}">wikibot-token-x'
    pieces = Pieces.of(html.encode(), lambda: [b"<ul>", "ä</ul>".encode()])
    assert pieces.filled(lambda: "mine").decode() == (
        '<a>mine</a>token <ul>ä</ul><input value="mine">wikibot-token-x'
    )


def test_a_page_without_marks_is_itself() -> None:
    assert Pieces.of(b"plain", None).filled(lambda: "mine") == b"plain"


def test_pages_of_another_tip_are_forgotten() -> None:
    kept: KeptPages[KeptPage] = KeptPages(10_000)
    kept.put("one", "key", page("old"))
    assert kept.get("two", "key") is None
    kept.put("two", "other", page("new"))
    assert kept.get("one", "key") is None
    assert kept.get("two", "other") == page("new")


def test_pages_not_seen_for_longest_give_way() -> None:
    kept: KeptPages[KeptPage] = KeptPages(3 * (PER_PAGE + 100))
    for key in "abc":
        kept.put("tip", key, page("x" * 100))
    kept.get("tip", "a")
    kept.put("tip", "d", page("x" * 100))
    assert [kept.get("tip", key) is not None for key in "abcd"] == [True, False, True, True]


def test_a_page_larger_than_all_room_is_not_kept() -> None:
    kept: KeptPages[KeptPage] = KeptPages(1_000)
    kept.put("tip", "large", page("x" * 1_000))
    kept.put("tip", "small", page("x"))
    assert kept.get("tip", "large") is None
    assert kept.get("tip", "small") is not None


def test_a_page_put_twice_counts_once() -> None:
    kept: KeptPages[KeptPage] = KeptPages(2 * PER_PAGE + 50)
    for _ in range(5):
        kept.put("tip", "a", page("xx"))
    kept.put("tip", "b", page("xx"))
    assert kept.get("tip", "a") and kept.get("tip", "b")
