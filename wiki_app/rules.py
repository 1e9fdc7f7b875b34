"""The settings of the wiki that decide how names and links are read."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class WikiRules:
    """Otter Wiki's own preferences, as far as pages depend on them."""

    retain_case: bool = False
    wikilink_style: str = ""
    underscore_titles: bool = False
    home_page: str = ""

    @property
    def signature(self) -> str:
        """What derived links depend on: another signature means that they must be read again."""
        return f"{int(self.retain_case)}|{self.wikilink_style.upper()}"


RulesSource = Callable[[], WikiRules]
