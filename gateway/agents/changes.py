"""What the tools that change pages have in common: their last arguments and what they answer."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal

from pydantic import Field

from gateway.agents.call import Call
from gateway.agents.cutting import cut_lines
from gateway.agents.shapes import Shape
from gateway.agents.spec import Body
from gateway.agents.tokens import PAGE_TEXT, fitting
from wiki_app.pages import AnyOp, Outcome

MERGED = "Others had changed the page since your revision; your change and theirs lay apart and were merged."


class ChangeShape(Shape):
    """Every change may say why, be repeated safely, and be tried first."""

    message: str = Field("", description="What and why, for the history")
    dry_run: bool = Field(False, description="Change nothing, show the diff")
    idempotency_key: str = Field("", description="Same key, same result: for safe retries")


class EditItem(Shape):
    """One edit of a page."""

    op: Literal[
        "replace", "replace_section", "append", "insert_before", "insert_after", "set_frontmatter"
    ] = Field("replace", description="replace needs old_string; the next four a section; the last a key")
    old_string: str = Field("", description="Stands exactly once in the page")
    new_string: str = Field("", description="New text, or YAML value (empty removes the key)")
    section: str = Field(
        "", description="Heading or #anchor; empty: page end (append) or start (insert_before)"
    )
    key: str = Field("", description="Frontmatter key")

    more_aliases: ClassVar[Mapping[str, str]] = {
        "content": "new_string",
        "text": "new_string",
        "value": "new_string",
        "action": "op",
    }

    def item(self) -> dict[str, object]:
        """As wiki_app.pages.page_edits takes it."""
        return self.model_dump()


def preview(call: Call, ops: Sequence[AnyOp], message: str) -> Body:
    """What the operations would change."""
    tried = call.pages.batch(list(ops), call.actor(), message or None, dry_run=True)
    diffs = dict(tried.diffs)
    text = "\n".join(diff for diff in diffs.values() if diff)
    body: Body = {"dry_run": True, "pages": shortened(list(diffs)), "diff": cut_lines(text, PAGE_TEXT)}
    if any(getattr(outcome, "merged", False) for outcome in tried.outcomes):
        body |= {"merged": True, "note": MERGED}
    return body


def changed(call: Call, outcome: Outcome, **more: object) -> Body:
    """What became of the page; never its text."""
    body: Body = {"path": outcome.path, "revision": outcome.revision, "url": call.url(outcome.path), **more}
    if getattr(outcome, "merged", False):
        body |= {"merged": True, "note": MERGED}
    return body


def shortened(paths: list[str]) -> list[str]:
    """As many as a result may hold, and a last entry that counts the rest."""
    count = fitting(paths, PAGE_TEXT // 2)
    return [*paths[:count], f"… ({len(paths) - count} more)"] if count < len(paths) else paths
