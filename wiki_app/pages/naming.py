"""The name under which answers show a page."""

from wiki_app.names import last_segment
from wiki_app.text.frontmatter import split


def name_of(title: str | None, path: str) -> str:
    """The frontmatter's title, else the last segment of the display path."""
    return title or last_segment(path)


def name_in(text: str, path: str) -> str:
    """The same, read from the page's text."""
    return name_of(split(text).title, path)
