"""REST.md: the rows of GET, PUT, PATCH, DELETE and rename of pages."""

import re

import pytest

from gateway.rest import models
from tests.functional.rest import Rest

REVISION = re.compile(r"[0-9a-f]{40}")


# GET /pages


async def test_a_listing_has_every_page_with_six_fields(rest: Rest) -> None:
    body = (await rest.http.get("pages")).json()

    models.PageList.model_validate(body)
    assert set(body) == {"pages", "total"}
    assert [page["path"] for page in body["pages"]] == ["Docs/Numbers", "Docs/Setup", "Guide", "Home"]
    assert body["total"] == 4
    guide = body["pages"][2]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", guide.pop("last_updated"))
    assert guide == {
        "name": "The Guide",
        "path": "Guide",
        "category": "Docs",
        "tags": ["howto", "Python"],
        "content_length": 15,
    }


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        ("prefix=docs", ["Docs/Numbers", "Docs/Setup"]),
        ("prefix=Docs/S", ["Docs/Setup"]),
        ("prefix=nothing", []),
        ("tag=HOWTO", ["Docs/Setup", "Guide"]),
        ("tag=how", []),
        ("category=docs", ["Guide"]),
        ("tag=howto&prefix=guide", ["Guide"]),
        ("tag=howto&category=docs&prefix=docs", []),
        ("tag=1", ["Docs/Numbers"]),
        ("category=7", ["Docs/Numbers"]),
        ("updated_since=2001-01-01", ["Docs/Numbers", "Docs/Setup", "Guide", "Home"]),
        ("updated_since=2999-01-01T00:00:00%2B02:00", []),
        ("updated_since=2999-01-01T00:00:00+02:00", []),
        ("updated_since=2999-01-01T00:00:00Z", []),
    ],
)
async def test_filters_are_anded(rest: Rest, query: str, paths: list[str]) -> None:
    body = (await rest.http.get(f"pages?{query}")).json()

    assert [page["path"] for page in body["pages"]] == paths
    assert body["total"] == len(paths)


@pytest.mark.parametrize(
    "query", ["updated_since=yesterday", "limit=0", "limit=many", "limit=2&cursor=%C3%A9"]
)
async def test_a_bad_filter_is_422(rest: Rest, query: str) -> None:
    response = await rest.http.get(f"pages?{query}")

    assert response.status_code == 422
    assert response.json()["code"] == "invalid_input"


async def test_a_listing_is_read_in_parts_with_limit_and_cursor(rest: Rest) -> None:
    paths, cursor = [], ""
    while cursor is not None:
        body = (
            await rest.http.get("pages", params={"limit": 3, **({"cursor": cursor} if cursor else {})})
        ).json()
        assert set(body) == {"pages", "total", "next_cursor"}
        assert body["total"] == 4
        paths.append([page["path"] for page in body["pages"]])
        cursor = body["next_cursor"]

    assert paths == [["Docs/Numbers", "Docs/Setup", "Guide"], ["Home"]]


# GET /pages/P


async def test_a_page_is_read_whole(rest: Rest) -> None:
    body = (await rest.http.get("pages/Guide")).json()

    models.Page.model_validate(body)
    keys = {"name", "path", "content", "frontmatter", "links_to", "linked_from", "revision", "last_commit"}
    assert set(body) == keys
    assert body["name"] == "The Guide"
    assert body["path"] == "Guide"
    assert body["content"].startswith("---\ntitle: The Guide\n")
    assert body["frontmatter"] == {"title": "The Guide", "tags": ["howto", "Python"], "category": "Docs"}
    assert body["links_to"] == ["Home"]
    assert body["linked_from"] == ["Home"]
    assert REVISION.fullmatch(body["revision"])
    assert set(body["last_commit"]) == {"revision", "author", "date", "message"}
    assert body["last_commit"]["revision"] == body["revision"]
    assert body["last_commit"]["author"] == "Olga Owner"
    assert body["last_commit"]["message"] == "seed guide.md"


async def test_the_revision_is_the_last_commit_that_touched_the_page(rest: Rest) -> None:
    before = await rest.revision("home")
    head = rest.commit("other.md", "other\n")

    assert await rest.revision("home") == before != head


async def test_a_page_is_read_as_it_was_at_an_abbreviated_revision(rest: Rest) -> None:
    old = await rest.read("home")
    await rest.change("home", "changed\n")

    response = await rest.http.get("pages/home", params={"revision": str(old["revision"])[:4]})

    assert response.json()["content"] == old["content"]
    assert response.json()["revision"] == old["revision"]


