"""Everything about a text that depends on its bytes alone, so that it is derived once for each blob."""

import codecs
import re
from dataclasses import dataclass

from wiki_app.text import frontmatter, headings, wikilinks
from wiki_app.text.headings import Heading

_READ_AHEAD = 8192
"""Bytes that Python's text files decode at first, and with them Otter Wiki when it reads a heading."""
_LINE_END = re.compile(r"\r\n?")


@dataclass(frozen=True)
class BlobAnalysis:
    """`size` in bytes, `words` of the body by white space, `heading` as Otter Wiki's sidebar reads it,
    `links` the insides of the wikilinks (which page they mean depends on the wiki's rules).
    """

    size: int
    words: int
    heading: str | None
    title: str | None
    tags: tuple[str, ...]
    category: str | None
    outline: tuple[Heading, ...]
    links: tuple[str, ...]


def decode(data: bytes) -> str:
    """A page's text: UTF-8 with replacement characters for what is not, line ends as `\\n`."""
    text = data.decode("utf-8", "replace")
    return _LINE_END.sub("\n", text) if "\r" in text else text


def analyse(data: bytes) -> BlobAnalysis:
    """Reads a page. Never raises: anything may have been committed under a name that ends in `.md`."""
    text = decode(data)
    parts = frontmatter.split(text)
    return BlobAnalysis(
        size=len(data),
        words=len(parts.body.split()),
        heading=_first_heading(data),
        title=parts.title,
        tags=parts.tags,
        category=parts.category,
        outline=tuple(headings.outline(text)),
        links=tuple(dict.fromkeys(wikilinks.inner(text))),
    )


def _first_heading(data: bytes) -> str | None:
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(data[:_READ_AHEAD])
    except UnicodeDecodeError:
        return None
    return headings.first(_LINE_END.sub("\n", text) if "\r" in text else text)
