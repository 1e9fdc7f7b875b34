"""What came of a run of the suite."""

from dataclasses import dataclass

SUITE = "@modelcontextprotocol/conformance/dist/index.js"
Checks = dict[str, list[dict[str, str]]]


@dataclass(frozen=True)
class Outcome:
    """One run: the checks passed, what failed unexpectedly, what passed although it was expected to fail."""

    name: str
    passed: int
    failed: tuple[str, ...]
    stale: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        return self.passed > 0 and not self.failed and not self.stale


def said(check: dict[str, str]) -> str:
    """A check that did not pass, in one line."""
    return f"{check['id']}: {check.get('errorMessage', check['status'])}"[:300]
