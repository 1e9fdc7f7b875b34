"""A judged collection: texts, questions, and how well which text answers which question."""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from search.documents import Document


@dataclass(frozen=True)
class Collection:
    """`gains` has, for each question, the gain (1 and more) of the texts that answer it."""

    name: str
    documents: list[Document]
    questions: dict[str, str]
    gains: dict[str, dict[str, int]]


def load(folder: Path, *, hide_ids: bool = False) -> Collection:
    """Read docs.jsonl, queries.jsonl and qrels.tsv; each text becomes a page with its title as heading.

    With `hide_ids` the ids are numbers, so that their words cannot help.
    """
    rows = _lines(folder / "docs.jsonl")
    ids = {row["id"]: str(number) if hide_ids else row["id"] for number, row in enumerate(rows)}
    documents = [_document(ids[row["id"]], row["title"], row["text"]) for row in rows]
    gains: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text().splitlines()[1:]:
        question, document, gain = line.split("\t")
        gains.setdefault(question, {})[ids[document]] = int(gain)
    questions = {row["id"]: row["text"] for row in _lines(folder / "queries.jsonl")}
    return Collection(
        folder.name, documents, {key: questions[key] for key in questions if key in gains}, gains
    )


def is_for_tuning(question: str) -> bool:
    """Half of the questions, by the hash of the id: tuning looks at these, the report at the others."""
    return sha256(question.encode()).digest()[0] % 2 == 0


def _document(key: str, title: str, text: str) -> Document:
    rest = text[len(title) :].lstrip() if text.startswith(title) else text
    return Document(key, title, f"# {title}\n\n{rest}")


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]
