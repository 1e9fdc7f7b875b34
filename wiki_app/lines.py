"""Texts compared line by line: which lines two texts have in common, and the unified diff.

difflib alone needs quadratic time, and somebody who may write a page can write two that take hours. So
lines that are unique in both texts are the first anchors (patience diff), and difflib fills the gaps
between them for as long as the work stays bounded; beyond that a gap counts as changed as a whole.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

WORK = 2_000_000
"""Pairs of lines that difflib may look at in one comparison: about a second."""
CONTEXT = 3


class Match(NamedTuple):
    """`size` lines that are equal, from line `a` of one text and `b` of the other (from 0)."""

    a: int
    b: int
    size: int


def split_lines(text: str) -> list[str]:
    """The lines with their endings; only a newline ends one."""
    lines = text.split("\n")
    ended = [line + "\n" for line in lines[:-1]]
    return [*ended, lines[-1]] if lines[-1] else ended


def matches(a: Sequence[str], b: Sequence[str]) -> list[Match]:
    """The equal stretches in order, adjoining ones joined, without an empty one at the end."""
    joined: list[Match] = []
    for match in _Comparison(a, b).run():
        last = joined[-1] if joined else None
        if last and (last.a + last.size, last.b + last.size) == (match.a, match.b):
            joined[-1] = Match(last.a, last.b, last.size + match.size)
        else:
            joined.append(match)
    return joined


class _Comparison:
    def __init__(self, a: Sequence[str], b: Sequence[str]) -> None:
        self._a = a
        self._b = b
        self._work = WORK

    def run(self) -> Iterator[Match]:
        a, b = self._a, self._b
        shortest = min(len(a), len(b))
        head = next((i for i in range(shortest) if a[i] != b[i]), shortest)
        tail = next((i for i in range(shortest - head) if a[-1 - i] != b[-1 - i]), shortest - head)
        if head:
            yield Match(0, 0, head)
        yield from self._middle(head, len(a) - tail, head, len(b) - tail)
        if tail:
            yield Match(len(a) - tail, len(b) - tail, tail)

    def _middle(self, a_from: int, a_to: int, b_from: int, b_to: int) -> Iterator[Match]:
        for a, b in _increasing(self._unique_pairs(a_from, a_to, b_from, b_to)):
            yield from self._gap(a_from, a, b_from, b)
            yield Match(a, b, 1)
            a_from, b_from = a + 1, b + 1
        yield from self._gap(a_from, a_to, b_from, b_to)

    def _unique_pairs(self, a_from: int, a_to: int, b_from: int, b_to: int) -> list[tuple[int, int]]:
        a, b = self._a[a_from:a_to], self._b[b_from:b_to]
        in_a, in_b = Counter(a), Counter(b)
        place = {line: index for index, line in enumerate(b, b_from) if in_b[line] == 1}
        return [(i, place[line]) for i, line in enumerate(a, a_from) if in_a[line] == 1 and line in place]

    def _gap(self, a_from: int, a_to: int, b_from: int, b_to: int) -> Iterator[Match]:
        work = (a_to - a_from) * (b_to - b_from)
        if not 0 < work <= self._work:
            return
        self._work -= work
        matcher = SequenceMatcher(None, self._a[a_from:a_to], self._b[b_from:b_to], autojunk=False)
        for a, b, size in matcher.get_matching_blocks()[:-1]:
            yield Match(a_from + a, b_from + b, size)


def _increasing(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs, given in order of a, that is in order of b too (patience sorting)."""
    tops: list[int] = []
    piles: list[int] = []
    before: list[int] = []
    for index, (_, b) in enumerate(pairs):
        pile = bisect_left(tops, b)
        before.append(piles[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [b]
        piles[pile : pile + 1] = [index]
    chain: list[tuple[int, int]] = []
    at = piles[-1] if piles else -1
    while at >= 0:
        chain.append(pairs[at])
        at = before[at]
    return chain[::-1]


def unified_diff(old: str, new: str, old_name: str, new_name: str) -> str:
    """The diff as `diff -u` prints it, three lines of context; empty when the texts are equal."""
    a, b = split_lines(old), split_lines(new)
    groups = _Found(list(_opcodes(a, b))).get_grouped_opcodes(CONTEXT)
    hunks = ["".join(_hunk(group, a, b)) for group in groups]
    return f"--- {old_name}\n+++ {new_name}\n" + "".join(hunks) if old != new else ""


_Tag = Literal["replace", "delete", "insert", "equal"]
_Opcode = tuple[_Tag, int, int, int, int]


class _Found(SequenceMatcher[str]):
    """difflib's grouping into hunks, of differences that are known already."""

    def __init__(self, opcodes: list[_Opcode]) -> None:
        super().__init__(None, "", "", autojunk=False)
        self._found = opcodes

    def get_opcodes(self) -> list[_Opcode]:
        return self._found


def _opcodes(a: Sequence[str], b: Sequence[str]) -> Iterator[_Opcode]:
    a_at = b_at = 0
    for match in [*matches(a, b), Match(len(a), len(b), 0)]:
        if (a_at, b_at) != (match.a, match.b):
            tag: _Tag = (
                "replace" if a_at < match.a and b_at < match.b else "delete" if a_at < match.a else "insert"
            )
            yield tag, a_at, match.a, b_at, match.b
        if match.size:
            yield "equal", match.a, match.a + match.size, match.b, match.b + match.size
        a_at, b_at = match.a + match.size, match.b + match.size


def _hunk(
    group: Sequence[tuple[str, int, int, int, int]], a: Sequence[str], b: Sequence[str]
) -> Iterator[str]:
    first, last = group[0], group[-1]
    yield f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@\n"
    for tag, a_from, a_to, b_from, b_to in group:
        if tag == "equal":
            yield from (_line(" ", line) for line in a[a_from:a_to])
        else:
            yield from (_line("-", line) for line in a[a_from:a_to])
            yield from (_line("+", line) for line in b[b_from:b_to])


def _range(start: int, stop: int) -> str:
    """Line numbers of a hunk: from 1, and the line before when it is empty."""
    size = stop - start
    if size == 1:
        return str(start + 1)
    return f"{start + 1 if size else start},{size}"


def _line(mark: str, line: str) -> str:
    return mark + line if line.endswith("\n") else f"{mark}{line}\n\\ No newline at end of file\n"
