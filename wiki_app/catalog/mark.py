"""The note in the catalog that says what it holds."""

import sqlite3

from wiki_app.rules import WikiRules


class Mark:
    """`commit` that the catalog stands at, `rules` that its links follow, `build` (a random word) that
    all row ids belong to. Empty when new.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        found = dict(db.execute("SELECT name, value FROM mark"))
        self.commit: str | None = found.get("commit")
        self.rules: str | None = found.get("rules")
        self.build: str = found.get("build", "")

    def fits(self, head: str | None, rules: WikiRules) -> bool:
        """Whether there is nothing to do."""
        return self.commit == head and (self.rules == rules.signature or head is None)

    @staticmethod
    def write(db: sqlite3.Connection, **values: str) -> None:
        """Notes some of the values."""
        db.executemany("INSERT OR REPLACE INTO mark VALUES (?, ?)", values.items())
