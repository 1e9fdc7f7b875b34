"""A small wiki on a real store, as the tests of the page service use it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.wiki_app.git import git
from wiki_app.pages import Actor, PageService, Replacement, Written
from wiki_app.repository import Author
from wiki_app.rules import WikiRules
from wiki_app.store import Store

ANNA = Actor(Author("Anna", "anna@example.org"))


@dataclass(frozen=True)
class Wiki:
    """The service, its store, and shorthands that act as Anna."""

    store: Store
    pages: PageService

    @property
    def folder(self) -> Path:
        """The repository's working files."""
        return self.store.repository.path

    def put(self, path: str, content: str, revision: str | None = None) -> Written:
        """Writes a page, from its current revision unless another is given."""
        if revision is None and self.exists(path):
            revision = self.pages.read(path).revision
        return self.pages.write(path, content, revision, ANNA)

    def edit(self, path: str, old: str, new: str) -> str:
        """Replaces one string; gives back the revision."""
        revision = self.pages.read(path).revision
        return self.pages.edit(path, [Replacement(old, new)], revision, ANNA).revision

    def text(self, path: str) -> str:
        """A page's content."""
        return self.pages.read(path).content

    def exists(self, path: str) -> bool:
        """Whether the listing has the page."""
        return any(page.key == path.lower() or page.key == path for page in self.pages.list())

    def log(self, *args: str) -> list[str]:
        """Lines of git's own log."""
        return git(self.folder, "log", *args).splitlines()


def open_wiki(folder: Path, rules: WikiRules | None = None) -> Wiki:
    """A wiki in `folder`; git's index is left to the end."""

    def current() -> WikiRules:
        return rules or WikiRules()

    def clock() -> datetime:
        return datetime.now(UTC)

    store = Store.open(folder / "data", folder / "cache", current, clock=clock, index_delay=60)
    return Wiki(store, PageService(store, current, clock))
