"""Documents with their texts in small letters, kept in memory: a search by terms compares hundreds."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Lock

from search.database import Connection
from search.documents import Document

KEPT = 16_000_000
"""Characters that are kept, at most (as often again for the small letters)."""
COLUMNS = "number, id, title, body, heading, tags, category"
"""Of a document, in the order that `document_of` takes them (after the number)."""


@dataclass(frozen=True, slots=True)
class Text:
    """A document, and its title and body in small letters."""

    document: Document
    title: str
    body: str


class Texts:
    """Documents of one index by number, which never gets another text while the file is the same."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._file: object = None
        self._known: dict[int, Text] = {}
        self._size = 0

    def of(self, connection: Connection, numbers: Iterable[int]) -> list[Text]:
        """In this order; a number that no document has any more is left out."""
        with self._lock:
            if connection.file != self._file:
                self._file, self._known, self._size = connection.file, {}, 0
            known = self._known
        wanted = list(numbers)
        missing = [number for number in wanted if number not in known]
        if not missing:
            return [known[number] for number in wanted]
        found = {number: known.get(number) for number in wanted} | _read(connection, missing)
        with self._lock:
            if known is self._known:
                self._keep({number: text for number in missing if (text := found[number])})
        return [text for number in wanted if (text := found[number])]

    def _keep(self, found: dict[int, Text]) -> None:
        """In another dictionary when these are too many: who reads the one that was goes on."""
        size = sum(len(text.body) for text in found.values())
        if self._size + size > KEPT:
            self._known, self._size = {}, 0
        if size <= KEPT:
            self._known.update(found)
            self._size += size


def document_of(row: Sequence[str]) -> Document:
    """A document from the columns after its number."""
    key, title, body, heading, tags, category = row
    return Document(key, title, body, heading, () if tags == "[]" else tuple(json.loads(tags)), category)


def documents_of(connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, Document]:
    """The documents of numbers, of those that stand now."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM documents WHERE number IN (SELECT value FROM json_each(?))",
        (json.dumps(numbers),),
    )
    return {number: document_of(rest) for number, *rest in rows}


def _read(connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, Text]:
    documents = documents_of(connection, numbers)
    return {
        number: Text(document, document.title.lower(), document.body.lower())
        for number, document in documents.items()
    }
