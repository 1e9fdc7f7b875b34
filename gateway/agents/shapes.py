"""What tools take: arguments as strict shapes, with the names that people use, and their JSON Schema.

Some editors drop every tool of a server when one schema holds a union or no `required`; so optional
arguments have plain types and a default, and null counts as not given.
"""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, get_origin

from pydantic import BaseModel, ConfigDict, model_validator

ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "old_text": "old_string",
        "old_str": "old_string",
        "old": "old_string",
        "find": "old_string",
        "new_text": "new_string",
        "new_str": "new_string",
        "new": "new_string",
        "replace": "new_string",
        "text": "content",
        "body": "content",
        "markdown": "content",
        "name": "path",
        "title": "path",
        "page": "path",
        "page_path": "path",
        "heading": "section",
        "q": "query",
        "base_revision": "revision",
        "new_name": "new_path",
        "new_title": "new_path",
        "destination": "new_path",
        "commit_message": "message",
        "summary": "message",
    }
)
"""Accepted, not listed: a name that a shape has itself is never taken for another."""


class Shape(BaseModel):
    """An object of arguments. Unknown names are refused: a slip of the pen must not write a page."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    more_aliases: ClassVar[Mapping[str, str]] = {}
    """Names that only this shape takes."""

    @model_validator(mode="before")
    @classmethod
    def _usual(cls, raw: Any) -> Any:
        return cls.usual(raw) if isinstance(raw, Mapping) else raw

    @classmethod
    def usual(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments under their own names; lists and objects that came as JSON texts unpacked."""
        given = {name: value for name, value in raw.items() if value is not None}
        for alias, name in (*ALIASES.items(), *cls.more_aliases.items()):
            if alias in given and alias not in cls.model_fields and name in cls.model_fields:
                given.setdefault(name, given.pop(alias))
        return {name: cls._unpacked(name, value) for name, value in given.items()}

    @classmethod
    def _unpacked(cls, name: str, value: Any) -> Any:
        field = cls.model_fields.get(name)
        if field is None or not isinstance(value, str) or get_origin(field.annotation) is not list:
            return value
        if not value.lstrip().startswith("["):
            return [value] if field.annotation == list[str] else value
        try:
            return json.loads(value)
        except ValueError:
            return value


def schema_of(shape: type[Shape]) -> dict[str, Any]:
    """The JSON Schema of a tool's arguments, self-contained and as short as it can be."""
    whole = shape.model_json_schema()
    slim: dict[str, Any] = _slim(whole, whole.get("$defs", {}))
    return slim


def _ordered(node: Mapping[str, Any]) -> list[str]:
    """What every change takes comes last: models read the beginning best."""
    last = ("message", "dry_run", "idempotency_key")
    return sorted(node["properties"], key=lambda name: name in last)


def _slim(node: Any, defs: Mapping[str, Any]) -> Any:
    if isinstance(node, list):
        return [_slim(item, defs) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        beside = {name: value for name, value in node.items() if name != "$ref"}
        return _slim(defs[node["$ref"].rpartition("/")[2]] | beside, defs)
    dropped = {"title", "$defs", "additionalProperties"}
    slim = {name: _slim(value, defs) for name, value in node.items() if name not in dropped or name == ""}
    if node.get("type") == "object" and "properties" in node:
        slim["properties"] = {name: _slim(node["properties"][name], defs) for name in _ordered(node)}
        slim["required"] = list(node.get("required", []))
        slim.pop("description", None)
    return slim
