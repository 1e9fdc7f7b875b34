"""REST.md, "Paths", "Frontmatter" and "Wikilinks" as they show at the interface."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.functional.rest import Rest, open_rest


@pytest.fixture
async def retaining(data: Path) -> AsyncIterator[Rest]:
    """The small wiki with RETAIN_PAGE_NAME_CASE."""
    async with open_rest(data, otterwiki={"RETAIN_PAGE_NAME_CASE": "True"}) as rest:
        yield rest


@pytest.mark.parametrize(
    "url",
    [
        "pages/docs/setup",
        "pages/Docs/Setup",
        "pages/DOCS/SETUP",
        "pages/docs/setup/",
        "pages/docs//setup",
        "pages//docs/setup",
        "pages/docs/setup.md",
        "pages/docs%2Fsetup",
        "pages/docs%252Fsetup",
        "page?path=docs/setup",
        "page?path=/docs//setup/",
        "page/?path=docs%2Fsetup",
    ],
)
async def test_a_page_answers_to_all_spellings_of_its_path(rest: Rest, url: str) -> None:
    response = await rest.http.get(url)

    assert (response.status_code, response.json()["path"]) == (200, "Docs/Setup")


@pytest.mark.parametrize(
    ("url", "file", "path"),
    [
        ("Two%20Words", "two words.md", "Two Words"),
        ("Two%2520Words", "two words.md", "Two Words"),
        ("%E6%97%A5%E6%9C%AC/%C3%84pfel", "日本/äpfel.md", "日本/Äpfel"),
        ("don't stop", "don't stop.md", "Don't Stop"),
        ("straße", "straße.md", "Straße"),
        ("What%3F", "what?.md", "What?"),
        ("a/b/c/d", "a/b/c/d.md", "A/B/C/D"),
        ("Ends.MD.md", "ends.md", None),
    ],
)
async def test_a_page_gets_a_lower_case_file_and_a_title_case_path(
    rest: Rest, url: str, file: str, path: str | None
) -> None:
    response = await rest.put(url, "text\n")

    if path is None:
        assert response.status_code == 422
    else:
        assert (response.status_code, response.json()["path"]) == (201, path)
        assert (rest.repository / file).is_file()
        assert (await rest.read(url))["content"] == "text\n"


async def test_case_is_kept_where_the_wiki_keeps_it(retaining: Rest) -> None:
    created = await retaining.put("My Page", "text\n")

    assert created.json()["path"] == "My Page"
    assert (retaining.repository / "My Page.md").is_file()
    assert (await retaining.http.get("pages/my page")).status_code == 404


async def test_all_but_put_fall_back_to_the_literal_file_name(rest: Rest) -> None:
    rest.commit("CamelCase.md", "hump\n")

    read = await rest.http.get("pages/CamelCase")
    history = await rest.http.get("pages/CamelCase/history")
    written = await rest.put("CamelCase", "other\n")

    assert (read.status_code, read.json()["content"]) == (200, "hump\n")
    assert history.status_code == 200
    assert written.json()["created"] is True
    assert (rest.repository / "camelcase.md").is_file()


@pytest.mark.parametrize("name", ["history", "attachments"])
async def test_pages_called_like_routes_are_reached_by_query(rest: Rest, name: str) -> None:
    path = f"git/{name}"
    created = await rest.http.put("page", params={"path": path}, json={"content": "text\n"})
    read = await rest.http.get("page", params={"path": path})
    history = await rest.http.get("page/history", params={"path": path})
    body = {"revision": read.json()["revision"], "old_string": "text", "new_string": "more"}
    edited = await rest.http.patch("page", params={"path": path}, json=body)
    deleted = await rest.http.delete("page", params={"path": path})

    assert (created.status_code, read.json()["content"]) == (201, "text\n")
    assert len(history.json()["history"]) == 1
    assert (edited.status_code, deleted.status_code) == (200, 200)


@pytest.mark.parametrize("path", ["git/rename", "git/revert", "git/diff", "history", "attachments", "diff"])
async def test_pages_called_like_routes_of_other_methods_answer_under_their_own_path(
    rest: Rest, path: str
) -> None:
    assert (await rest.put(path, "text\n")).status_code == 201
    assert (await rest.read(path))["content"] == "text\n"


async def test_a_page_with_a_segment_attachments_does_not_collide(rest: Rest) -> None:
    path = "mail/attachments/size"
    created = await rest.put(path, "limits\n")
    read = await rest.http.get(f"pages/{path}")
    below = await rest.put(f"{path}/deeper", "below\n")
    history = await rest.http.get(f"pages/{path}/history")
    attachments = await rest.http.get(f"pages/{path}/attachments")
    renamed = await rest.http.post(f"pages/{path}/rename", json={"new_path": "mail/attachments/limits"})
    deleted = await rest.http.delete("pages/mail/attachments/limits")

    assert (created.status_code, read.json()["content"]) == (201, "limits\n")
    assert (await rest.read("mail/attachments/limits/deeper"))["content"] == "below\n"
    assert [below.status_code, history.status_code, attachments.status_code] == [201, 200, 200]
    assert renamed.status_code == 200
    assert deleted.json() == {"deleted": True, "path": "Mail/Attachments/Limits"}


async def test_an_attachment_goes_before_a_page_of_the_same_address(rest: Rest) -> None:
    await rest.put("docs/setup/attachments/notes.txt", "a page\n")

    response = await rest.http.get("pages/docs/setup/attachments/notes.txt")

    assert response.json()["size"] == 11


@pytest.mark.parametrize(
    ("text", "frontmatter", "name", "tags", "category", "words"),
    [
        ("one two", None, "P", [], None, 2),
        ("---\ntitle: T\n---\none", {"title": "T"}, "T", [], None, 1),
        ("\n---\ntitle: T\n---\none", None, "P", [], None, 5),
        ("---\ntitle: T\none", None, "P", [], None, 4),
        ("---\n- a\n---\none", None, "P", [], None, 5),
        ("---\na: [\n---\none", None, "P", [], None, 5),
        ("---\ntags: a, b\ncategory: C\n---\n", {"tags": "a, b", "category": "C"}, "P", ["a", "b"], "C", 0),
        ("---\ntags: [1, x]\ncategory: 7\n---\n", {"tags": [1, "x"], "category": 7}, "P", ["1", "x"], "7", 0),
        ("---\ntitle: 42\nday: 2026-01-02\n---\n", {"title": 42, "day": "2026-01-02"}, "42", [], None, 0),
    ],
)
async def test_frontmatter_is_read_safely(
    rest: Rest,
    text: str,
    frontmatter: object,
    name: str,
    tags: list[str],
    category: str | None,
    words: int,
) -> None:
    await rest.put("p", text)

    page = await rest.read("p")
    entry = (await rest.http.get("pages?prefix=p")).json()["pages"][0]

    assert (page["content"], page["frontmatter"], page["name"]) == (text, frontmatter, name)
    assert (entry["name"], entry["tags"], entry["category"], entry["content_length"]) == (
        name,
        tags,
        category,
        words,
    )


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("[[B]] [[a]] [[B]]", ["A", "B"]),
        ("[[Shown|Target]]", ["Target"]),
        ("[[Target#part]] [[/Rooted]] [[#here]] [[ ]]", ["Rooted", "Target"]),
        ("[[Folder/Two Words]]", ["Folder/Two Words"]),
    ],
)
async def test_wikilinks_are_normalised_and_sorted(rest: Rest, text: str, links: list[str]) -> None:
    await rest.put("p", text)

    assert (await rest.read("p"))["links_to"] == links


@pytest.mark.parametrize("style", ["LINKTITLE", "PAGENAMETITLE"])
async def test_the_other_way_round_where_the_wiki_writes_links_so(data: Path, style: str) -> None:
    async with open_rest(data, otterwiki={"WIKILINK_STYLE": style}) as rest:
        await rest.put("p", "[[Target|Shown]]")

        assert (await rest.read("p"))["links_to"] == ["Target"]
