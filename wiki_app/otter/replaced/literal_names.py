"""Pages whose names hold what Otter Wiki takes out of every name: `acme.sh`, `C#`, `what?`.

They come from git or from REST. Without this they stand in the page index, and their links lead to "not
found"; a name that is new is cleaned as before.
"""

from collections.abc import Callable
from typing import Any

from otterwiki.helper import get_filename

from wiki_app.otter.storage import WikiStorage

Sanitize = Callable[..., str]


def existing_as_it_is(original: Sanitize, storage: WikiStorage) -> Sanitize:
    """Replaces wiki.sanitize_pagename."""

    def sanitize_pagename(value: Any, *args: Any, **kwargs: Any) -> str:
        cleaned = original(value, *args, **kwargs)
        literal = str(value).removesuffix(".md").strip("/")
        if literal == cleaned or not literal or not storage.exists(get_filename(literal)):
            return cleaned
        return literal

    return sanitize_pagename
