"""What the routes answer. These models document the answers; the tests hold every answer against them."""

from pydantic import BaseModel, ConfigDict, Field


class Answer(BaseModel):
    """No answer has a field that its model does not name."""

    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """Every error: one sentence, a stable word, and fields that depend on the code."""

    model_config = ConfigDict(extra="allow")

    error: str
    code: str


class CommitEntry(Answer):
    """One commit; `agent` and `client` only where they are known."""

    revision: str
    author: str
    date: str = Field(description="ISO 8601 with offset")
    message: str
    agent: str | None = None
    client: str | None = None


class Health(Answer):
    status: str


class PageEntry(Answer):
    name: str
    path: str
    category: str | None
    tags: list[str]
    last_updated: str = Field(description="YYYY-MM-DD")
    content_length: int = Field(description="Words of the body")


class PageList(Answer):
    pages: list[PageEntry]
    total: int
    next_cursor: str | None = Field(None, description="Only with `limit`; null on the last page.")


class Page(Answer):
    name: str
    path: str
    content: str = Field(description="The raw text with its frontmatter")
    frontmatter: dict[str, object] | None
    links_to: list[str]
    linked_from: list[str]
    revision: str
    last_commit: CommitEntry
    section: str | None = Field(None, description="Only when one was asked for: `content` is that section.")


class Written(Answer):
    name: str
    path: str
    revision: str
    created: bool
    merged: bool | None = Field(None, description="Only after a three-way merge")


class Edited(Answer):
    name: str
    path: str
    revision: str
    merged: bool | None = None
    dry_run: bool | None = None
    diff: str | None = Field(None, description="Only in a dry run")


class Deleted(Answer):
    deleted: bool
    path: str


class Renamed(Answer):
    old_path: str
    new_path: str
    revision: str
    updated_pages: list[str]


class Reverted(Answer):
    path: str
    revision: str


class History(Answer):
    path: str
    history: list[CommitEntry]


class Diff(Answer):
    path: str
    from_: str = Field(alias="from")
    to: str
    diff: str


class AttachmentEntry(Answer):
    filename: str
    size: int
    mime_type: str
    last_modified: str


class AttachmentList(Answer):
    attachments: list[AttachmentEntry]
    total: int
    path: str


class Attached(Answer):
    filename: str
    path: str
    size: int
    mime_type: str


class Attachment(Answer):
    filename: str
    content: str = Field(description="base64")
    size: int
    mime_type: str


class Detached(Answer):
    deleted: bool
    filename: str


class SearchHit(Answer):
    name: str
    path: str
    snippet: str
    score: float
    section: str | None = Field(None, description="Where on the page; not in mode=keyword")
    section_path: list[str] | None = Field(None, description="Its headings, outermost first")
    matched: list[str] | None = Field(None, description="exact, keyword, meaning: what led here")


class SearchResults(Answer):
    query: str
    results: list[SearchHit]
    total: int
    mode: str | None = Field(None, description="The mode that answered; not in mode=keyword")
    behind: int | None = Field(None, description="Parts of pages that are not yet found by meaning")
    note: str | None = Field(None, description="Why it is less than what was asked for")


class SectionHit(Answer):
    name: str
    path: str
    text: str
    snippet: str
    distance: float = Field(description="1 − cosine: 0 is the same direction")
    section: str
    section_path: str = Field(description="Headings, outermost first, with ` > ` between them")
    chunk_index: int
    total_chunks: int
    page_word_count: int


class SectionResults(Answer):
    query: str
    results: list[SectionHit]
    total: int


class Reindexed(Answer):
    status: str = Field(description="idle, in_progress, complete or error")
    started_at: str | None = None
    pages_indexed: int | None = None
    chunks_created: int | None = None
    error_message: str | None = None
    completed_at: str | None = None


class PageLinks(Answer):
    path: str
    links_to: list[str]
    linked_from: list[str]


class LinkEdge(Answer):
    source: str
    target: str


class LinkGraph(Answer):
    nodes: list[str]
    edges: list[LinkEdge]


class ChangelogEntry(CommitEntry):
    pages_affected: list[str]


class Changelog(Answer):
    entries: list[ChangelogEntry]
    total: int


class BatchOutcome(Answer):
    op: str
    path: str
    revision: str


class BatchDiff(Answer):
    path: str
    diff: str


class BatchResult(Answer):
    revision: str | None
    results: list[BatchOutcome]
    dry_run: bool | None = None
    diffs: list[BatchDiff] | None = Field(None, description="Only in a dry run")


class VectorStatus(Answer):
    status: str
    backend_type: str
    collection: str | None
    document_count: int
