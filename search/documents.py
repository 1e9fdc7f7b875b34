"""What the indexes take in: texts with an id, whatever they are texts of."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Document:
    """One text, Markdown or plain. `id` is the caller's own key; the title weighs more than the body.

    `heading` is a title that the text itself carries (not one made from its id): it stands above all
    sections. `tags` and `category` are there to filter by.
    """

    id: str
    title: str
    body: str
    heading: str = ""
    tags: tuple[str, ...] = ()
    category: str = ""


@dataclass(frozen=True)
class Filter:
    """Which documents may be found: all when nothing is set.

    An id begins with every one of `prefixes`, and with one of `either` where there are some.
    """

    prefixes: tuple[str, ...] = ()
    either: tuple[str, ...] = ()
    tag: str | None = None
    category: str | None = None

    def __bool__(self) -> bool:
        return any(self.prefixes) or bool(self.either) or self.tag is not None or self.category is not None


EVERYTHING = Filter()
