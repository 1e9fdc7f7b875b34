"""One section of a page."""

import pytest

from wiki_app.text.sections import section

TEXT = """# Top

intro

## One
first

### Deeper
below

```
## not a heading
```

## Two
second

## One
again
"""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("One", "## One\nfirst\n\n### Deeper\nbelow\n\n```\n## not a heading\n```\n\n"),
        ("ONE", "## One\nfirst\n\n### Deeper\nbelow\n\n```\n## not a heading\n```\n\n"),
        ("#one-1", "## One\nagain\n"),
        ("deeper", "### Deeper\nbelow\n\n```\n## not a heading\n```\n\n"),
        ("Top", TEXT),
        ("not a heading", None),
        ("", None),
    ],
)
def test_a_section_reaches_to_the_next_heading_of_its_level(name: str, expected: str | None) -> None:
    assert section(TEXT, name) == expected


def test_line_ends_stay_as_they_are() -> None:
    assert section("# A\r\nx\r\n# B\r\ny\r\n", "A") == "# A\r\nx\r\n"
