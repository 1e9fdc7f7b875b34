"""One rendering at a time: Otter Wiki's renderer keeps the page that it is working on in itself.

Two threads in it at once end in an error, or in one page's table of contents above the text of another.
Rendering is Python from end to end, so that threads would gain nothing by running side by side.
"""

import threading
from collections.abc import Callable
from functools import wraps
from typing import Any

_ALONE = threading.RLock()
"""Re-entrant: a page that includes another renders that one on the way."""


def one_at_a_time(original: Callable[..., Any]) -> Callable[..., Any]:
    """Replaces OtterwikiRenderer.markdown."""

    @wraps(original)
    def markdown(*args: Any, **kwargs: Any) -> Any:
        with _ALONE:
            return original(*args, **kwargs)

    return markdown
