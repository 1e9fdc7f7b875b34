"""The errors of the search, each with the stable code that REST and MCP share."""

from typing import ClassVar


class SearchError(Exception):
    """Something that the caller of a search has to know.

    `message` is one sentence; `fields` are JSON-able values that belong in the answer beside it.
    """

    code: ClassVar[str] = "unavailable"

    def __init__(self, message: str, **fields: object) -> None:
        super().__init__(message)
        self.message = message
        self.fields = fields


class SearchUnavailable(SearchError):
    """This kind of search does not answer now."""


class IndexDamaged(SearchError):
    """A derived index cannot be read: it must be reset and filled again."""


class RebuildRunning(SearchError):
    """One rebuild at a time."""

    code: ClassVar[str] = "conflict"
