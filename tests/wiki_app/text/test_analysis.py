"""What the catalog stores of a blob."""

import pytest

from wiki_app.text import Heading, analyse, decode


def test_a_page_is_taken_apart() -> None:
    found = analyse(b"---\ntitle: T\ntags: a, b\ncategory: c\n---\n# Head\n\n[[X|y]] and [[X|y]]\n")
    assert (found.title, found.tags, found.category, found.heading) == ("T", ("a", "b"), "c", "Head")
    assert found.outline == (Heading(1, "Head", 5, "head"),)
    assert (found.words, found.size, found.links) == (5, 68, ("X|y",))


def test_broken_frontmatter_counts_as_words() -> None:
    assert analyse(b"---\na: [\n---\nx y\n").words == 6


@pytest.mark.parametrize(
    "data", [b"", b"\0", b"\xff\xfe", b"\xf0\x9f", bytes(range(256)) * 50, b"---\n" * 1000]
)
def test_any_bytes_can_be_read(data: bytes) -> None:
    assert analyse(data).size == len(data)


def test_line_ends_are_made_equal() -> None:
    assert decode(b"a\r\nb\rc\n\xff") == "a\nb\nc\n\ufffd"
    found = analyse(b"# One\r\ntext\r\n\r\nTwo\r\n---\r\n")
    assert [heading.text for heading in found.outline] == ["One", "Two"]
    assert found.heading == "One"


def test_the_sidebars_heading_needs_a_readable_beginning() -> None:
    assert analyse(b"# One\n" + b"x" * 9000 + b"\xff").heading == "One"
    assert analyse(b"# One\n\xff").heading is None
    assert analyse("# Ä\n".encode() + "ü".encode() * 5000).heading == "Ä"
