"""The store of embeddings: what was computed once is never computed again.

It is addressed by content (model and hash of the text), so that a rename, a revert or a rebuild costs
nothing. It lies beside the repository, perhaps on a shared file system: a rollback journal, short
transactions. It may be deleted; then it costs computing time, or money, to make again.
"""

import zlib
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search.database import Database, transaction
from search.embedder import Model, Vectors, matrix
from search.errors import IndexDamaged

SCHEMA = """
CREATE TABLE models (number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
CREATE TABLE vectors (
    model INTEGER NOT NULL, hash BLOB NOT NULL, checksum INTEGER NOT NULL, vector BLOB NOT NULL,
    UNIQUE (model, hash)
);
"""
VERSION = 1
PART = 500
"""Hashes in one question to SQLite."""

Vector = NDArray[np.float32]


def text_hash(text: str) -> bytes:
    """16 bytes by which a text is found again."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class EmbeddingStore:
    """Vectors by model and text. Safe from any thread; several processes may share the file.

    A damaged file is left and a new one begun. A vector whose checksum does not fit counts as missing.
    """

    def __init__(self, path: Path) -> None:
        self._database = Database(path, SCHEMA, VERSION, journal="DELETE")

    def get(self, model: Model, hashes: Iterable[bytes]) -> dict[bytes, Vector]:
        """Those of the vectors that are there and whole."""
        wanted = list(hashes)
        try:
            rows = [row for start in range(0, len(wanted), PART) for row in self._rows(model, wanted, start)]
        except IndexDamaged:
            self._database.reset()
            return {}
        return {
            key: np.frombuffer(data, np.float32)
            for key, checksum, data in rows
            if len(data) == 4 * model.dimensions and checksum == _checksum(key, data)
        }

    def put(self, model: Model, vectors: Mapping[bytes, Vector]) -> None:
        """Keep vectors; they are on the disk when this returns."""
        rows = [(key, vector.astype(np.float32).tobytes()) for key, vector in vectors.items()]
        try:
            self._put(model, rows)
        except IndexDamaged:
            self._database.reset()
            self._put(model, rows)

    def count(self, model: Model) -> int:
        """How many texts of a model are kept."""
        with self._database.connection() as connection:
            (number,) = connection.execute(
                "SELECT count(*) FROM vectors WHERE model = (SELECT number FROM models WHERE key = ?)",
                (model.key,),
            ).fetchone()
        return int(number)

    def close(self) -> None:
        """Close the idle connections; the store opens again when it is used."""
        self._database.close()

    def _rows(self, model: Model, hashes: list[bytes], start: int) -> list[tuple[bytes, int, bytes]]:
        part = hashes[start : start + PART]
        with self._database.connection() as connection:
            return connection.execute(
                "SELECT hash, checksum, vector FROM vectors"
                " WHERE model = (SELECT number FROM models WHERE key = ?)"
                f" AND hash IN ({', '.join('?' * len(part))})",
                (model.key, *part),
            ).fetchall()

    def _put(self, model: Model, rows: list[tuple[bytes, bytes]]) -> None:
        with self._database.connection() as connection, transaction(connection):
            connection.execute("INSERT OR IGNORE INTO models(key) VALUES (?)", (model.key,))
            (number,) = connection.execute("SELECT number FROM models WHERE key = ?", (model.key,)).fetchone()
            connection.executemany(
                "INSERT OR REPLACE INTO vectors(model, hash, checksum, vector) VALUES (?, ?, ?, ?)",
                ((number, key, _checksum(key, data), data) for key, data in rows),
            )


def _checksum(key: bytes, data: bytes) -> int:
    return zlib.crc32(data, zlib.crc32(key))


def stacked(vectors: Iterable[Vector], model: Model) -> Vectors:
    """Vectors as the rows of one matrix, an empty one too."""
    rows = list(vectors)
    return matrix(rows) if rows else np.zeros((0, model.dimensions), np.float32)
