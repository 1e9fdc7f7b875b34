"""REST.md: history, diff, revert, changelog and batch."""

from datetime import datetime

import pytest

from gateway.rest import models
from tests.functional.rest import Rest
from tests.wiki_app.git import git


async def history(rest: Rest, path: str, query: str = "") -> list[dict[str, str]]:
    response = await rest.http.get(f"pages/{path}/history{query}")
    models.History.model_validate(response.json())
    entries: list[dict[str, str]] = response.json()["history"]
    return entries


# GET /pages/P/history


async def test_history_is_newest_first_with_four_fields(rest: Rest) -> None:
    new = await rest.change("home", "changed\n", commit_message="second")

    response = await rest.http.get("pages/home/history")

    assert set(response.json()) == {"path", "history"}
    assert response.json()["path"] == "Home"
    entries = response.json()["history"]
    assert [entry["message"] for entry in entries] == ["second", "seed home.md"]
    assert set(entries[0]) == {"revision", "author", "date", "message"}
    assert entries[0]["revision"] == new
    assert datetime.fromisoformat(entries[0]["date"]).tzinfo is not None


@pytest.mark.parametrize(
    ("query", "count"), [("?limit=1", 1), ("?limit=0", 2), ("?limit=-3", 2), ("?limit=x", 2)]
)
async def test_history_is_limited(rest: Rest, query: str, count: int) -> None:
    await rest.change("home", "changed\n")

    assert len(await history(rest, "home", query)) == count


async def test_history_follows_renames(rest: Rest) -> None:
    await rest.http.post("pages/home/rename", json={"new_path": "start"})

    assert (await history(rest, "start"))[-1]["message"] == "seed home.md"


async def test_history_of_a_new_page_does_not_show_those_of_a_page_alike(rest: Rest) -> None:
    text = str((await rest.read("home"))["content"])
    await rest.put("copy", text)

    assert [entry["message"] for entry in await history(rest, "copy")] == ["[api] Create: copy"]


async def test_history_of_a_missing_page_is_404(rest: Rest) -> None:
    assert (await rest.http.get("pages/nothing/history")).status_code == 404


async def test_trailers_are_taken_off_the_message_and_stand_beside_it(rest: Rest) -> None:
    (rest.repository / "home.md").write_text("by an agent\n")
    git(rest.repository, "commit", "-qam", "tidy\n\nAgent: Ottobot\nClient: editor")

    entry = (await history(rest, "home"))[0]
    logged = (await rest.http.get("changelog?limit=1")).json()["entries"][0]

    assert (entry["message"], entry["agent"], entry["client"]) == ("tidy", "Ottobot", "editor")
    assert (logged["message"], logged["agent"]) == ("tidy", "Ottobot")


# GET /pages/P/diff


async def test_a_diff_is_unified_and_ends_at_the_newest(rest: Rest) -> None:
    old = await rest.revision("home")
    middle = await rest.change("home", "second\n")
    new = await rest.change("home", "third\n")

    whole = (await rest.http.get("pages/home/diff", params={"from": old[:7]})).json()
    part = (await rest.http.get("pages/home/diff", params={"from": middle, "to": new})).json()

    models.Diff.model_validate(whole)
    assert (whole["path"], whole["from"], whole["to"]) == ("Home", old, new)
    assert whole["diff"].endswith("+third\n")
    assert "-second\n+third\n" in part["diff"]


@pytest.mark.parametrize("query", ["?from=0000000", "?from=HEAD&to=0000000", "?from=zz"])
async def test_a_diff_of_unknown_revisions_is_404(rest: Rest, query: str) -> None:
    assert (await rest.http.get(f"pages/home/diff{query}")).status_code == 404


async def test_without_from_the_address_is_that_of_a_page_called_diff(rest: Rest) -> None:
    lacking = await rest.http.get("pages/home/diff")
    missing = await rest.http.get("pages/nothing/diff")
    await rest.put("home/diff", "the diff command\n")

    assert (lacking.status_code, missing.status_code) == (422, 404)
    assert (await rest.read("home/diff"))["content"] == "the diff command\n"


# POST /pages/P/revert


async def test_a_revert_gives_the_page_its_old_text(rest: Rest) -> None:
    old = await rest.read("home")
    await rest.change("home", "changed\n")

    response = await rest.http.post("pages/home/revert", json={"revision": old["revision"]})

    assert response.status_code == 200
    assert set(response.json()) == {"path", "revision"}
    page = await rest.read("home")
    assert (page["content"], page["revision"]) == (old["content"], response.json()["revision"])


async def test_a_revert_brings_a_deleted_page_back(rest: Rest) -> None:
    old = await rest.read("guide")
    await rest.http.delete("pages/guide")

    response = await rest.http.post(
        "pages/guide/revert", json={"revision": old["revision"], "commit_message": "back"}
    )

    assert response.status_code == 200
    assert (await rest.read("guide"))["content"] == old["content"]
    assert (await history(rest, "guide"))[0]["message"] == "back"


