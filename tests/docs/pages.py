"""The documentation as text, and what is marked in it."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
RUN = re.compile(r"<!-- run -->\n```sh\n(.*?)```", re.DOTALL)
NAMES = re.compile(r"<!-- names: begin -->(.*?)<!-- names: end -->", re.DOTALL)


def documents() -> list[Path]:
    """README, changelog and everything below docs/."""
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def text(name: str) -> str:
    """One document, its path from the project's root."""
    return (ROOT / name).read_text(encoding="utf-8")


def cells(name: str, column: int = 0) -> list[str]:
    """One column of all tables of a document."""
    rows = [line.strip().strip("|").split(" | ") for line in text(name).splitlines() if line.startswith("|")]
    return [row[column].strip() for row in rows if len(row) > column]
