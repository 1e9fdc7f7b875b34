"""The archive: a zip of a few known members, the last of which is the manifest.

`manifest.json` carries the layout's version, wikibot's version, the branch, its commit, every reference, and
size and SHA-256 of each other member. A zip can be written to a pipe (sizes follow the data) and read in any
order; a truncated one has no directory at its end and is told at once.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from wiki_app.errors import InvalidInput

FORMAT = 1
"""The layout that this version writes; older ones would be read, newer ones are refused."""
MANIFEST = "manifest.json"
BUNDLE = "repository.bundle"
WIKI = "wiki.db"
AUTH = "auth.db"
EMBEDDINGS = "embeddings.db"
SETTINGS = "settings.json"
EDITS = "uncommitted.patch"
NEEDED = frozenset({BUNDLE, SETTINGS})
PARTS = NEEDED | {WIKI, AUTH, EMBEDDINGS, EDITS}
LARGEST_MANIFEST = 64_000_000
"""Bytes; about half a million references."""

_COMMIT = re.compile(r"[0-9a-f]{40}")
_REFERENCE = re.compile(r"refs/[^\x00-\x20\x7f~^:?*\[\\]+")


@dataclass(frozen=True)
class Part:
    """One member: bytes, and the hash that they must have."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What the archive says of itself. `branch` is what HEAD stands for, by its full name."""

    format: int
    wikibot: str
    made: str
    branch: str
    commit: str
    refs: Mapping[str, str]
    parts: Mapping[str, Part]

    def text(self) -> bytes:
        """As it is written."""
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode("ascii")


def read_manifest(data: bytes) -> Manifest:
    """The manifest of an archive. Raises InvalidInput for a foreign, a newer or a false one."""
    try:
        found = json.loads(data)
        layout = found["format"]
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput("The archive is no backup of a wikibot: its manifest cannot be read.") from error
    if isinstance(layout, int) and layout > FORMAT:
        raise InvalidInput(
            f"The backup was made by a newer wikibot ({found.get('wikibot')!s:.40}): install that version."
        )
    try:
        manifest = _parsed(found)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidInput(
            "The archive is no backup of a wikibot: its manifest is not as it must be."
        ) from error
    return manifest


def _parsed(found: dict[str, object]) -> Manifest:
    refs, parts = found["refs"], found["parts"]
    if not isinstance(refs, dict) or not isinstance(parts, dict) or found["format"] != FORMAT:
        raise ValueError
    manifest = Manifest(
        FORMAT,
        str(found["wikibot"]),
        str(found["made"]),
        str(found["branch"]),
        str(found["commit"]),
        {str(name): str(at) for name, at in refs.items()},
        {str(name): Part(int(part["size"]), str(part["sha256"])) for name, part in parts.items()},
    )
    names_are_refs = all(_REFERENCE.fullmatch(name) for name in (manifest.branch, *manifest.refs))
    ids_are_ids = all(_COMMIT.fullmatch(at) for at in manifest.refs.values())
    parts_are_known = set(manifest.parts) >= NEEDED and set(manifest.parts) <= PARTS
    if not (names_are_refs and ids_are_ids and parts_are_known):
        raise ValueError
    if manifest.refs.get(manifest.branch) != manifest.commit:
        raise ValueError
    return manifest
