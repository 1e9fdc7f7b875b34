"""The errors of the wiki, each with the stable code that REST, MCP and the browser share."""

from typing import ClassVar


class WikiError(Exception):
    """Something the caller has to know.

    `message` is one sentence that says what is wrong and what to do; `fields` are JSON-able
    values (paths, revisions, diffs) that belong in the answer beside it.
    """

    code: ClassVar[str] = "unavailable"

    def __init__(self, message: str, **fields: object) -> None:
        super().__init__(message)
        self.message = message
        self.fields = fields


class InvalidInput(WikiError):
    """The request itself is wrong; repeating it unchanged cannot succeed."""

    code = "invalid_input"


class PathClash(InvalidInput):
    """A file stands where a directory is needed, or the other way round."""


class NotFound(WikiError):
    """No such page, revision, attachment or object."""

    code = "not_found"


class Conflict(WikiError):
    """The state moved on since the caller looked at it."""

    code = "conflict"


class TooLarge(WikiError):
    """More bytes than the limit that the message names."""

    code = "too_large"


class Unavailable(WikiError):
    """A part does not answer now; the same request may succeed later."""

    code = "unavailable"
