"""Chunks: where a text is cut, and what each piece remembers of its place."""

from itertools import pairwise

from search.chunks import LONGEST, OVERLAP, STUB, TARGET, WHOLE, Chunk, chunks_of
from search.documents import Document


def words(count: int, name: str = "w") -> str:
    return " ".join(f"{name}{number}" for number in range(count))


def chunks(body: str, heading: str = "") -> list[Chunk]:
    return chunks_of(Document("id", "Title", body, heading))


def test_each_section_is_a_chunk_under_its_headings() -> None:
    found = chunks(
        "\n\n".join(
            f"{heading}\n\n{words(60)}" for heading in ("# Guide", "## Install", "### Linux", "## Use")
        )
    )

    assert [chunk.path for chunk in found] == [
        ("Guide",), ("Guide", "Install"), ("Guide", "Install", "Linux"), ("Guide", "Use"),
    ]  # fmt: skip
    assert [(chunk.index, chunk.count) for chunk in found] == [(0, 4), (1, 4), (2, 4), (3, 4)]
    assert found[2].embedded.startswith("Guide > Install > Linux\nw0 w1")


def test_headings_inside_fences_are_text() -> None:
    body = f"# A\n\n```sh\n# no heading\n~~~\n```\n\n~~~\n# nor this\n```\n~~~~\n\n# B\n\n{words(STUB)}"

    assert [chunk.path for chunk in chunks(body + "\n\n" + words(STUB))] == [("B",)]
    assert chunks(body)[0].also == (("A",),)
    assert "# no heading" in chunks(body)[0].text


def test_a_section_of_usual_length_stays_whole() -> None:
    assert len(chunks(f"# A\n\n{words(WHOLE)}")) == 1
    assert len(chunks(f"# A\n\n{words(WHOLE + 1)}")) > 1


def test_a_long_section_is_cut_between_paragraphs_with_overlap() -> None:
    body = "\n\n".join(words(40, f"p{number}x") for number in range(12))

    found = chunks("# A\n\n" + body)

    assert all(len(chunk.text.split()) <= TARGET + OVERLAP for chunk in found)
    for before, after in pairwise(found):
        assert after.text.split()[:OVERLAP] == before.text.split()[-OVERLAP:]
    assert {word for chunk in found for word in chunk.text.split()} == set(body.split())


def test_a_text_without_breaks_is_cut_all_the_same() -> None:
    for body in (words(2_000), "x" * 20_000, "東京" * 5_000):
        found = chunks(body)
        assert len(found) > 3
        assert all(len(chunk.text) <= 2 * LONGEST for chunk in found)


def test_a_stub_joins_the_next_section_and_keeps_its_heading() -> None:
    found = chunks(f"# Guide\n\n## Note\n\nShort one.\n\n## Main\n\n{words(80)}")

    assert [chunk.path for chunk in found] == [("Guide", "Main")]
    assert found[0].also == (("Guide", "Note"),)
    assert "Short one." in found[0].text and "## Main" in found[0].text


def test_a_stub_at_the_end_and_an_empty_section_are_not_lost() -> None:
    found = chunks(f"# A\n\n{words(80)}\n\n## Last\n\nbye\n\n## Empty")

    assert [chunk.path for chunk in found] == [("A",), ("A", "Empty")]
    assert found[1].also == (("A", "Last"),)


def test_nothing_but_white_space_has_no_chunk() -> None:
    assert chunks("") == chunks(" \n\n\t") == []


def test_a_heading_of_the_document_stands_above_all_but_once() -> None:
    assert chunks(f"## B\n\n{words(60)}", heading="A")[0].path == ("A", "B")
    assert chunks(f"# A\n\n{words(60)}", heading="A")[0].path == ("A",)


def test_the_name_of_a_document_does_not_get_into_what_is_embedded() -> None:
    first, second = (chunks_of(Document(key, key, words(60)))[0] for key in ("old", "new"))

    assert first.embedded == second.embedded
