"""The write lock: between threads, between processes, and after a killed holder."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from wiki_app.errors import Unavailable
from wiki_app.locks import WriteLock, remove_stale_locks

HOLD = """
import sys, time
from pathlib import Path
from wiki_app.locks import WriteLock
with WriteLock(Path(sys.argv[1]), lambda since: None).held():
    print("held", flush=True)
    time.sleep(30)
"""


def hold_in_another_process(path: Path) -> subprocess.Popen[str]:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout and holder.stdout.readline() == "held\n"
    return holder


def ignore(since: float) -> None:
    raise AssertionError(f"no crash happened, but one was noticed: {since}")


def test_it_is_reentrant_in_a_thread_and_exclusive_between_threads(tmp_path: Path) -> None:
    lock = WriteLock(tmp_path / "lock", ignore, timeout=0.05)
    failures: list[Exception] = []

    def try_it() -> None:
        try:
            with lock.held():
                pass
        except Unavailable as error:
            failures.append(error)

    with lock.held(), lock.held():
        other = threading.Thread(target=try_it)
        other.start()
        other.join()
    try_it()
    assert len(failures) == 1


def test_another_process_waits_and_a_killed_one_is_noticed(tmp_path: Path) -> None:
    crashes: list[float] = []
    lock = WriteLock(tmp_path / "lock", crashes.append, timeout=0.05)
    holder = hold_in_another_process(tmp_path / "lock")
    with pytest.raises(Unavailable), lock.held():
        pass
    with holder:
        os.kill(holder.pid, signal.SIGKILL)
    with lock.held():
        pass
    with lock.held():
        pass
    assert len(crashes) == 1 and abs(crashes[0] - time.time()) < 60


def test_only_locks_of_the_crashed_write_and_very_old_ones_are_removed(tmp_path: Path) -> None:
    now = time.time()
    for name, age in {"index.lock": 5, "HEAD.lock": 3600, "packed-refs.lock": 30}.items():
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (now - age, now - age))
    remove_stale_locks(tmp_path, "refs/heads/main", since=now - 10)
    assert os.listdir(tmp_path) == ["packed-refs.lock"]
