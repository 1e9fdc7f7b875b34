"""Two people at one page: what the browser's editor does with a save that comes late."""

import re
from dataclasses import dataclass
from html import unescape

import httpx
import pytest

from tests.wiki_app.git import commit_file
from tests.wiki_app.otter.served import ServedWiki, Visitor

POEM = "# Poem\n\nroses are red\n\nviolets are blue\n\nsugar is sweet\n"


@dataclass
class Editor:
    """An editor that somebody has open, or the page that came back in its place."""

    visitor: Visitor
    page: str
    html: str

    @classmethod
    def open(cls, visitor: Visitor, page: str, **form: str) -> "Editor":
        path = f"/{page}/edit"
        return cls(visitor, page, visitor.send(path, form) if form else visitor.get(path))

    def field(self, name: str) -> str:
        """A hidden field of the form that saves (the last on the page)."""
        found = re.findall(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', self.html)
        assert found, f"no field {name}"
        return unescape(found[-1])

    def area(self, which: str = "text-typed") -> str:
        """The text in an area of the page that came back."""
        found = re.search(rf'<textarea id="{which}"[^>]*>\n(.*?)</textarea>', self.html, re.DOTALL)
        assert found, self.html[:2000]
        return unescape(found[1])

    def save(self, text: str, message: str = "saved", **changed: str) -> httpx.Response:
        """Sends the form, with fields changed."""
        names = ("csrf_token", "revision")
        form = {name: self.field(name) for name in names} | {"content": text, "commit": message}
        target = re.search(r'<form[^>]*action="([^"]*/save)"', self.html)
        assert target
        return self.visitor.http.post(unescape(target[1]), data=form | changed)

    def returned(self, answer: httpx.Response, kind: str) -> "Editor":
        """The page that came instead of the saved one."""
        assert f'data-kind="{kind}"' in answer.text, (answer.status_code, answer.text[-3000:])
        return Editor(self.visitor, self.page, answer.text)


@pytest.fixture(scope="module")
def ada(served: ServedWiki) -> Visitor:
    return served.visitor("ada")


@pytest.fixture(scope="module")
def ben(served: ServedWiki) -> Visitor:
    return served.visitor("ben")


def written(wiki: ServedWiki, path: str, text: str = POEM) -> str:
    return commit_file(wiki.repository, path, text, "as it was").strip()


def stored(wiki: ServedWiki, path: str) -> str:
    return wiki.git("show", f"HEAD:{path}")


def test_the_editor_knows_the_pages_revision(served: ServedWiki, ada: Visitor) -> None:
    written(served, "base.md")
    revision = served.git("log", "-1", "--format=%H", "--", "base.md").strip()
    written(served, "elsewhere.md")

    assert Editor.open(ada, "Base").field("revision") == revision
    assert Editor.open(ada, "Not There Yet").field("revision") == ""


def test_changes_that_lie_apart_are_merged_and_it_is_said(
    served: ServedWiki, ada: Visitor, ben: Visitor
) -> None:
    written(served, "apart.md")
    hers, his = Editor.open(ada, "Apart"), Editor.open(ben, "Apart")
    hers.save(POEM.replace("red", "white"), "roses")

    answer = his.save(POEM.replace("sweet", "sour"), "sugar")

    assert stored(served, "apart.md") == POEM.replace("red", "white").replace("sweet", "sour")
    assert "merged with what others changed" in answer.text
    assert served.git("log", "-1", "--format=%an|%s").strip() == "Ben|sugar"


def test_changes_of_the_same_line_come_back_with_both_texts_and_a_form(
    served: ServedWiki, ada: Visitor, ben: Visitor
) -> None:
    written(served, "same.md")
    hers, his = Editor.open(ada, "Same"), Editor.open(ben, "Same")
    hers.save(POEM.replace("red", "white"), "white roses")
    typed = POEM.replace("red", "black & <b>tall</b>")

    answer = his.save(typed, "black roses")
    page = his.returned(answer, "changed")

    assert answer.status_code == 409
    assert page.area() == typed
    assert page.area("text-now") == POEM.replace("red", "white")
    assert "white roses" in page.html and "Ada Łukasiewicz" in page.html
    assert 'id="mine-diff"' in page.html and 'id="their-diff"' in page.html
    assert stored(served, "same.md") == POEM.replace("red", "white")

    page.save(POEM.replace("red", "white and black"), page.field("commit"))
    assert stored(served, "same.md") == POEM.replace("red", "white and black")
    assert served.git("log", "-1", "--format=%s").strip() == "black roses"


def test_what_came_back_waits_as_a_draft_as_well(served: ServedWiki, ada: Visitor, ben: Visitor) -> None:
    written(served, "waiting.md")
    his = Editor.open(ben, "Waiting")
    written(served, "waiting.md", POEM.replace("red", "white"))
    his.returned(his.save(POEM.replace("red", "black")), "changed")

    offered = ben.get("/Waiting?edit")
    draft = Editor.open(ben, "Waiting", draft="edit")

    assert "Continue editing draft" in offered
    assert "merges it with these changes" in offered and "overwrites" not in offered
    assert "roses are black" in draft.html
    assert draft.field("revision") == his.field("revision")
    assert "white" in draft.returned(draft.save(POEM.replace("red", "black")), "changed").area("text-now")


def test_a_draft_is_merged_from_the_revision_that_it_was_begun_on(served: ServedWiki, ben: Visitor) -> None:
    written(served, "slow.md")
    begun = Editor.open(ben, "Slow").field("revision")
    mine = POEM.replace("sweet", "sour")
    ben.post("/Slow/draft", content=mine, revision=begun[:6], cursor_line="0", cursor_ch="0")
    written(served, "slow.md", POEM.replace("red", "white"))

    draft = Editor.open(ben, "Slow", draft="edit")
    draft.save(mine)

    assert "merges it with these changes" in draft.html
    assert draft.field("revision") == begun
    assert stored(served, "slow.md") == mine.replace("red", "white")


def test_a_draft_remembers_six_digits_of_the_base(served: ServedWiki, ben: Visitor) -> None:
    written(served, "script.md")
    editor = Editor.open(ben, "Script")

    assert f'formData.append("revision", "{editor.field("revision")[:6]}")' in editor.html


def test_a_page_that_somebody_else_made_meanwhile_is_a_conflict(
    served: ServedWiki, ada: Visitor, ben: Visitor
) -> None:
    hers, his = Editor.open(ada, "Brand New"), Editor.open(ben, "Brand New")
    hers.save("# Hers\n")

    page = his.returned(his.save("# His\n"), "created")

    assert (page.area(), page.area("text-now")) == ("# His\n", "# Hers\n")
    page.save("# Theirs\n")
    assert stored(served, "brand new.md") == "# Theirs\n"


def test_two_who_wrote_the_same_are_not_asked(served: ServedWiki, ada: Visitor, ben: Visitor) -> None:
    hers, his = Editor.open(ada, "Agreed"), Editor.open(ben, "Agreed")
    hers.save("# Agreed\n")
    before = served.git("rev-parse", "HEAD")

    answer = his.save("# Agreed\n")

    assert "Nothing changed." in answer.text
    assert served.git("rev-parse", "HEAD") == before


def test_a_page_that_was_deleted_meanwhile_can_be_made_again(
    served: ServedWiki, ada: Visitor, ben: Visitor
) -> None:
    written(served, "gone.md")
    his = Editor.open(ben, "Gone")
    ada.post("/Gone/delete", message="not needed", recursive="recursive")

    page = his.returned(his.save("# Kept\n"), "deleted")

    assert page.area() == "# Kept\n"
    assert "not needed" in page.html
    page.save(page.area())
    assert stored(served, "gone.md") == "# Kept\n"


def test_a_text_follows_a_page_that_was_renamed_meanwhile(
    served: ServedWiki, ada: Visitor, ben: Visitor
) -> None:
    written(served, "maiden name.md")
    his = Editor.open(ben, "Maiden Name")
    ada.post("/Maiden Name/rename", new_pagename="Family/Married Name", message="wedding")
    mine = POEM.replace("sweet", "sour")

    page = his.returned(his.save(mine), "renamed")
    page.save(page.area())

    assert "Family/Married Name" in page.html
    assert stored(served, "family/married name.md") == mine
    ben.get("/Maiden Name", 404)


def test_an_old_version_in_the_editor_replaces_the_page_and_is_no_conflict(
    served: ServedWiki, ada: Visitor
) -> None:
    written(served, "restored.md")
    old = served.git("log", "-1", "--format=%H", "--", "restored.md").strip()
    written(served, "restored.md", POEM.replace("red", "white"))

    editor = Editor(ada, "Restored", ada.get(f"/Restored/edit/{old[:6]}"))
    editor.save(POEM)

    assert "roses are red" in editor.html
    assert stored(served, "restored.md") == POEM


def test_a_base_that_is_not_known_any_more_is_a_conflict(served: ServedWiki, ada: Visitor) -> None:
    written(served, "rewritten.md")
    editor = Editor.open(ada, "Rewritten")

    for base in ("0" * 40, "zzz", "a"):
        page = editor.returned(editor.save("# Other\n", revision=base), "changed")
        assert page.area() == "# Other\n"
    assert stored(served, "rewritten.md") == POEM


def test_blank_lines_and_carriage_returns_are_nobodys_change(served: ServedWiki, ada: Visitor) -> None:
    windows = "\n" + POEM.replace("\n", "\r\n") + "\r\n\r\n"
    written(served, "windows.md", windows)
    editor = Editor.open(ada, "Windows")
    written(served, "windows.md", windows.replace("red", "white"))

    editor.save(POEM.replace("sweet", "sour"))

    assert stored(served, "windows.md") == POEM.replace("red", "white").replace("sweet", "sour")


@pytest.mark.parametrize("token", ["", "made up"])
def test_an_expired_form_gives_the_text_back_with_a_new_token(
    served: ServedWiki, ada: Visitor, token: str
) -> None:
    written(served, "expired.md")
    editor = Editor.open(ada, "Expired")
    typed = POEM.replace("red", "white")

    answer = editor.save(typed, "long thought", csrf_token=token)
    page = editor.returned(answer, "expired")

    assert answer.status_code == 400
    assert stored(served, "expired.md") == POEM
    page.save(page.area(), page.field("commit"))
    assert stored(served, "expired.md") == typed
    assert served.git("log", "-1", "--format=%s").strip() == "long thought"


def test_a_form_of_another_site_gets_no_page_with_its_text(ada: Visitor) -> None:
    form = {"content": "planted elsewhere", "commit": "x", "revision": ""}
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = ada.http.post("/Home/save", data=form, headers=headers)
        assert answer.status_code == 400
        assert "planted elsewhere" not in answer.text


def test_who_may_not_write_any_more_gets_the_text_back(served: ServedWiki, ada: Visitor) -> None:
    written(served, "signed out.md")
    editor = Editor.open(ada, "Signed Out")
    reader = served.visitor("reader")
    form = {"content": "# Typed\n", "commit": "x", "revision": editor.field("revision")}

    answer = reader.http.post("/Signed Out/save", data=form | {"csrf_token": reader.token()})

    assert answer.status_code == 403
    assert editor.returned(answer, "forbidden").area() == "# Typed\n"
    assert stored(served, "signed out.md") == POEM


def test_a_name_that_no_new_page_may_have_is_refused_with_the_text(ada: Visitor) -> None:
    editor = Editor.open(ada, "mcp")

    answer = editor.save("# Typed\n")

    assert answer.status_code == 422
    assert "reserved" in answer.text
    assert editor.returned(answer, "refused").area() == "# Typed\n"


def test_endless_lines_are_not_compared_word_by_word(served: ServedWiki, ada: Visitor) -> None:
    written(served, "endless.md", "a " * 50_000 + "\n")
    editor = Editor.open(ada, "Endless")
    written(served, "endless.md", "b " * 50_000 + "\n")

    page = editor.returned(editor.save("c " * 50_000), "changed")

    assert "too long to compare" in page.html
    assert page.area().startswith("c c c")


def test_a_form_without_a_revision_is_saved_as_otter_wiki_does(served: ServedWiki, ada: Visitor) -> None:
    written(served, "scripted.md")

    ada.save("Scripted", "# By a script")

    assert stored(served, "scripted.md") == "# By a script\n"
