"""A page as it is, or was."""

from wiki_app.catalog import CatalogView, Change, PageRecord
from wiki_app.names import display, file_of, resolve
from wiki_app.pages.messages import revision_of
from wiki_app.pages.naming import name_of
from wiki_app.pages.revisions import Past, past_or_missing
from wiki_app.pages.shapes import PageView
from wiki_app.pages.stage import missing
from wiki_app.pages.texts import decode, readable
from wiki_app.repository import Repository
from wiki_app.text import frontmatter, wikilinks


def find(view: CatalogView, raw: str) -> str:
    """The key of a page that should exist, whether it does or not. Raises InvalidInput."""
    return resolve(raw, view.rules, exists=lambda key: view.snapshot.entry(file_of(key)) is not None)


def record_of(view: CatalogView, raw: str) -> PageRecord:
    """What the catalog has of a page. Raises NotFound, InvalidInput."""
    record = view.page(find(view, raw))
    if record is None:
        raise missing(raw)
    return record


def shown_all(view: CatalogView, keys: list[str]) -> list[str]:
    """Display paths."""
    return [display(key, view.rules) for key in keys]


def read(view: CatalogView, repository: Repository, raw: str) -> PageView:
    """The page at the view's commit. Raises NotFound, InvalidInput."""
    record = record_of(view, raw)
    change = view.last_change(record.path)
    if change is None:
        raise missing(raw)
    text = decode(repository.blob(record.blob))
    return _page(view, record.key, readable(text), view.links_from(record.key), change)


def read_past(view: CatalogView, repository: Repository, raw: str, prefix: str) -> PageView:
    """The page as it was; what links to it is what links to it now. Raises NotFound, InvalidInput."""
    key = resolve(raw, view.rules, exists=lambda key: bool(view.history(file_of(key), limit=1)))
    found = past_or_missing(view, repository, key, prefix)
    text = readable(found.text)
    return _page(
        view, key, text, wikilinks.targets(text, view.rules), _change_behind(view, repository, key, found)
    )


def _page(view: CatalogView, key: str, text: str, links: list[str], change: Change) -> PageView:
    parts = frontmatter.split(text)
    path = display(key, view.rules)
    return PageView(
        key=key,
        path=path,
        name=name_of(parts.title, path),
        content=text,
        frontmatter=parts.data,
        links_to=shown_all(view, links),
        linked_from=shown_all(view, view.links_to(key)),
        revision=change.commit.revision,
        last_commit=revision_of(change),
    )


def _change_behind(view: CatalogView, repository: Repository, key: str, found: Past) -> Change:
    """The newest change of the page at or before that commit."""
    history = view.history(file_of(key))
    at = view.position(found.commit)
    for change in history:
        place = view.position(change.commit.revision)
        if change.commit.revision == found.commit:
            return change
        if at is not None and place is not None and place >= at and change.blob is not None:
            return change
    return Change(repository.info(found.commit), found.path, "M", None, None)