@pytest.mark.parametrize(
    ("page", "body", "status"),
    [
        ("home", {"revision": "0" * 40}, 404),
        ("nothing", {"revision": "0" * 40}, 404),
        ("home", {}, 422),
        ("home", {"revision": 5}, 422),
    ],
)
async def test_a_revert_to_what_never_was_is_refused(
    rest: Rest, page: str, body: dict[str, object], status: int
) -> None:
    assert (await rest.http.post(f"pages/{page}/revert", json=body)).status_code == status


# GET /changelog


async def test_the_changelog_lists_commits_with_their_pages(rest: Rest) -> None:
    await rest.http.post("pages/docs/setup/rename", json={"new_path": "docs/install"})

    body = (await rest.http.get("changelog")).json()

    models.Changelog.model_validate(body)
    assert set(body) == {"entries", "total"}
    assert body["total"] == len(body["entries"]) == 6
    assert set(body["entries"][0]) == {"revision", "author", "date", "message", "pages_affected"}
    assert body["entries"][0]["pages_affected"] == ["Docs/Install", "Home"]
    assert body["entries"][1]["pages_affected"] == []  # a picture
    assert body["entries"][-1]["pages_affected"] == ["Home"]


@pytest.mark.parametrize(
    ("query", "count"), [("", 50), ("?limit=3", 3), ("?limit=0", 60), ("?limit=many", 50), ("?limit=", 50)]
)
async def test_the_changelog_has_fifty_entries_unless_told_otherwise(
    rest: Rest, query: str, count: int
) -> None:
    for number in range(55):
        git(rest.repository, "commit", "-q", "--allow-empty", "-m", f"empty {number}")

    assert (await rest.http.get(f"changelog{query}")).json()["total"] == count


# POST /batch


async def test_a_batch_is_one_commit(rest: Rest) -> None:
    edits = [
        {"op": "write", "path": "New", "content": "new\n"},
        {
            "op": "edit",
            "path": "guide",
            "revision": await rest.revision("guide"),
            "old_string": "well",
            "new_string": "so",
        },
        {"op": "delete", "path": "docs/numbers"},
        {"op": "rename", "path": "docs/setup", "new_path": "docs/install"},
    ]

    response = await rest.http.post("batch", json={"edits": edits, "commit_message": "all at once"})

    assert response.status_code == 200
    body = response.json()
    models.BatchResult.model_validate(body)
    assert [(result["op"], result["path"]) for result in body["results"]] == [
        ("write", "New"),
        ("edit", "Guide"),
        ("delete", "Docs/Numbers"),
        ("rename", "Docs/Install"),
    ]
    assert {result["revision"] for result in body["results"]} == {body["revision"]}
    entry = (await rest.http.get("changelog?limit=1")).json()["entries"][0]
    assert (entry["revision"], entry["message"]) == (body["revision"], "all at once")
    assert (await history(rest, "home"))[0]["revision"] == body["revision"]  # its link was rewritten


@pytest.mark.parametrize(
    ("edit", "status"),
    [
        ({"op": "delete", "path": "nothing"}, 404),
        ({"op": "write", "path": "home", "content": "x"}, 409),
        ({"op": "write", "path": "home", "content": "x", "revision": "0" * 40}, 409),
        ({"op": "edit", "path": "home"}, 422),
        ({"op": "sing", "path": "home"}, 422),
        ({"op": "write", "path": "../x", "content": "x"}, 422),
        ({"op": "write", "path": "x", "content": 5}, 422),
        ({"op": "write", "path": "x", "content": "y" * 1_000_001}, 413),
    ],
)
async def test_a_batch_with_one_bad_operation_changes_nothing(
    rest: Rest, edit: dict[str, object], status: int
) -> None:
    good = {"op": "write", "path": "new", "content": "new\n"}

    response = await rest.http.post("batch", json={"edits": [good, edit]})

    assert response.status_code == status
    assert (await rest.http.get("pages/new")).status_code == 404
    assert (await rest.http.get("changelog?limit=0")).json()["total"] == 5


async def test_a_dry_run_of_a_batch_has_the_diffs(rest: Rest) -> None:
    edits = [{"op": "write", "path": "new", "content": "new\n"}, {"op": "delete", "path": "docs/numbers"}]

    body = (await rest.http.post("batch", json={"edits": edits, "dry_run": True})).json()

    assert (body["revision"], body["dry_run"]) == (None, True)
    assert [diff["path"] for diff in body["diffs"]] == ["Docs/Numbers", "New"]
    assert (await rest.http.get("pages/new")).status_code == 404


@pytest.mark.parametrize("body", [{}, {"edits": []}, {"edits": [5]}, {"edits": "all"}])
async def test_a_batch_without_operations_is_422(rest: Rest, body: dict[str, object]) -> None:
    assert (await rest.http.post("batch", json=body)).status_code == 422
