"""What Otter Wiki does after a change: it tells its plugins and pushes to the remote, if one is set."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from otterwiki.plugins import plugin_manager
from otterwiki.repomgmt import get_repo_manager

from wiki_app.repository import Committed

log = logging.getLogger(__name__)


def announce(files: list[str]) -> None:
    """Tells plugins which files changed, and starts the automatic push."""
    plugin_manager.hook.repository_changed(changed_files=files)
    manager = get_repo_manager()
    if manager:
        manager.auto_push_if_enabled()


class Listener:
    """Announces the commits of the other doors: REST, agents, pushes, the owner's own.

    The storage announces its own writes itself, with the names that its caller used.
    """

    def __init__(self) -> None:
        self._own = threading.local()

    @contextmanager
    def own_write(self) -> Iterator[None]:
        """Commits of this thread are announced by the caller."""
        self._own.depth = getattr(self._own, "depth", 0) + 1
        try:
            yield
        finally:
            self._own.depth -= 1

    def __call__(self, committed: Committed) -> None:
        """A listener of the store. A plugin that fails must not fail somebody else's write."""
        if getattr(self._own, "depth", 0):
            return
        try:
            announce(sorted({change.path for change in committed.changes}))
        except Exception:
            log.exception("a plugin failed on the change %s", committed.revision)
