"""Addresses of pages with names that do not arrive in a path."""

import pytest

from wiki_app.addresses import address, asked_by_name, reachable, reachable_from


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("docs/A page", "/docs/A%20page"),
        ("C#", "/C%23"),
        ("Über", "/%C3%9Cber"),
        ("why?", "/?path=why%3F"),
        ("docs/100%", "/?path=docs/100%25"),
        ("a&b=c+d?", "/?path=a%26b%3Dc%2Bd%3F"),
        ("why?/a/picture 1.png", "/?path=why%3F/a/picture%201.png"),
    ],
)
def test_only_a_name_that_would_not_arrive_is_asked_for_by_a_query(path: str, wanted: str) -> None:
    assert address(path) == wanted


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("/-/login?next=/why%3F", "/-/login?next=/why%3F"),
        ("/page#100%25", "/page#100%25"),
        ("/why%3f/history?page=2#top", "/?path=why%3F/history&page=2#top"),
        ("https://wiki.example.org/why%3F", "https://wiki.example.org/?path=why%3F"),
    ],
)
def test_the_rest_of_an_address_is_kept(url: str, wanted: str) -> None:
    assert reachable(url) == wanted


@pytest.mark.parametrize(
    ("page", "url", "wanted"),
    [
        ("/docs/guide", "/why%3F", "/?path=why%3F"),
        ("/docs/guide", "why%3F#part", "/?path=docs/why%3F#part"),
        ("/docs/guide", "other", "other"),
        ("/?path=docs/why%3F", "other", "/docs/other"),
        ("/?path=docs/why%3F", "/?path=docs/why%3F/./a.png", "/?path=docs/why%3F/./a.png"),
        ("/?path=docs/why%3F", "#part", "#part"),
        ("/docs/guide", "https://example.org/why%3F", "https://example.org/why%3F"),
        ("/docs/guide", "//example.org/why%3F", "//example.org/why%3F"),
        ("/docs/guide", "mailto:a%25b@example.org", "mailto:a%25b@example.org"),
    ],
)
def test_a_link_in_a_text_is_relative_to_the_page_that_it_stands_in(page: str, url: str, wanted: str) -> None:
    assert reachable_from(page, url) == wanted


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("path=why%3F", ("why?", "")),
        ("path=why%3F&edit&revision=1", ("why?", "edit&revision=1")),
        ("path=why%3F?edit&revision=1", ("why?", "edit&revision=1")),
        ("path=why?", ("why?", "")),
        ("path=A+page", ("A page", "")),
        ("path=/docs//100%25/./a.png", ("docs/100%/a.png", "")),
        ("path=why%3F/./../other", ("other", "")),
        ("path=", None),
        ("path=/", None),
        ("page=1", None),
    ],
)
def test_a_query_says_which_path_is_meant(query: str, wanted: tuple[str, str] | None) -> None:
    assert asked_by_name(query) == wanted
