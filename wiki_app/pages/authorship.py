"""Who wrote which lines of a page, by comparing its revisions from the newest to the oldest."""

from dataclasses import dataclass

from wiki_app.catalog import CatalogView
from wiki_app.lines import matches, split_lines
from wiki_app.pages.messages import revision_of
from wiki_app.pages.read import record_of
from wiki_app.pages.shapes import Revision
from wiki_app.pages.texts import decode
from wiki_app.repository import Repository
from wiki_app.text import section_edits

MOST_REVISIONS = 300
"""Older ones are not looked at: what is left counts as the oldest one's that was."""


@dataclass(frozen=True)
class Authorship:
    """A revision and how many of the lines came with it; `lines` are their numbers in the page, from 1."""

    revision: Revision
    lines: list[int]


def authorship(view: CatalogView, repository: Repository, raw: str, section: str = "") -> list[Authorship]:
    """The revisions that the page's lines, or those of one section, came with, newest first.

    Raises NotFound, InvalidInput.
    """
    record = record_of(view, raw)
    text = decode(repository.blob(record.blob))
    first, last = _bounds(text, section)
    wanted = {number: number for number in range(first, last)}
    lines = split_lines(text)
    history = [change for change in view.history(record.path) if change.blob][:MOST_REVISIONS]
    found: list[Authorship] = []
    for change, older in zip(history, [*history[1:], None], strict=True):
        before = split_lines(decode(repository.blob(older.blob))) if older and older.blob else []
        kept = _kept(before, lines, wanted) if older else {}
        mine = sorted(number for at, number in wanted.items() if at not in kept)
        if mine:
            found.append(Authorship(revision_of(change), [number + 1 for number in mine]))
        wanted = {kept[at]: number for at, number in wanted.items() if at in kept}
        lines = before
        if not wanted:
            break
    return found


def _bounds(text: str, section: str) -> tuple[int, int]:
    """The lines, from 0, of the section, or of the whole text."""
    if not section.strip():
        return 0, len(split_lines(text))
    found = section_edits.find(text, section)
    return text.count("\n", 0, found.start), len(split_lines(text[: found.end]))


def _kept(before: list[str], after: list[str], wanted: dict[int, int]) -> dict[int, int]:
    """Of the wanted lines of `after` those that stood in `before` already, with their places there."""
    kept: dict[int, int] = {}
    for match in matches(before, after):
        for offset in range(match.size):
            if match.b + offset in wanted:
                kept[match.b + offset] = match.a + offset
    return kept
