"""Names of pages: what users type, keys, files and display paths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki_app.errors import InvalidInput
from wiki_app.names import check_new, display, file_of, key_of, resolve, title_case
from wiki_app.rules import WikiRules

LOWER = WikiRules()
RETAIN = WikiRules(retain_case=True)


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ("Home", "home"),
        ("/Docs//Intro/", "docs/intro"),
        ("docs/intro.md", "docs/intro"),
        ("Docs/Intro.MD", "docs/intro"),
        ("a%20b", "a b"),
        ("100%", "100%"),
        ("Ünï/Côdé", "ünï/côdé"),
        ("notes.md.md", "notes.md"),
    ],
)
def test_a_path_becomes_a_key(raw: str, key: str) -> None:
    assert resolve(raw, LOWER, exists=None) == key


def test_case_stays_where_it_is_retained() -> None:
    assert resolve("Docs/Intro.md", RETAIN, exists=None) == "Docs/Intro"


def test_an_existing_literal_name_is_found() -> None:
    assert resolve("ReadMe", LOWER, exists={"ReadMe"}.__contains__) == "ReadMe"


def test_the_usual_name_comes_before_the_literal_one() -> None:
    assert resolve("ReadMe", LOWER, exists={"ReadMe", "readme"}.__contains__) == "readme"


def test_a_name_with_a_percent_sign_is_found_undecoded() -> None:
    assert resolve("rate%20limit", LOWER, exists={"rate%20limit"}.__contains__) == "rate%20limit"


@pytest.mark.parametrize(
    "raw",
    [
        *("", "/", ".md", "x/.md", "..", "a/../b", "./a", "a/...", "%2e%2e/x"),
        *(".git/config", ".GIT/x", "a/.git", ".git /x", "git~1/x", ".g\u200cit/config"),
        *("a\x00b", "a%00b", "a\nb"),
    ],
)
def test_what_is_no_name_is_refused(raw: str) -> None:
    with pytest.raises(InvalidInput):
        resolve(raw, LOWER, exists=None)


@given(
    st.text(max_size=40)
    | st.lists(st.sampled_from([".", "..", ".git", "/", "%2e", "a", " ", "%2F", "~1"])).map("".join)
)
def test_no_accepted_name_leaves_the_repository(raw: str) -> None:
    try:
        key = resolve(raw, LOWER, exists=None)
        check_new(key)
    except InvalidInput:
        return
    parts = file_of(key).split("/")
    assert all(part.strip(". ") and part.lower() != ".git" for part in parts)
    assert "\0" not in key and len(file_of(key).encode()) <= 1024 + 3


@given(st.text(alphabet=st.characters(exclude_categories=["C"]), min_size=1, max_size=30))
def test_a_display_path_leads_back_to_its_page(raw: str) -> None:
    try:
        key = resolve(raw, LOWER, exists=None)
    except InvalidInput:
        return
    found = resolve(display(key, RETAIN), RETAIN, exists={key}.__contains__)
    assert found == key or "%" in key or key.endswith(".md")


@pytest.mark.parametrize(
    ("text", "titled"),
    [
        ("my page", "My Page"),
        ("don't panic", "Don't Panic"),
        ("straße ßa", "Straße ßa"),
        ("'quoted' word", "'quoted' Word"),
        ("a-b_c 1st", "A-B_C 1St"),
        ("ünï", "Ünï"),
    ],
)
def test_titles_are_cased_as_the_wiki_does(text: str, titled: str) -> None:
    assert title_case(text) == titled


def test_title_case_agrees_with_otter_wiki() -> None:
    util = pytest.importorskip("otterwiki.util")
    samples = ["it's ß", "σας", "x'y'z", "ßßß", "ĲSSEL'ß", "'bΣ", "1a'2b", "ŉ'a", ""]
    assert [title_case(sample) for sample in samples] == [util.titleSs(sample) for sample in samples]


@pytest.mark.parametrize(
    ("key", "rules", "path"),
    [
        ("docs/my page", LOWER, "Docs/My Page"),
        ("docs/READ me", LOWER, "Docs/READ me"),
        ("docs/my page", RETAIN, "docs/my page"),
        ("caf\udce9", RETAIN, "caf%E9"),
    ],
)
def test_a_key_is_shown(key: str, rules: WikiRules, path: str) -> None:
    assert display(key, rules) == path


def test_a_name_that_is_not_utf8_is_reached_by_its_display_path() -> None:
    assert resolve("caf%E9", LOWER, exists={"caf\udce9"}.__contains__) == "caf\udce9"


@pytest.mark.parametrize(
    "key",
    [
        "mcp",
        "metrics",
        "healthz",
        "readyz",
        "llms.txt",
        "api/v1",
        ".well-known/x",
        "a\\b",
        "a/ /b",
        "x" * 253,
        "a/" * 600 + "b",
        "caf\udce9",
        "lost \ufffd byte",
        "\ud800",
        "folder.md/page",
    ],
)
def test_a_new_page_cannot_be_named(key: str) -> None:
    with pytest.raises(InvalidInput):
        check_new(key)


@pytest.mark.parametrize("key", ["mcp/setup", "api", "x" * 252, "a/mcp", "home", "llms"])
def test_a_new_page_can_be_named(key: str) -> None:
    check_new(key)


@pytest.mark.parametrize(
    ("path", "key"), [("a/b.md", "a/b"), ("a/b.png", None), (".md", None), ("a/.md", None)]
)
def test_a_file_belongs_to_a_page(path: str, key: str | None) -> None:
    assert key_of(path) == key
