"""Several requests at once: each gets its own page."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.wiki_app.otter.served import ServedWiki

PAGES = 6


@pytest.fixture
def pages(served: ServedWiki) -> list[str]:
    ada = served.visitor("ada")
    names = [f"Parallel/Page{number}" for number in range(PAGES)]
    for number, name in enumerate(names):
        sections = "\n\n".join(f"## Section {number} of {part}\n\ntext" for part in range(8))
        ada.save(name, f"# Page{number}\n\n{{{{DataTable|src=./own.csv}}}}\n\n[[#here|anchor]]\n\n{sections}")
        ada.upload(name, "own.csv", f"column\ncell {number}\n".encode())
    return names


def test_pages_rendered_at_the_same_time_are_not_mixed_up(served: ServedWiki, pages: list[str]) -> None:
    def look(worker: int) -> list[str]:
        visitor = served.visitor("ada")
        wrong = []
        for turn in range(12):
            number = (worker + turn) % PAGES
            # Another query each time: the page is rendered, not taken from the cache.
            html = visitor.get(f"/{pages[number]}?turn={worker}-{turn}")
            found = set(re.findall(r"cell (\d)|#section-(\d)-of-7", html))
            if found != {(str(number), ""), ("", str(number))}:
                wrong.append(f"{number}: {found}")
        return wrong

    with ThreadPoolExecutor(4) as pool:
        assert [problem for problems in pool.map(look, range(4)) for problem in problems] == []