@pytest.mark.parametrize(
    "url",
    [
        "pages/nothing",
        "pages/home?revision=0000000",
        "pages/home?revision=zzzz",
        "pages/nothing?revision=0000",
    ],
)
async def test_a_missing_page_or_revision_is_404(rest: Rest, url: str) -> None:
    response = await rest.http.get(url)

    assert response.status_code == 404
    assert response.json()["code"] == "not_found"


@pytest.mark.parametrize("section", ["Use", "use", "#use"])
async def test_a_section_is_read_alone(rest: Rest, section: str) -> None:
    body = (await rest.http.get("pages/guide", params={"section": section})).json()

    assert body["content"] == "## Use\n\nUse it well.\n\n"
    assert body["section"] == section


async def test_a_missing_section_is_404(rest: Rest) -> None:
    assert (await rest.http.get("pages/guide?section=none")).status_code == 404


async def test_a_known_etag_is_304_until_the_answer_changes(rest: Rest) -> None:
    tag = (await rest.http.get("pages/home")).headers["etag"]
    known = {"If-None-Match": f'"other", W/{tag}'}

    same = await rest.http.get("pages/home", headers=known)
    await rest.change("home", "changed\n")
    changed = await rest.http.get("pages/home", headers=known)

    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    assert (changed.status_code, changed.headers["etag"] == tag) == (200, False)


async def test_head_is_get_without_a_body(rest: Rest) -> None:
    response = await rest.http.head("pages/home")

    assert (response.status_code, response.content) == (200, b"")
    assert int(response.headers["content-length"]) > 100


# PUT /pages/P


async def test_a_new_page_is_201_with_four_fields(rest: Rest) -> None:
    response = await rest.put("New/Page", "---\ntitle: Brand New\n---\ntext\n", revision="ignored")

    assert response.status_code == 201
    body = response.json()
    assert REVISION.fullmatch(body.pop("revision"))
    assert body == {"name": "Brand New", "path": "New/Page", "created": True}
    page = await rest.read("new/page")
    assert page["content"] == "---\ntitle: Brand New\n---\ntext\n"
    assert page["last_commit"]["message"] == "[api] Create: New/Page"  # type: ignore[index]
    assert (rest.repository / "new/page.md").read_text() == page["content"]


async def test_an_existing_page_is_replaced_with_its_revision(rest: Rest) -> None:
    response = await rest.put("home", "changed\n", revision=(await rest.revision("home"))[:7])

    assert response.status_code == 200
    assert set(response.json()) == {"name", "path", "revision", "created"}
    assert response.json()["created"] is False
    page = await rest.read("home")
    assert (page["content"], page["revision"]) == ("changed\n", response.json()["revision"])
    assert page["last_commit"]["message"] == "[api] Update: home"  # type: ignore[index]


async def test_a_given_commit_message_is_used_verbatim(rest: Rest) -> None:
    await rest.put("new", "text", commit_message="[mcp] why: because\n\nand more")

    history = (await rest.http.get("pages/new/history")).json()["history"]

    assert history[0]["message"] == "[mcp] why: because\n\nand more"


async def test_the_same_content_again_makes_no_commit(rest: Rest) -> None:
    page = await rest.read("home")

    response = await rest.put("home", str(page["content"]), revision=page["revision"])

    assert (response.status_code, response.json()["revision"]) == (200, page["revision"])
    assert (await rest.http.get("changelog?limit=0")).json()["total"] == 5


async def test_empty_content_is_allowed(rest: Rest) -> None:
    assert (await rest.put("empty", "")).status_code == 201
    assert (await rest.read("empty"))["content"] == ""


async def test_a_page_over_the_limit_is_413(rest: Rest) -> None:
    fits = await rest.put("fits", "x" * 1_000_000)
    over = await rest.put("over", "x" * 1_000_001)

    assert fits.status_code == 201
    assert (over.status_code, over.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    "name", ["mcp", "metrics", "healthz", "readyz", "llms.txt", "api/v1", ".well-known/x"]
)
async def test_reserved_names_are_422_at_creation(rest: Rest, name: str) -> None:
    assert (await rest.put(name, "text")).status_code == 422


# PATCH /pages/P


async def test_a_string_that_stands_once_is_replaced_also_in_the_frontmatter(rest: Rest) -> None:
    patch = {"revision": await rest.revision("guide"), "old_string": "The Guide", "new_string": "A Guide"}
    response = await rest.http.patch("pages/guide", json=patch)

    assert response.status_code == 200
    assert set(response.json()) == {"name", "path", "revision"}
    page = await rest.read("guide")
    assert (page["name"], page["revision"]) == ("A Guide", response.json()["revision"])
    assert page["last_commit"]["message"] == "[api] Edit: guide"  # type: ignore[index]


