"""The embeddings of a measured wiki, kept between runs: to make those of the large one takes minutes.

What is kept is the content-addressed store, so a changed wiki or model finds nothing wrong in it.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

KEPT = Path(__file__).resolve().parents[1] / ".bench"


def bring(data: Path, name: str, *, without: int = 0) -> None:
    """Puts what an earlier run kept for the wiki `name` into its data folder; `without` so many of them."""
    if (kept := _file(name)).exists():
        _copy(kept, data / "embeddings.db")
        with closing(sqlite3.connect(data / "embeddings.db")) as brought, brought:
            brought.execute(
                "DELETE FROM vectors WHERE rowid IN (SELECT rowid FROM vectors LIMIT ?)", (without,)
            )


def keep(data: Path, name: str) -> None:
    """Keeps what the server has embedded, if anything; it may be running."""
    if (made := data / "embeddings.db").exists():
        KEPT.mkdir(exist_ok=True)
        _copy(made, _file(name))


def _file(name: str) -> Path:
    return KEPT / f"{name}.db"


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
