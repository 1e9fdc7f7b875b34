"""Imports inside functions: only what a cold start or Otter Wiki demands, each with its reason."""

import ast
from collections.abc import Iterator

from tests.architecture.tracked import PACKAGES, functions, modules, named

MOST = 60
"""The command line's commands load late one by one; the rest are the doors of heavy parts."""


REASONS = ("late", "first", "cold start", "not installed")


def late() -> Iterator[tuple[str, int, list[str]]]:
    """(file, line, the lines around it) of each import inside a function of ours."""
    for path in modules(*PACKAGES):
        lines = path.read_text(encoding="utf-8").splitlines()
        for function in functions(path):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield named(path), node.lineno, lines


def has_reason(file: str, line: int, lines: list[str]) -> bool:
    """A comment or a docstring near it, or the note for all commands (gateway/cli)."""
    near = lines[max(0, line - 5) : line + 1]
    return (
        file.startswith("gateway/cli/")
        or any(word in text.lower() for text in near for word in REASONS)
        or any(word in text.lower() for text in lines[:20] for word in REASONS)
    )


def test_late_imports_are_few() -> None:
    assert 0 < len({(file, line) for file, line, _ in late()}) <= MOST


def test_each_late_import_says_why() -> None:
    assert [f"{file}:{line}" for file, line, lines in late() if not has_reason(file, line, lines)] == []
