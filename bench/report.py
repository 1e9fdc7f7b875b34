"""The table: our row beside plain Otter Wiki's, with the figure that is wanted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.measure import Result

BEGIN, END = "<!-- measured by make bench: begin -->", "<!-- measured by make bench: end -->"

# Milliseconds, p50, on the large wiki (from the list of aims).
WANTED: Mapping[str, float] = {
    "page view, first": 25,
    "page view, repeated": 3,
    "page view, after a new page": 100,
    "editor": 120,
    "changelog": 100,
    "index of a folder": 500,
    "REST read": 5,
    "REST list all": 300,
    "REST history": 10,
    "REST save": 40,
    "MCP": 12,
}


@dataclass(frozen=True)
class Row:
    """One line: `wanted` in milliseconds, or a sentence of its own in `verdict`."""

    wiki: str
    name: str
    state: str
    ours: Result
    plain: Result
    wanted: float | None = None
    verdict: str = ""


NO_DOOR = Result(void="no such door")
NOT_MEASURED = Result(void="not measured")

HEAD = (
    "| wiki | request | state | wikibot p50 | p95 | req/s ×8 | answer "
    "| plain p50 | p95 | req/s ×8 | answer | wanted |\n"
    "|---|---|---|--:|--:|--:|---|--:|--:|--:|---|---|"
)


def wanted_for(name: str) -> float | None:
    """The aim for a row, None where there is none."""
    return next((aim for start, aim in WANTED.items() if name.startswith(start)), None)


def table(rows: Sequence[Row]) -> str:
    """All rows as one Markdown table; times in milliseconds."""
    return "\n".join([HEAD, *(_line(row) for row in rows)])


def _line(row: Row) -> str:
    cells = [
        row.wiki,
        row.name,
        row.state,
        *_cells(row.ours),
        *_cells(row.plain),
        row.verdict or _verdict(row),
    ]
    return f"| {' | '.join(cells)} |"


def _cells(result: Result) -> list[str]:
    if result.void:
        return ["–", "–", "–", result.void.replace("|", "/")]
    rate = result.crowd or "–" if result.rate is None else _number(result.rate)
    kind = f"{result.status}, {_size(result.size)}, {result.encoding}" if result.status else result.encoding
    return [_number(result.p50), _number(result.p95), rate, kind]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _size(size: int) -> str:
    return f"{size / 1000:,.0f} kB" if size >= 1000 else f"{size} B"


def _verdict(row: Row) -> str:
    if row.wanted is None:
        return ""
    if row.ours.void:
        return f"≤ {row.wanted:g}: void"
    return f"≤ {row.wanted:g}: {'met' if row.ours.p50 <= row.wanted else 'MISSED'}"


def write(document: Path, text: str) -> None:
    """Puts `text` between the two marks of the document."""
    before, _, rest = document.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    document.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")
