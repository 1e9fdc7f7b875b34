"""What the routes take: request bodies. Types are strict: `content: 5` is refused, not converted."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Body(BaseModel):
    """Unknown fields are ignored, as older clients expect. A process builds only what is sent to it."""

    model_config = ConfigDict(strict=True, defer_build=True)

    commit_message: str | None = Field(None, description="Used verbatim; without it a usual one is made.")


class WriteBody(Body):
    """The whole text of a page."""

    content: str
    revision: str | None = Field(None, description="What the text is based on; needed when the page exists.")
    merge: bool = Field(False, description="Merge three-way with what others wrote since `revision`.")


class EditItem(BaseModel):
    """One replacement."""

    model_config = ConfigDict(strict=True, defer_build=True)

    old_string: str = Field(description="Stands exactly once in the raw text.")
    new_string: str


class EditBody(Body):
    """One replacement as `old_string` and `new_string`, or several as `edits`: all or nothing."""

    revision: str
    old_string: str | None = None
    new_string: str | None = None
    edits: list[EditItem] | None = None
    dry_run: bool = Field(False, description="Change nothing; the answer has the `diff`.")
    merge: bool = False

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        single = self.old_string is not None or self.new_string is not None
        if single and self.edits is not None:
            raise ValueError("give either old_string and new_string, or edits")
        if self.edits is None and (self.old_string is None or self.new_string is None):
            raise ValueError("old_string and new_string are required, or edits")
        return self

    def replacements(self) -> list[tuple[str, str]]:
        """The replacements as (old, new), whichever form they came in."""
        if self.edits is not None:
            return [(item.old_string, item.new_string) for item in self.edits]
        return [(self.old_string or "", self.new_string or "")]


class DeleteBody(Body):
    """Optional; with `revision` the page is deleted only if that is its revision still."""

    revision: str | None = None


class RenameBody(Body):
    """Where the page goes."""

    new_path: str
    revision: str | None = Field(None, description="The page's revision: refused if it has another by now.")


class RevertBody(Body):
    """Which text the page gets again."""

    revision: str
    base_revision: str | None = Field(
        None, description="The page's revision now: refused if it has another by then."
    )


class AttachBody(Body):
    """A file as base64."""

    filename: str
    content: str = Field(description="base64", json_schema_extra={"contentEncoding": "base64"})


class MessageBody(Body):
    """Optional."""


class BatchBody(Body):
    """Operations on pages, in one commit or not at all.

    Each has `op` (write, edit, delete, rename, revert), `path` and the fields of that operation.
    """

    edits: list[dict[str, object]] = Field(min_length=1)
    dry_run: bool = False
