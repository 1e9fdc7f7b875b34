"""What the page service takes and gives back: plain, frozen, the same for REST and MCP."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from wiki_app.catalog import Change
from wiki_app.repository import Author, CommitInfo


@dataclass(frozen=True)
class Actor:
    """Who changes something: the person is git's author, the agent stands in the commit's trailers.

    A write with an `idempotency_key` happens once: within 24 hours the same author's same key changes
    nothing more and gets the first result.
    """

    author: Author
    agent: str | None = None
    client: str | None = None
    request_id: str | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True)
class Revision(Change):
    """A change of a page; its commit's message is without the trailers, which stand beside it."""

    agent: str | None = None
    client: str | None = None

    @property
    def revision(self) -> str:
        """The commit's id."""
        return self.commit.revision


@dataclass(frozen=True)
class PageView:
    """A page as it is, or was at a revision. `path`, `links_to` and `linked_from` are display paths,
    `content` the raw text with its frontmatter block, `revision` what a change has to be based on.
    """

    key: str
    path: str
    name: str
    content: str
    frontmatter: dict[str, object] | None
    links_to: list[str]
    linked_from: list[str]
    revision: str
    last_commit: Revision


@dataclass(frozen=True)
class PageSummary:
    """A page in a listing. `words` are those of the body, `size` the file's bytes."""

    key: str
    path: str
    name: str
    category: str | None
    tags: tuple[str, ...]
    words: int
    size: int
    revision: str
    author: Author
    changed: datetime


@dataclass(frozen=True)
class PageLinks:
    """Display paths; missing pages included."""

    key: str
    path: str
    links_to: list[str]
    linked_from: list[str]


@dataclass(frozen=True)
class LinkGraph:
    """All pages and link targets, and the links as (source, target); display paths."""

    nodes: list[str]
    edges: list[tuple[str, str]]


@dataclass(frozen=True)
class LooseEnds:
    """Pages without backlinks, and links to missing pages as (source, target); display paths."""

    orphans: list[str]
    broken: list[tuple[str, str]]


@dataclass(frozen=True)
class PageHistory:
    """Newest first, through renames."""

    key: str
    path: str
    revisions: list[Revision]


@dataclass(frozen=True)
class PageDiff:
    """A unified diff between two revisions (full ids)."""

    key: str
    path: str
    from_: str
    to: str
    diff: str


@dataclass(frozen=True)
class LoggedCommit:
    """A commit of the wiki with the display paths of the pages that it touched."""

    commit: CommitInfo
    pages: tuple[str, ...]
    agent: str | None = None
    client: str | None = None


@dataclass(frozen=True)
class Replacement:
    """`old` stands exactly once in the raw text and becomes `new`."""

    old: str
    new: str


@dataclass(frozen=True)
class SectionEdit:
    """A section, by its heading or `#anchor`: replaced by `text`, continued with it, or `text` put before
    or behind it. No section means the page's beginning (before) or end (append).
    """

    action: Literal["replace", "append", "before", "after"]
    section: str
    text: str


@dataclass(frozen=True)
class FrontmatterEdit:
    """A key of the frontmatter and its value as YAML; an empty one takes the key away."""

    key: str
    value: str


PageEdit = Replacement | SectionEdit | FrontmatterEdit


@dataclass(frozen=True)
class Outcome:
    """What became of a page. `revision` is its revision afterwards; in a dry run, and where a page has
    none, "".
    """

    key: str
    path: str
    revision: str


@dataclass(frozen=True)
class Written(Outcome):
    """`merged`: the text is a three-way merge with what others wrote since the caller's revision."""

    name: str
    created: bool
    merged: bool


@dataclass(frozen=True)
class Edited(Outcome):
    """`diff` is the unified diff of a dry run, else ""."""

    name: str
    merged: bool
    diff: str = ""


@dataclass(frozen=True)
class Deleted(Outcome):
    """`revision` is the commit that deleted the page."""


@dataclass(frozen=True)
class Renamed(Outcome):
    """`key` and `path` are the new ones, as `new_path`. `updated_pages` had their links rewritten,
    `moved` says which page (display path) went where, the page itself first.
    """

    old_path: str
    new_path: str
    updated_pages: list[str]
    moved: list[tuple[str, str]]


@dataclass(frozen=True)
class Reverted(Outcome):
    """`restored` is the revision whose text the page has again."""

    name: str
    restored: str


@dataclass(frozen=True)
class BatchResult:
    """`outcomes` in the order of the operations; `diffs` (display path, unified diff) of a dry run."""

    revision: str | None
    outcomes: tuple[Outcome, ...]
    diffs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class AttachmentInfo:
    """A file in the folder named like the page; `path` is the page's display path, `size` in bytes."""

    path: str
    filename: str
    size: int
    mime_type: str
    last_modified: datetime
    revision: str


@dataclass(frozen=True)
class AttachmentView:
    """An attachment with its bytes."""

    info: AttachmentInfo
    data: bytes


@dataclass(frozen=True)
class AttachmentList:
    """A page's attachments, sorted by name."""

    key: str
    path: str
    attachments: list[AttachmentInfo]
