"""A storage over a small store; and a served wiki, one for all tests, in a process of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.wiki_app.otter.served import ServedWiki
from wiki_app.otter.storage import WikiStorage
from wiki_app.rules import WikiRules
from wiki_app.store import Store

ANN = ("Ann Author", "ann@example.org")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path, tmp_path / "cache", WikiRules, index_delay=0)
    yield store
    store.close()


@pytest.fixture
def storage(store: Store) -> WikiStorage:
    """Three pages in two folders, and a picture."""
    storage = WikiStorage(store)
    storage.store("home.md", "# Home\n\nwelcome\n", "first", ANN)
    storage.store("docs/guide.md", "# Guide\n\nsee [[Home]]\n", "second", ANN)
    storage.store("docs/guide/picture.png", b"\x89PNG\0\r\n", "third", ANN, mode="wb")
    storage.store("docs/deep/er.md", "deeper\n", "fourth", ANN)
    return storage


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedWiki]:
    """The wiki behind HTTP."""
    with ServedWiki.start(tmp_path_factory.mktemp("served")) as wiki:
        yield wiki
