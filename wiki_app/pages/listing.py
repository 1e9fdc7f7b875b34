"""The pages of the wiki, filtered."""

from dataclasses import dataclass
from datetime import UTC, datetime

from wiki_app.catalog import CatalogView, PageRecord
from wiki_app.names import display
from wiki_app.pages.naming import name_of
from wiki_app.pages.shapes import PageSummary
from wiki_app.rules import WikiRules


@dataclass(frozen=True)
class Filter:
    """All of them must hold. `prefix` is a plain string prefix of the path; category and tag match
    exactly; upper and lower case are the same (for the prefix where the wiki's names have none).
    """

    prefix: str = ""
    category: str | None = None
    tag: str | None = None
    updated_since: datetime | None = None

    def passes(self, record: PageRecord) -> bool:
        """Whether a page belongs into the listing, its prefix apart."""
        return (
            (not self.category or (record.category or "").casefold() == self.category.casefold())
            and (not self.tag or self.tag.casefold() in (tag.casefold() for tag in record.tags))
            and (self.updated_since is None or record.changed >= _aware(self.updated_since))
        )


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def list_pages(view: CatalogView, wanted: Filter) -> list[PageSummary]:
    """Sorted by key."""
    prefix = wanted.prefix.lstrip("/")
    prefixes = {prefix} if view.rules.retain_case else {prefix, prefix.lower()}
    records = {record.key: record for start in prefixes for record in view.pages(start)}
    return [summary(records[key], view.rules) for key in sorted(records) if wanted.passes(records[key])]


def summary(record: PageRecord, rules: WikiRules) -> PageSummary:
    """A page's row."""
    path = display(record.key, rules)
    return PageSummary(
        key=record.key,
        path=path,
        name=name_of(record.title if record.titled else None, path),
        category=record.category,
        tags=record.tags,
        words=record.words,
        size=record.size,
        revision=record.revision,
        author=record.author,
        changed=record.changed,
    )
