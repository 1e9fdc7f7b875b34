"""Texts with places marked, as HTML: what comes from a page is escaped, whatever was looked for."""

from collections.abc import Iterator

from markupsafe import Markup

from wiki_app.finding import Marks

IN_TEXT = (Markup('<mark class="text-match">'), Markup("</mark>"))
IN_NAME = (Markup('<span class="page-match">'), Markup("</span>"))
"""As Otter Wiki marks them."""


def marked(text: str, marks: Marks, around: tuple[Markup, Markup] = IN_TEXT) -> Markup:
    """The text with its marks; places that are empty, overlap or lie outside are left out."""
    return Markup().join(_pieces(text, marks, *around))


def _pieces(text: str, marks: Marks, begin: Markup, end: Markup) -> Iterator[str]:
    done = 0
    for start, stop in marks:
        if done <= start < stop <= len(text):
            yield from (text[done:start], begin, text[start:stop], end)
            done = stop
    yield text[done:]


def cut(text: str, marks: Marks, length: int) -> tuple[str, Marks]:
    """A piece of a long text that begins a little before its first mark, and the marks in it."""
    if len(text) <= length:
        return text, marks
    first = marks[0][0] if marks else 0
    begin = max(0, min(first - length // 6, len(text) - length))
    end = begin + length
    inside = ((start - begin, min(stop, end) - begin) for start, stop in marks if begin <= start < end)
    ahead, behind = "… " if begin else "", " …" if end < len(text) else ""
    shift = len(ahead)
    moved = tuple((start + shift, stop + shift) for start, stop in inside)
    return ahead + text[begin:end] + behind, moved
