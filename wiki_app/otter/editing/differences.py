"""Two texts side by side, in Otter Wiki's own form of a diff."""

from typing import Any

from otterwiki.renderer import pygments_render_lines
from otterwiki.util import PatchSet, diff_side_by_side_html, normalize_content, patchset2filedict

from wiki_app.lines import unified_diff

LONGEST_LINE = 4_000
"""Characters. Otter Wiki compares changed lines word by word, which takes minutes where they are endless."""
COLOURED = 200_000
"""Characters up to which the texts are highlighted."""

Rows = list[dict[str, Any]]


def side_by_side(before: str, after: str) -> Rows | None:
    """The rows of the template's table: no rows when the texts are equal, None when a line is too long."""
    old, new = normalize_content(before), normalize_content(after)
    if max(map(len, (old + new).split("\n"))) > LONGEST_LINE:
        return None
    diff = unified_diff(old, new, "a/page.md", "b/page.md")
    if not diff:
        return []
    lines = next(iter(patchset2filedict(PatchSet(diff)).values()))
    html = [pygments_render_lines(text, "markdown") if len(text) < COLOURED else None for text in (old, new)]
    rows: Rows = diff_side_by_side_html(lines, html_a=html[0], html_b=html[1])
    return rows
