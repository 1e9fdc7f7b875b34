"""One key of the frontmatter set or taken away; the other lines stay as somebody wrote them."""

import json
import re

from wiki_app.errors import InvalidInput
from wiki_app.text import frontmatter
from wiki_app.text.code import frontmatter_end

_FENCE = "---\n"


def set_key(text: str, key: str, value: str) -> str:
    """The text with `key` set to `value`, which is YAML as one would write it behind the colon; what
    cannot be read so is a plain string. An empty value takes the key away. Raises InvalidInput.
    """
    key = key.strip()
    if not key or any(char in key for char in "\n\r:#{}[]\"'&*!|>%@`,"):
        raise InvalidInput("key must be a plain name, such as title, tags or category.")
    parts = frontmatter.split(text)
    if parts.data is None and frontmatter_end(text):
        raise InvalidInput("The page's frontmatter is not valid YAML: mend it by a replacement first.")
    lines = _inside(parts.block)
    kept = _without(lines, key)
    added = _lines_of(key, value) if value.strip() else []
    place = _place(lines, kept)
    block = _block([*kept[:place], *added, *kept[place:]])
    result = block + parts.body
    return result if _is_right(parts, result, key, added) else _rewritten(parts, key, added)


def _inside(block: str) -> list[str]:
    return block.replace("\r\n", "\n").split("\n")[1:-2] if block.endswith("\n") else block.split("\n")[1:-1]


def _without(lines: list[str], key: str) -> list[str]:
    """The lines but those of the key: its own, and the indented ones (or list items) below."""
    start = re.compile(rf"""(?:{re.escape(key)}|"{re.escape(key)}"|'{re.escape(key)}')\s*:(?:\s|$)""")
    kept: list[str] = []
    inside = False
    for line in lines:
        if start.match(line):
            inside = True
        elif inside and line[:1] not in {" ", "\t", "-"}:
            inside = False
        if not inside:
            kept.append(line)
    return kept


def _place(lines: list[str], kept: list[str]) -> int:
    """Where the key stood, the end when it is new."""
    return next((i for i, (old, new) in enumerate(zip(lines, kept, strict=False)) if old != new), len(kept))


def _lines_of(key: str, value: str) -> list[str]:
    source = value.strip("\n")
    for candidate in (_written(key, source), f"{key}: {json.dumps(source, ensure_ascii=False)}"):
        data = frontmatter.split(f"{_FENCE}{candidate}\n{_FENCE}").data
        if data is not None and list(data) == [key] and data[key] is not None:
            return candidate.split("\n")
    raise InvalidInput(f"The value of {key!r} cannot be written as YAML: make it simpler.")


def _written(key: str, source: str) -> str:
    if "\n" not in source:
        return f"{key}: {source.strip()}"
    return f"{key}:\n" + "\n".join(f"  {line}" for line in source.split("\n"))


def _block(lines: list[str]) -> str:
    content = "".join(f"{line}\n" for line in lines)
    return f"{_FENCE}{content}{_FENCE}" if content.strip() else ""


def _wanted(parts: frontmatter.Frontmatter, key: str, added: list[str]) -> dict[str, object]:
    data = {name: value for name, value in (parts.data or {}).items() if name != key}
    if added:
        given = frontmatter.split(_FENCE + "".join(f"{line}\n" for line in added) + _FENCE).data or {}
        data |= given
    return data


def _is_right(parts: frontmatter.Frontmatter, result: str, key: str, added: list[str]) -> bool:
    wanted = _wanted(parts, key, added)
    found = frontmatter.split(result)
    return (found.data or {}) == wanted and found.body == parts.body


def _rewritten(parts: frontmatter.Frontmatter, key: str, added: list[str]) -> str:
    """For blocks in which a key has no lines of its own, `{a: 1, b: 2}`: the whole written anew."""
    import yaml  # late: as in frontmatter.py

    wanted = _wanted(parts, key, added)
    dumped = yaml.safe_dump(wanted, allow_unicode=True, sort_keys=False, width=1000) if wanted else ""
    return (f"{_FENCE}{dumped}{_FENCE}" if dumped else "") + parts.body
