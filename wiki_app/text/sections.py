"""One section of a page: its heading and all that stands under it."""

from wiki_app.text import headings


def section(text: str, name: str) -> str | None:
    """The text from the heading called `name` to the next one of its level or above; None when there is none.

    `name` is the heading as a reader sees it, in any case, or its anchor, with or without `#`. The
    first of several of the same name is meant. The lines come back as they are.
    """
    outline = headings.outline(text.replace("\r\n", "\n"))
    start = next((index for index, heading in enumerate(outline) if _called(heading, name)), None)
    if start is None:
        return None
    level = outline[start].level
    end = next((heading.line for heading in outline[start + 1 :] if heading.level <= level), None)
    lines = text.split("\n")[outline[start].line : end]
    return "\n".join(lines) + ("\n" if end is not None else "")


def _called(heading: headings.Heading, name: str) -> bool:
    wanted = name.strip().lstrip("#").strip()
    return heading.slug == wanted or heading.text.casefold() == wanted.casefold()
