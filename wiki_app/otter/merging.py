"""Saves that were made from an older text: what others have changed since is merged into them."""

from collections.abc import Mapping

from otterwiki.util import normalize_content

from wiki_app.errors import Conflict
from wiki_app.merge import merge
from wiki_app.repository import Changes, Snapshot, Write


def merged(changes: Changes, origins: Mapping[str, bytes | None], now: Snapshot) -> dict[str, Write]:
    """Those of the changes that others' changes since their origins go into. Raises Conflict."""
    found = {}
    for path, origin in origins.items():
        mine = changes.get(path)
        theirs = now.read(path) if now.entry(path) else None
        if mine is not None and theirs not in (origin, mine.data):
            found[path] = Write(_merge(path, origin, mine.data, theirs), mine.mode)
    return found


def _merge(path: str, origin: bytes | None, mine: bytes, theirs: bytes | None) -> bytes:
    text = None if origin is None or theirs is None else merge(_text(origin), _text(mine), _text(theirs))
    if text is None:
        raise Conflict(f"{path} was changed by somebody else meanwhile, in the same lines.", path=path)
    return text.encode("utf-8", "surrogateescape")


def _text(data: bytes) -> str:
    # As a save in the browser makes it, or line ends would count as changes.
    return str(normalize_content(data.decode("utf-8", "surrogateescape")))
