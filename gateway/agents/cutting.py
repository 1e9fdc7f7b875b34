"""Texts cut to a number of tokens, at a place where a reader would stop."""

from dataclasses import dataclass

from gateway.agents.tokens import estimate, fits
from wiki_app.text import headings
from wiki_app.text.headings import Heading


def cut_lines(text: str, tokens: int) -> str:
    """The first lines that fit; says so at its end when there are more."""
    if fits(text, tokens):
        return text
    lines = text.split("\n")
    kept = _fitting(lines, 0, len(lines), tokens)
    return "\n".join(lines[:kept]) + f"\n… ({len(lines) - kept} more lines)"


@dataclass(frozen=True)
class Part:
    """Lines of a text: from `start` (counted from 0) to before `end`. `whole` is False if a line was cut."""

    text: str
    start: int
    end: int
    whole: bool = True


def part_of(lines: list[str], start: int, end: int, tokens: int, outline: list[Heading]) -> Part:
    """The lines from `start` on that fit, up to a section's beginning where there is one, else to a blank
    line; at least one line, shortened if it must be.
    """
    whole = "\n".join(lines[start:end])
    if fits(whole, tokens):
        return Part(whole, start, end)
    reached = start + _fitting(lines, start, end, tokens)
    if reached == start:
        return Part(_cut_line(lines[start], tokens), start, start + 1, whole=False)
    boundaries = [
        heading.line for heading in outline if start + (reached - start) // 3 < heading.line <= reached
    ]
    if boundaries:
        reached = boundaries[-1]
    else:
        blank = next((at for at in range(reached, start, -1) if not lines[at - 1].strip()), start)
        reached = blank if blank > start + (reached - start) // 2 else reached
    return Part("\n".join(lines[start:reached]), start, reached)


def _fitting(lines: list[str], start: int, end: int, tokens: int) -> int:
    count = 0
    for line in lines[start:end]:
        tokens -= estimate(line) + 1
        if tokens < 0:
            break
        count += 1
    return count


def _cut_line(line: str, tokens: int) -> str:
    """A beginning of the line that fits."""
    low, high = 0, min(len(line), tokens * 8)
    while low < high:
        middle = (low + high + 1) // 2
        if estimate(line[:middle]) <= tokens:
            low = middle
        else:
            high = middle - 1
    return line[:low]


def outline_of(text: str) -> list[Heading]:
    """The headings of a text, whatever its line ends."""
    return headings.outline(text.replace("\r\n", "\n"))


def outline_lines(outline: list[Heading], tokens: int) -> list[str]:
    """Headings as `12: ## Install`, lines from 1; the deepest levels are left out until the rest fits."""
    shown: list[str] = []
    for deepest in range(6, 0, -1):
        shown = [
            f"{item.line + 1}: {'#' * item.level} {item.text}" for item in outline if item.level <= deepest
        ]
        if fits("\n".join(shown), tokens) or deepest == 1:
            break
    kept: list[str] = []
    for line in shown:
        tokens -= estimate(line) + 2
        if tokens < 0:
            return [*kept, f"… ({len(shown) - len(kept)} more headings)"]
        kept.append(line)
    return kept
