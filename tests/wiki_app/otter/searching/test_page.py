"""The search page without a search by meaning: what Otter Wiki has, within bounds."""

import re
from html import unescape

import pytest

from tests.wiki_app.otter.served import ServedWiki, Visitor

PAGES = {
    "find/needle": "nothing here\n",
    "find/one": "a needle\n\ntext\n\na NEEDLE and a needle\n",
    "find/two": "---\ntitle: needle in front\n---\n\ntext\n",
    "find/<img src=x>": "pocmarker <script>alert(1)</script>\n",
    "find/long": "x" * 5_000 + "\n",
}


@pytest.fixture(scope="module")
def reader(served: ServedWiki) -> Visitor:
    writer = served.visitor("ada")
    for name, text in PAGES.items():
        writer.save(name, text)
    for number in range(45):
        writer.save(f"many/{number:02}", f"manyfold {number}\n")
    return served.visitor("reader")


def titles(html: str) -> list[str]:
    parts = html.split("<h2>")[1:]
    return [unescape(part.split("</a>")[0].rpartition("/")[2].rpartition(">")[2]) for part in parts]


def test_names_go_before_texts_and_frontmatter_counts(reader: Visitor) -> None:
    html = reader.get("/-/search/needle")

    assert "Search matched 3 pages" in html
    assert html.index("Name matches") < html.index("3 matches found") < html.index("1 match found")
    assert '<span class="page-match">Needle</span>' in html
    assert 'a <mark class="text-match">needle</mark>' in html


@pytest.mark.parametrize("query", ["a needle", "a%20needle"])
def test_address_parameter_and_form_ask_the_same(reader: Visitor, query: str) -> None:
    by_get = reader.get("/-/search?query=a+needle")

    assert by_get.count("<li>") == reader.get(f"/-/search/{query}").count("<li>")
    assert by_get.count("<li>") == reader.post("/-/search", query="a needle").count("<li>")
    assert "Search matched 1 page:" in by_get


def test_case_and_expressions_narrow(reader: Visitor) -> None:
    cased = reader.post("/-/search", query="NEEDLE", is_casesensitive="y")
    assert "Search matched 2 pages" in cased  # of names, capitals never count
    assert "1 match found" in cased
    assert "Search matched 3 pages" in reader.post("/-/search", query="n[e]+dle", is_regexp="y")
    both = reader.post("/-/search", query="N[e]+dle", is_regexp="y", is_casesensitive="y")
    assert "Search matched 1 page:" in both and "Name matches" in both


def test_nothing_of_a_page_or_query_becomes_markup(reader: Visitor) -> None:
    html = reader.get("/-/search?query=pocmarker")
    asked = reader.get("/-/search?query=%3Cscript%3Ealert(2)%3C/script%3E&is_regexp=y")

    assert "<script>alert(1)" not in html and "&lt;script&gt;alert(1)" in html
    assert "<img src=x" not in html.lower()
    assert "<script>alert(2)" not in asked


def test_results_are_turned_page_by_page(reader: Visitor) -> None:
    first = reader.get("/-/search?query=manyfold")
    last = reader.get("/-/search?query=manyfold&page=3")
    beyond = reader.get("/-/search?query=manyfold&page=9")

    assert "Search matched 45 pages" in first and "Page 1 to 20 of 45" in first
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following and "Page 21 to 40 of 45" in reader.get(unescape(following[1]))
    assert "Page 41 to 45 of 45" in last and 'rel="next"' not in last
    assert "none of them here" in beyond


def test_bad_input_is_answered_on_the_page(reader: Visitor) -> None:
    assert "no regular expression" in reader.get("/-/search?query=(&is_regexp=y", 422)
    assert "shorten" in reader.get(f"/-/search?query={'a' * 301}&is_regexp=y", 422)
    assert "shorten" in reader.get(f"/-/search?query={'a' * 10_000}", 422)
    assert "No match found" in reader.get(f"/-/search?query={'ab' * 150}")
    assert "No match found" in reader.get("/-/search?query=no%00such%1b%7fthing")
    assert "exact words" in reader.get("/-/search?query=%20%09") and "exact words" in reader.get("/-/search")


def test_an_expression_without_end_is_stopped_and_the_page_says_so(reader: Visitor) -> None:
    html = reader.get("/-/search?query=(x%2Bx%2B)%2By&is_regexp=y")

    assert "took too long" in html


def test_who_may_not_read_searches_nothing(served: ServedWiki, reader: Visitor) -> None:
    assert "needle" not in served.visitor("nobody").get("/-/search?query=needle", 403)
    assert "needle" in reader.get("/-/search?query=needle")
