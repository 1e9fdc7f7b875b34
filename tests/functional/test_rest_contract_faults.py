"""REST.md, last section: each known fault of the older implementation, not repeated."""

import asyncio
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.functional.rest import Rest, make_seed, open_rest
from tests.wiki_app.git import git

ODD_VALUES: list[object] = [5, 5.5, True, None, [], {}, ["x"], {"a": 1}]


@pytest.mark.parametrize("content", ODD_VALUES)
async def test_content_that_is_no_text_is_422_and_leaves_no_file(rest: Rest, content: object) -> None:
    response = await rest.http.put("pages/new", json={"content": content})

    assert response.status_code == 422
    assert (await rest.put("new", "text\n")).status_code == 201


async def test_content_that_is_not_unicode_is_422(rest: Rest) -> None:
    headers = {"Content-Type": "application/json"}

    response = await rest.http.put("pages/new", content=b'{"content": "\\ud800"}', headers=headers)

    assert response.status_code == 422


@pytest.mark.parametrize("revision", [1234567, 12345678901234567890, 1.5, True, [], {}])
async def test_a_revision_that_is_no_text_is_422(rest: Rest, revision: object) -> None:
    put = await rest.http.put("pages/home", json={"content": "x", "revision": revision})
    patch = await rest.http.patch(
        "pages/home", json={"revision": revision, "old_string": "Home", "new_string": "House"}
    )

    assert (put.status_code, patch.status_code) == (422, 422)


HOSTILE = [
    "%2e%2e/outside",
    "a/%2e%2e/%2e%2e/outside",
    "%252e%252e/outside",
    "..%2Foutside",
    ".git/config",
    ".git%2Fhooks%2Fpost-commit",
    "a/.GIT/config",
    ".git.%2Fx",
    "git~1/config",
    "a%00b",
    "%00",
    "a%0Ab",
    "a%5C..%5C..%5Cb",
    "x" * 300,
    "%20",
]
NOT_UTF8 = ["%ff%fe", "%ED%A0%80"]


@pytest.mark.parametrize("path", HOSTILE)
async def test_a_hostile_path_is_refused_by_every_method_and_touches_nothing(rest: Rest, path: str) -> None:
    head = git(rest.repository, "rev-parse", "HEAD")
    edit = {"revision": "0" * 40, "old_string": "a", "new_string": "b"}
    requests = [
        rest.http.get(f"pages/{path}"),
        rest.http.put(f"pages/{path}", json={"content": "x"}),
        rest.http.patch(f"pages/{path}", json=edit),
        rest.http.delete(f"pages/{path}"),
        rest.http.get(f"pages/{path}/history"),
        rest.http.get(f"pages/{path}/attachments"),
        rest.http.get(f"pages/{path}/attachments/config"),
        rest.http.get(f"pages/home/attachments/{path}"),
        rest.http.delete(f"pages/home/attachments/{path}"),
        rest.http.post(f"pages/{path}/attachments", json={"filename": "x", "content": ""}),
        rest.http.post(f"pages/{path}/rename", json={"new_path": "y"}),
        rest.http.post("pages/home/rename", json={"new_path": unquote(path)}),
        rest.http.post(f"pages/{path}/revert", json={"revision": "0" * 40}),
        rest.http.get(f"pages/{path}/diff?from=0000000"),
    ]

    statuses = [(await request).status_code for request in requests]

    assert set(statuses) <= {404, 405, 409, 422}, statuses
    assert git(rest.repository, "rev-parse", "HEAD") == head
    assert not (rest.repository.parent / "outside.md").exists()


@pytest.mark.parametrize("path", NOT_UTF8)
async def test_a_path_that_is_not_utf8_is_no_fault_of_the_server(rest: Rest, path: str) -> None:
    assert (await rest.http.get(f"pages/{path}")).status_code == 404
    assert (await rest.put(path, "text")).status_code < 500


async def test_a_token_that_is_not_ascii_is_401(rest: Rest) -> None:
    response = await rest.http.get("pages", headers={b"Authorization": "Bearer schlüssel".encode()})

    assert response.status_code == 401


async def test_a_numeric_title_breaks_no_search(rest: Rest) -> None:
    assert (await rest.http.get("search?q=otter")).json()["total"] == 1
    assert (await rest.http.get("search?q=numbers")).json()["results"][0]["name"] == "42"


async def test_numeric_tags_and_categories_break_no_filter(rest: Rest) -> None:
    assert (await rest.http.get("pages?tag=2")).json()["total"] == 1
    assert (await rest.http.get("pages?category=7")).json()["total"] == 1
    assert (await rest.http.get("pages?tag=howto&category=docs")).json()["total"] == 1


async def test_history_of_a_new_page_shows_no_look_alike(rest: Rest) -> None:
    await rest.put("docs/setup2", "Install the otter. An otter is enough.\n")

    assert len((await rest.http.get("pages/docs/setup2/history")).json()["history"]) == 1


async def test_a_listing_starts_no_process(tmp_path: Path) -> None:
    """One git process a page took the older implementation half a minute for 7,000 pages."""
    data = make_seed(tmp_path / "data", {"home.md": "x\n"})
    async with open_rest(data) as rest:
        for number in range(40):
            await rest.put(f"page{number}", "text\n")
        before = _children()

        assert (await rest.http.get("pages")).json()["total"] == 41
        assert _children() == before


def _children() -> float:
    """Processor time of finished child processes, in seconds."""
    times = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    return float(times[13]) + float(times[14])


async def test_links_are_not_stale_after_a_rename(rest: Rest) -> None:
    await rest.http.post("pages/docs/setup/rename", json={"new_path": "install"})

    assert (await rest.read("home"))["links_to"] == ["Guide", "Install", "Missing Page"]
    assert (await rest.read("install"))["linked_from"] == ["Home"]


async def test_attachments_and_sub_pages_are_not_left_behind_by_a_rename(rest: Rest) -> None:
    await rest.put("docs/setup/linux", "below\n")

    await rest.http.post("pages/docs/setup/rename", json={"new_path": "install"})

    assert (await rest.http.get("pages/install/attachments")).json()["total"] == 1
    assert (await rest.read("install/linux"))["content"] == "below\n"
    assert not (rest.repository / "docs/setup").exists()


async def test_deleted_pages_are_not_found_by_search(rest: Rest) -> None:
    await rest.http.get("search?q=otter")
    await rest.http.delete("pages/docs/setup")

    assert (await rest.http.get("search?q=otter")).json()["total"] == 0


async def test_writers_at_once_hang_nothing(rest: Rest) -> None:
    async def write(number: int) -> int:
        return (await rest.put(f"w{number % 8}", f"{number}\n")).status_code

    statuses = await asyncio.wait_for(asyncio.gather(*(write(number) for number in range(32))), 30)

    assert statuses.count(201) == 8
    assert set(statuses) == {201, 409}


async def test_a_segment_attachments_collides_with_no_route(rest: Rest) -> None:
    assert (await rest.put("a/attachments/b/c", "text\n")).status_code == 201
    assert (await rest.read("a/attachments/b/c"))["content"] == "text\n"
