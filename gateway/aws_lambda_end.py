"""The end of a Lambda environment: SIGTERM, while the runtime waits for an event that never comes.

The runtime client waits in C, where Python's own signal handlers are not run; so the signal is taken from
the wake-up pipe by a thread (https://docs.python.org/3/library/signal.html#signal.set_wakeup_fd). AWS sends
SIGTERM only where an extension is registered, never during an event, and SIGKILL soon after.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable


def at_the_end(close: Callable[[], None]) -> None:
    """Call `close` before the process ends, by SIGTERM (with exit code 0) or by itself.

    Called in another than the main thread, it leaves the process's signals alone.
    """
    threading.Thread(target=_outlive, args=(close,), name="last", daemon=False).start()
    if threading.current_thread() is not threading.main_thread():
        return
    told, tells = os.pipe()
    os.set_blocking(tells, False)
    signal.set_wakeup_fd(tells, warn_on_full_buffer=False)
    signal.signal(signal.SIGTERM, lambda *_: None)  # without a handler nothing is written to the pipe
    threading.Thread(target=_wait, args=(told, close), name="end", daemon=True).start()


def _outlive(close: Callable[[], None]) -> None:
    """The app's worker threads keep a process from ending, and `atexit` waits for them: too late to stop them."""
    threading.main_thread().join()
    close()


def _wait(told: int, close: Callable[[], None]) -> None:
    while signal.SIGTERM not in os.read(told, 64):
        pass
    try:
        close()
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(0)  # the main thread waits in C and would not end
