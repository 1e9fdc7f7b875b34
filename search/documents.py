"""What the indexes take in: texts with an id, whatever they are texts of."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Document:
    """One text. `id` is the caller's own key; the title weighs more than the body."""

    id: str
    title: str
    body: str
