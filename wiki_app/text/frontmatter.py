"""The YAML block at the top of a page (REST.md, "Frontmatter")."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

_BLOCK = re.compile(r"---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)

MOST_VALUES = 10_000
"""Values a block may unfold to: aliases let a few lines of YAML stand for billions."""
DEEPEST = 40
"""Levels of nesting; more cannot be passed on as JSON safely."""
MOST_BRACKETS = 1_000
"""Opening brackets in a block. libyaml's binding recurses in C: 60,000 levels end the process."""

_LADDER = re.compile(rf"^(?:[ \t]*[-?:][ \t]){{{DEEPEST}}}", re.MULTILINE)
"""The other way to nest in a line: `- - - …`. By indentation alone a page holds 1,400 levels: safe."""


@dataclass(frozen=True)
class Frontmatter:
    """`block + body` is the whole text. `data` holds JSON-able values only; it is None, and `block` is
    empty, when there is no block, or one that is broken or no mapping.
    """

    block: str
    data: dict[str, object] | None
    body: str

    @property
    def title(self) -> str | None:
        """The title as text, whatever type YAML made of it; None when absent or blank."""
        return None if self.data is None else _text(self.data.get("title"))

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of a list or of a comma-separated string, in their order."""
        value = None if self.data is None else self.data.get("tags")
        if isinstance(value, list):
            tags = [_text(item) for item in value]
        else:
            tags = [_text(item) for item in (_text(value) or "").split(",")]
        return tuple(tag for tag in tags if tag)

    @property
    def category(self) -> str | None:
        """The category as text; None when absent or blank."""
        return None if self.data is None else _text(self.data.get("category"))


def split(text: str) -> Frontmatter:
    """Takes a text apart. Never raises: what cannot be read as frontmatter is body."""
    match = _BLOCK.match(text)
    data = _load(match.group(1)) if match else None
    if match is None or data is None:
        return Frontmatter("", None, text)
    return Frontmatter(match.group(0), data, text[match.end() :])


def _load(source: str) -> dict[str, object] | None:
    if source.count("[") + source.count("{") > MOST_BRACKETS or _LADDER.search(source):
        return None
    import yaml  # late: a cold start that meets no frontmatter does without

    # The C loader is ten times as fast; both build plain values only.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        value = yaml.load(source, Loader=loader)  # noqa: S506  # it is a safe loader
        return _Unfolding().mapping(value, 0) if isinstance(value, dict) else None
    except (yaml.YAMLError, ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return None  # PyYAML raises all of these for impossible dates, numbers, keys and characters


def _text(value: object) -> str | None:
    if value is None or isinstance(value, (dict, list)):
        return None
    return str(value).strip() or None


class _Unfolding:
    """Turns YAML's values into JSON's, and stops at MOST_VALUES or DEEPEST with a ValueError."""

    def __init__(self) -> None:
        self._left = MOST_VALUES

    def mapping(self, value: Mapping[object, object], depth: int) -> dict[str, object]:
        return {_clean(str(key)): self._value(item, depth + 1) for key, item in value.items()}

    def _value(self, value: object, depth: int) -> object:
        self._left -= 1
        if self._left < 0 or depth > DEEPEST:
            raise ValueError("the frontmatter unfolds to too many values")
        if isinstance(value, dict):
            return self.mapping(value, depth)
        if isinstance(value, (list, tuple, set)):
            return [self._value(item, depth + 1) for item in value]
        return _scalar(value)


def _scalar(value: object) -> object:
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return value if abs(value) < float("inf") else str(value)  # JSON has no .inf and .nan
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return _clean(str(value))


def _clean(text: str) -> str:
    """Lone surrogates, which YAML's escapes can make, could not be sent as UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")
