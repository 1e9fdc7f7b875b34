"""The thread that lets index and housekeeping follow the writes, a moment after the last one."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from wiki_app.errors import WikiError
from wiki_app.gitcommand import Git
from wiki_app.maintenance import tidy

log = logging.getLogger(__name__)

LOOK_EVERY = 2.0
"""Seconds between two looks at the branch while nobody writes here: an owner's commit is seen by then."""
AT_LATEST = 5.0
"""Seconds that a steady stream of writes can put the index off."""
TIDY_AFTER = 300
"""Writes between two looks at the number of loose objects."""


Follow = Callable[[], None]


class Follower:
    """Calls `follow` `delay` seconds after the last write, and now and then in between; with a delay of 0
    at each write, and without a thread.
    """

    def __init__(self, follow: Follow, git_dir: Path, git: Git, delay: float) -> None:
        self._follow = follow
        self._git_dir = git_dir
        self._git = git
        self._delay = delay
        self._wake = threading.Condition()
        self._last = 0.0
        self._first = 0.0
        self._writes = TIDY_AFTER
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="wikibot-follower", daemon=True)

    def start(self) -> None:
        """Starts the thread, if there is one."""
        if self._delay:
            self._thread.start()

    def written(self) -> None:
        """A commit was made."""
        if not self._delay:
            self._follow()
            return
        with self._wake:
            self._last = time.monotonic()
            self._first = self._first or self._last
            self._writes += 1
            self._wake.notify()

    def close(self) -> None:
        """Stops the thread; what it had not done yet is left to the caller."""
        with self._wake:
            self._stopped = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while self._wait():
            try:
                self._follow()
                if self._writes >= TIDY_AFTER:
                    self._writes = 0
                    tidy(self._git_dir, self._git)
            except WikiError as error:
                log.info("the index follows later: %s", error)
            except Exception:
                log.exception("following the branch failed")

    def _wait(self) -> bool:
        """Until some time after the last write, or until it is time to look; False at the end."""
        with self._wake:
            if not self._first:
                self._wake.wait(LOOK_EVERY)
            while self._first and not self._stopped and (rest := self._rest()) > 0:
                self._wake.wait(rest)
            self._first = 0.0
            return not self._stopped

    def _rest(self) -> float:
        now = time.monotonic()
        return min(self._last + self._delay, self._first + AT_LATEST) - now
