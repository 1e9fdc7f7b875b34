"""Our WordPiece beside the `tokenizers` package: the same ids, for all that anyone types."""

import unicodedata
from pathlib import Path

import pytest
from tokenizers import BertWordPieceTokenizer

from search.errors import SearchUnavailable
from search.wordpiece import VOCABULARY, WordPiece

TEXTS = [
    "",
    "Hello, World!",
    "unaffable embeddings of 1,024 dimensions",
    "Crème brûlée, naïve façade, İstanbul, ΟΔΟΣ, straße, Ǆ",
    "東京都は日本の首都です",
    "👩‍👩‍👧 emoji\u200bwith\u00a0joints\t\r\n and \x00controls\x7f",
    "`code_block(x) == ERR_X-42` → /etc/hosts.d C:\\Windows 2.26.1 user@example.org",
    "a" * 101,
    "word " * 400,
]


@pytest.fixture(scope="module")
def other() -> BertWordPieceTokenizer:
    return BertWordPieceTokenizer(str(VOCABULARY), lowercase=True)


@pytest.fixture(scope="module")
def ours() -> WordPiece:
    return WordPiece()


@pytest.mark.parametrize("text", TEXTS)
def test_texts_have_the_same_ids(other: BertWordPieceTokenizer, ours: WordPiece, text: str) -> None:
    assert ours.encode(text, 10_000) == other.encode(text).ids


def test_pages_have_the_same_ids(other: BertWordPieceTokenizer, ours: WordPiece) -> None:
    pages = [file.read_text() for file in Path(__file__).parents[2].glob("*/starter/*.md")]

    assert len(pages) > 2
    for page in pages:
        assert ours.encode(page, 1_000_000) == other.encode(page).ids


def test_every_old_character_has_the_same_ids(other: BertWordPieceTokenizer, ours: WordPiece) -> None:
    points = [*range(0x2000), *range(0x2000, 0x3200, 3), *range(0x4E00, 0xFB00, 97), *range(0x1F300, 0x1F600)]
    texts = [f"ab{chr(point)}cd" for point in points if not 0xD800 <= point < 0xE000]

    differ = [
        text[2] for text, answer in zip(texts, other.encode_batch(texts), strict=True)
        if answer.ids != ours.encode(text, 100)
    ]  # fmt: skip

    # Marks and signs that Unicode took in after the package's tables were made.
    assert len(differ) < 0.01 * len(texts)
    assert not [one for one in differ if one.isascii() or one in unicodedata.normalize("NFD", "äéñçß")]
    assert {unicodedata.category(one) for one in differ} <= {"Mn", "Mc", "Po", "Cf", "Ps", "Pe", "Pd", "So"}


def test_a_long_text_is_cut_between_its_marks(ours: WordPiece) -> None:
    ids = ours.encode("word " * 400, 256)

    assert len(ids) == 256
    assert (ids[0], ids[-1]) == (ours.start, ours.end)


def test_another_vocabulary_is_refused(tmp_path: Path) -> None:
    (tmp_path / "vocab.txt").write_bytes(VOCABULARY.read_bytes() + b"more\n")

    with pytest.raises(SearchUnavailable):
        WordPiece(tmp_path / "vocab.txt")
    with pytest.raises(SearchUnavailable):
        WordPiece(tmp_path / "missing.txt")
