"""From the headings above a text to its anchor."""

import pytest

from wiki_app.text.anchors import anchor_of
from wiki_app.text.headings import outline

TEXT = "# Guide\n\n## Use\n\n### Setup\n\n## *Other* `x`\n\n### Setup\n\nUnder\n-----\n\n## Use\n"


@pytest.mark.parametrize(
    ("path", "anchor"),
    [
        ((), ""),
        (("Guide",), "guide"),
        (("Guide", "Use"), "use"),
        (("Guide", "Use", "Setup"), "setup"),
        (("Guide", "*Other* `x`", "Setup"), "setup-1"),
        (("A title", "Guide", "Use"), "use"),
        (("Use", "Setup"), "setup"),
        (("Guide", "Under"), "under"),
        (("Guide", "Gone"), ""),
    ],
)
def test_the_heading_that_shares_most_of_the_path_is_taken(path: tuple[str, ...], anchor: str) -> None:
    assert anchor_of(outline(TEXT), path) == anchor
