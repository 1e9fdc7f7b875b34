"""Words as the keyword index has them: cut and stemmed by FTS5 itself, in a table of its own in memory."""

import sqlite3
from functools import cache, lru_cache
from threading import Lock


class _Tokenizer:
    def __init__(self, rules: str) -> None:
        self._lock = Lock()
        self._memory = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._memory.executescript(
            f"CREATE VIRTUAL TABLE cut USING fts5(word, content='', tokenize='{rules}');"
            "CREATE VIRTUAL TABLE pieces USING fts5vocab(cut, instance)"
        )

    def cut(self, word: str) -> tuple[str, ...]:
        with self._lock:
            self._memory.execute("INSERT INTO cut(rowid, word) VALUES (1, ?)", (word,))
            rows = self._memory.execute("SELECT term FROM pieces ORDER BY offset").fetchall()
            self._memory.execute("INSERT INTO cut(cut) VALUES ('delete-all')")
        return tuple(row[0] for row in rows)


_tokenizer = cache(_Tokenizer)


@lru_cache(maxsize=10_000)
def tokens(word: str, rules: str) -> tuple[str, ...]:
    """What a word is in a table with these rules (search/schema.py): its stem, usually one."""
    return _tokenizer(rules).cut(word)
