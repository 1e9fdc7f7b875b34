"""An HTML page in pieces: what all visitors share, with gaps for what they do not.

While a page that may be kept is rendered, the template puts a mark where the session's CSRF token belongs and
another where the sidebar's tree does; the marks hold a secret of this process, so no text of a page can
contain them.
"""

import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass

SECRET = secrets.token_hex(16)
TOKEN = f"wikibot-token-{SECRET}"
TREE = f"wikibot-tree-{SECRET}"

_GAPS = re.compile(f"({TOKEN}|{TREE})".encode())


@dataclass(frozen=True)
class Pieces:
    """A page's bytes around its gaps; `tree` makes the sidebar's part, which many pages share."""

    parts: tuple[bytes, ...]
    tree: Callable[[], list[bytes]] | None

    @classmethod
    def of(cls, html: bytes, tree: Callable[[], list[bytes]] | None) -> "Pieces":
        """Cuts a rendered page at its marks."""
        return cls(tuple(_GAPS.split(html)), tree)

    @property
    def size(self) -> int:
        """Bytes kept for this page alone."""
        return sum(len(part) for part in self.parts)

    def filled(self, token: Callable[[], str]) -> bytes:
        """The page for one visitor."""
        return b"".join(self._filled(token))

    def _filled(self, token: Callable[[], str]) -> Iterator[bytes]:
        for part in self.parts:
            if part == TOKEN.encode():
                yield token().encode()
            elif part == TREE.encode():
                yield from self.tree() if self.tree else ()
            else:
                yield part
