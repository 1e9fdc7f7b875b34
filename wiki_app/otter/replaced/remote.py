"""Pull and hard reset move HEAD and the working files by git itself: nobody else may write meanwhile."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from wiki_app.otter.storage import WikiStorage

Outcome = tuple[bool, str]


def exclusive(original: Callable[..., Outcome], storage: WikiStorage) -> Callable[..., Outcome]:
    """A method of RepositoryManager that holds the store's write lock while it runs."""

    @wraps(original)
    def alone(*args: Any, **kwargs: Any) -> Outcome:
        with storage.exclusive():
            return original(*args, **kwargs)

    return alone
