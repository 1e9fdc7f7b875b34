"""Two people edit one page in the browser."""

import re

import pytest

from tests.wiki_app.git import commit_file
from tests.wiki_app.otter.served import ServedWiki, Visitor

TEXT = "# Minutes\n\nfirst point\n\nsecond point\n\nthird point"
BASE = re.compile(r'name="base_revision" form="saveform" value="([0-9a-f]*)"')


@pytest.fixture
def ada(served: ServedWiki) -> Visitor:
    visitor = served.visitor("ada")
    visitor.save("Minutes", TEXT)
    return visitor


@pytest.fixture
def ben(served: ServedWiki) -> Visitor:
    return served.visitor("ben")


def base(visitor: Visitor, page: str) -> str:
    """Opens the editor; the revision that its form will send."""
    found = BASE.search(visitor.get(f"/{page}?edit"))
    assert found
    return found.group(1)


def save(visitor: Visitor, page: str, base_revision: str, content: str) -> str:
    return visitor.post(f"/{page}/save", base_revision=base_revision, content=content, commit="saved")


def test_the_editor_sends_the_revision_that_it_shows(served: ServedWiki, ada: Visitor) -> None:
    assert base(ada, "Minutes") == served.git("log", "-1", "--format=%H", "--", "minutes.md").strip()
    assert base(ada, "Not/Yet/There") == ""


def test_changes_of_other_lines_are_merged(served: ServedWiki, ada: Visitor, ben: Visitor) -> None:
    revision = base(ben, "Minutes")
    save(ada, "Minutes", base(ada, "Minutes"), TEXT.replace("first point", "the FIRST point"))
    html = save(ben, "Minutes", revision, TEXT.replace("third point", "the THIRD point"))
    assert "the FIRST point" in html and "the THIRD point" in html
    assert served.git("log", "-1", "--format=%an").strip() == "Ben"


def test_a_change_of_the_same_line_waits_as_a_draft(served: ServedWiki, ada: Visitor, ben: Visitor) -> None:
    revision = base(ben, "Minutes")
    save(ada, "Minutes", base(ada, "Minutes"), TEXT.replace("second", "Ada's second"))
    before = served.git("rev-parse", "HEAD")
    html = save(ben, "Minutes", revision, TEXT.replace("second", "Ben's second"))
    assert "kept as a draft" in html and "Ben" in html
    assert served.git("rev-parse", "HEAD") == before

    html = ben.post("/Minutes?edit", draft="edit")
    found = BASE.search(html)
    assert found and "Ben&#39;s second" in html
    save(ben, "Minutes", found.group(1), TEXT.replace("second", "Ben's second"))
    assert "Ben's second" in ben.get("/Minutes/source?raw")


def test_an_edit_by_plain_git_is_merged_too(served: ServedWiki, ada: Visitor) -> None:
    revision = base(ada, "Minutes")
    commit_file(served.repository, "minutes.md", TEXT.replace("first", "first and foremost") + "\n")
    save(ada, "Minutes", revision, TEXT.replace("third", "third and last"))
    text = ada.get("/Minutes/source?raw")
    assert "first and foremost" in text and "third and last" in text


def test_a_page_that_two_create_at_once_is_not_overwritten(
    served: ServedWiki, ada: Visitor, ben: Visitor
) -> None:
    revision = base(ben, "Both")
    save(ada, "Both", base(ada, "Both"), "# Both\n\nby Ada")
    assert "kept as a draft" in save(ben, "Both", revision, "# Both\n\nby Ben")
    assert "by Ada" in ada.get("/Both")


def test_a_form_without_a_revision_overwrites_and_both_are_in_the_history(
    served: ServedWiki, ada: Visitor, ben: Visitor
) -> None:
    ada.save("Minutes", "# Minutes\n\nAda's")
    ben.save("Minutes", "# Minutes\n\nBen's")
    assert "Ben's" in ada.get("/Minutes/source?raw")
    assert served.git("log", "--format=%an", "-2", "--", "minutes.md").split() == [
        "Ben",
        "Ada",
        "Łukasiewicz",
    ]
