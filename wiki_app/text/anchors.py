"""Where in a page a section begins, when only the headings above it are known."""

from collections.abc import Iterator, Sequence

from wiki_app.text.headings import Heading, plain


def anchor_of(outline: Sequence[Heading], path: Sequence[str]) -> str:
    """The anchor of the section under the headings `path` (as the text has them, outermost first); "" for
    the text before the first heading, or when no heading fits.

    A path may begin with a title that is no heading of the page, or leave the page's first heading out:
    the heading that shares most of the path's end is taken, of equal ones the first.
    """
    wanted = [plain(title) for title in path]
    best, anchor = 0, ""
    for chain, slug in _chains(outline):
        shared = _shared_end(chain, wanted)
        if shared > best:
            best, anchor = shared, slug
    return anchor


def _chains(outline: Sequence[Heading]) -> Iterator[tuple[list[str], str]]:
    above: list[Heading] = []
    for heading in outline:
        above = [*(one for one in above if one.level < heading.level), heading]
        yield [one.text for one in above], heading.slug


def _shared_end(chain: Sequence[str], wanted: Sequence[str]) -> int:
    count = 0
    for one, other in zip(reversed(chain), reversed(wanted), strict=False):
        if one != other:
            break
        count += 1
    return count
