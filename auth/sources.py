"""Where rights come from. `wiki_app` implements this over the wiki's own tables."""

from typing import Protocol


class RightsSource(Protocol):
    """Synchronous (one short SQLite read); the gate calls it in a thread."""

    def rights_of(self, email: str | None) -> frozenset[str]:
        """Names of `Right` that the account has; None, or an unknown address, is an anonymous visitor."""
        ...
