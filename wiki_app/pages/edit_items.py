"""The edits of a page as JSON: `{op, old_string, new_string, section, key}`."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from wiki_app.errors import InvalidInput
from wiki_app.pages.shapes import FrontmatterEdit, PageEdit, Replacement, SectionEdit

Place = Literal["replace", "append", "before", "after"]

_PLACES: Mapping[str, Place] = MappingProxyType(
    {"replace_section": "replace", "append": "append", "insert_before": "before", "insert_after": "after"}
)
EDIT_OPS = ("replace", *_PLACES, "set_frontmatter")
"""`replace` (the default) swaps a string that stands exactly once; the next four work by heading."""
_NEEDS_SECTION = {"replace_section", "insert_after"}


def page_edits(raw: object) -> tuple[PageEdit, ...]:
    """All edits of a page. Raises InvalidInput."""
    if not isinstance(raw, Sequence) or isinstance(raw, str) or not raw:
        raise InvalidInput("edits must be a list of {old_string, new_string}.")
    return tuple(page_edit(item) for item in raw)


def page_edit(item: object) -> PageEdit:
    """One edit. Raises InvalidInput."""
    if not isinstance(item, Mapping):
        raise InvalidInput("Each of edits must be an object with old_string and new_string.")
    op = item.get("op") or "replace"
    if op not in EDIT_OPS:
        raise InvalidInput(f"op of an edit must be one of {', '.join(EDIT_OPS)}.")
    if op == "replace":
        return Replacement(_text(item, "old_string"), _text(item, "new_string"))
    if op == "set_frontmatter":
        return FrontmatterEdit(_text(item, "key"), _text(item, "new_string"))
    section = _text(item, "section") if op in _NEEDS_SECTION or item.get("section") else ""
    if op in _NEEDS_SECTION and not section.strip():
        raise InvalidInput(f"{op} needs a section: the heading that it works on.")
    return SectionEdit(_PLACES[op], section, _text(item, "new_string"))


def _text(item: Mapping[str, object], name: str) -> str:
    value = item.get(name)
    if value is None:
        raise InvalidInput(f"Missing required field: {name}")
    if not isinstance(value, str):
        raise InvalidInput(f"{name} must be a string.")
    return value