async def test_several_edits_are_made_all_or_none(rest: Rest) -> None:
    good = {"old_string": "Use it well", "new_string": "Use it"}
    bad = {"old_string": "not there", "new_string": "x"}
    revision = await rest.revision("guide")

    refused = await rest.http.patch("pages/guide", json={"revision": revision, "edits": [good, bad]})
    unchanged = await rest.revision("guide")
    done = await rest.http.patch(
        "pages/guide", json={"revision": revision, "edits": [good, {"old_string": "all", "new_string": "it"}]}
    )

    assert (refused.status_code, unchanged) == (422, revision)
    assert done.status_code == 200
    assert "Use it.\n\n## End\n\nThat is it." in str((await rest.read("guide"))["content"])


async def test_a_dry_run_gives_the_diff_and_changes_nothing(rest: Rest) -> None:
    revision = await rest.revision("guide")
    patch = {"revision": revision, "old_string": "well", "new_string": "badly", "dry_run": True}

    body = (await rest.http.patch("pages/guide", json=patch)).json()

    assert set(body) == {"name", "path", "revision", "dry_run", "diff"}
    assert "-Use it well.\n+Use it badly.\n" in body["diff"]
    assert await rest.revision("guide") == revision


# DELETE /pages/P


async def test_a_page_is_deleted(rest: Rest) -> None:
    response = await rest.http.delete("pages/Guide")

    assert (response.status_code, response.json()) == (200, {"deleted": True, "path": "Guide"})
    assert (await rest.http.get("pages/guide")).status_code == 404
    entry = (await rest.http.get("changelog?limit=1")).json()["entries"][0]
    assert entry["message"] == "[api] Delete: Guide"


async def test_a_deletion_takes_a_message_and_a_revision(rest: Rest) -> None:
    body = {"commit_message": "gone", "revision": await rest.revision("guide")}

    response = await rest.http.request("DELETE", "pages/guide", json=body)

    assert response.status_code == 200
    assert (await rest.http.get("changelog?limit=1")).json()["entries"][0]["message"] == "gone"


async def test_a_deletion_based_on_an_old_revision_is_409(rest: Rest) -> None:
    old = await rest.revision("guide")
    new = await rest.change("guide", "changed\n")

    response = await rest.http.request("DELETE", "pages/guide", json={"revision": old})

    assert response.status_code == 409
    assert response.json()["current_revision"] == new


async def test_deleting_a_missing_page_is_404(rest: Rest) -> None:
    assert (await rest.http.delete("pages/nothing")).status_code == 404


# POST /pages/P/rename


async def test_a_rename_moves_everything_and_rewrites_links_in_one_commit(rest: Rest) -> None:
    before = (await rest.http.get("changelog?limit=0")).json()["total"]

    response = await rest.http.post("pages/docs/setup/rename", json={"new_path": "Docs/Install"})

    assert response.status_code == 200
    body = response.json()
    revision = body.pop("revision")
    assert body == {"old_path": "Docs/Setup", "new_path": "Docs/Install", "updated_pages": ["Home"]}
    assert (await rest.http.get("changelog?limit=0")).json()["total"] == before + 1
    assert await rest.revision("docs/install") == revision
    assert "[[docs/Setup]]" not in str((await rest.read("home"))["content"])
    assert (await rest.read("home"))["links_to"] == ["Docs/Install", "Guide", "Missing Page"]
    assert (await rest.http.get("pages/docs/install/attachments/notes.txt")).status_code == 200
    assert (await rest.http.get("pages/docs/setup")).status_code == 404
    entry = (await rest.http.get("changelog?limit=1")).json()["entries"][0]
    assert entry["message"] == "[api] Rename: docs/setup -> Docs/Install"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("nothing", {"new_path": "other"}, 404),
        ("home", {"new_path": "guide"}, 409),
        ("home", {}, 422),
        ("home", {"new_path": ""}, 422),
        ("home", {"new_path": "  "}, 422),
        ("home", {"new_path": 5}, 422),
        ("home", {"new_path": "HOME"}, 422),
        ("home", {"new_path": "../x"}, 422),
        ("home", {"new_path": "mcp"}, 422),
    ],
)
async def test_a_rename_that_cannot_be_is_refused(
    rest: Rest, path: str, body: dict[str, object], status: int
) -> None:
    response = await rest.http.post(f"pages/{path}/rename", json=body)

    assert response.status_code == status
