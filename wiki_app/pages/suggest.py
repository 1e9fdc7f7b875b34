"""Names near one that does not exist: what somebody may have meant."""

from collections.abc import Iterable
from difflib import get_close_matches

from wiki_app.catalog import CatalogView
from wiki_app.errors import InvalidInput
from wiki_app.names import display, last_segment
from wiki_app.pages.read import find

CANDIDATES = 400
"""Names that are compared letter by letter; the others are only looked at."""


def similar(view: CatalogView, raw: str, limit: int = 5) -> list[str]:
    """Display paths of pages with a similar name, the most similar first."""
    try:
        wanted = find(view, raw).lower()
    except InvalidInput:
        return []
    keys = {key.lower(): key for key in view.keys()}  # noqa: SIM118  # a view is no mapping
    same = [low for low in keys if last_segment(low) == last_segment(wanted)]
    near = get_close_matches(wanted, _candidates(keys, wanted), limit, 0.6)
    found = list(dict.fromkeys([*same, *near]))[:limit]
    return [display(keys[low], view.rules) for low in found]


def _candidates(keys: Iterable[str], wanted: str) -> list[str]:
    """Names that share the beginning of a part with the wanted one, of about its length."""
    starts = {part[:3] for part in wanted.split("/") if part}
    longest = max(4, len(wanted) // 2)
    found = (
        key
        for key in keys
        if abs(len(key) - len(wanted)) <= longest and any(part[:3] in starts for part in key.split("/"))
    )
    return [key for key, _ in zip(found, range(CANDIDATES), strict=False)]
