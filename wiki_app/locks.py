"""The write lock of a store: between threads and, by flock, between processes.

Correctness never rests on it (the compare-and-swap of the reference decides); it saves retries, keeps the
working files in step and tells, after a crash, that the last holder died inside a write.
"""

import errno
import fcntl
import logging
import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from wiki_app.errors import Unavailable

log = logging.getLogger(__name__)

_NOT_SUPPORTED = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}


class WriteLock:
    """Re-entrant in a thread. While it is held its file holds the time of taking it, so what a killed
    holder left behind is noticed by the next one: `on_crash` gets that time (seconds since the epoch).
    """

    def __init__(self, path: Path, on_crash: Callable[[float], None], timeout: float = 60.0) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._on_crash = on_crash
        self._timeout = timeout
        self._threads = threading.RLock()
        self._depth = 0
        self._file = -1

    @contextmanager
    def held(self) -> Iterator[None]:
        """Holds the lock. Raises Unavailable when it cannot be had within the time-out."""
        if not self._threads.acquire(timeout=self._timeout):
            raise Unavailable("The wiki is busy with another write; try again soon.")
        try:
            if self._depth == 0:
                self._enter()
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0:
                    self._leave()
        finally:
            self._threads.release()

    def _enter(self) -> None:
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            self._lock()
            died = os.pread(self._file, 32, 0)
            os.pwrite(self._file, b"%-20.6f" % time.time(), 0)
            if died:
                log.warning("the last writer died inside a write; repairing what it left")
                self._on_crash(_seconds(died))
        except BaseException:
            os.close(self._file)
            raise

    def _lock(self) -> None:
        deadline = time.monotonic() + self._timeout
        while True:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except OSError as error:
                if error.errno in _NOT_SUPPORTED:
                    return  # compare-and-swap alone keeps such a file system safe
                if time.monotonic() > deadline:
                    raise Unavailable("The wiki is busy with another write; try again soon.") from error
            time.sleep(random.uniform(0.0005, 0.004))

    def _leave(self) -> None:
        os.ftruncate(self._file, 0)
        os.close(self._file)


def _seconds(text: bytes) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def remove_stale_locks(git_dir: Path, branch: str, since: float, older_than: float = 60.0) -> None:
    """Removes git's own lock files that a killed writer left: those made after `since` (seconds since the
    epoch), when the crashed holder took our lock, and those older than `older_than` seconds.
    """
    for name in (branch, "HEAD", "index", "packed-refs"):
        path = git_dir / f"{name}.lock"
        try:
            made = path.stat().st_mtime
        except OSError:
            continue
        if made >= since - 1 or time.time() - made > older_than:
            log.warning("removed the stale lock %s", path.name)
            path.unlink(missing_ok=True)
