"""Wikis that are closed at the end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.wiki_app.pages.wiki import Wiki, open_wiki
from wiki_app.rules import WikiRules


@pytest.fixture
def wiki(tmp_path: Path) -> Iterator[Wiki]:
    """Names in lower case, as Otter Wiki starts."""
    wiki = open_wiki(tmp_path)
    yield wiki
    wiki.store.close()


@pytest.fixture
def cased_wiki(tmp_path: Path) -> Iterator[Wiki]:
    """RETAIN_PAGE_NAME_CASE is on."""
    wiki = open_wiki(tmp_path, WikiRules(retain_case=True))
    yield wiki
    wiki.store.close()
