"""Otter Wiki's storage on our store. Its parts: base, reading, history and writing."""

from collections.abc import Callable
from pathlib import Path

from otterwiki import gitstorage

from wiki_app.otter.writing import Writing
from wiki_app.store import Store

OpenStore = Callable[[Path, bool], Store]
"""Finds or opens the store of a repository; the flag says whether it may be made."""


class WikiStorage(Writing):
    """The whole interface of otterwiki.gitstorage.GitStorage: reads from HEAD, writes by compare-and-swap."""


def put_in_place(open_store: OpenStore) -> type[WikiStorage]:
    """Makes Otter Wiki build its storage from us: `otterwiki.server` calls this class when it is imported,
    so this comes before (the only injection there is; STORE.md).
    """

    class Storage(WikiStorage):
        def __init__(
            self,
            path: str,
            initialize: bool = False,  # noqa: FBT002
            allow_external_symlinks: bool = False,  # noqa: FBT002
        ) -> None:
            super().__init__(
                open_store(Path(path), initialize), allow_external_symlinks=allow_external_symlinks
            )

    gitstorage.GitStorage = Storage
    return Storage
