"""REST.md, "Locking": PUT, PATCH and their order of checks, conflicts and merges."""

import asyncio

import pytest

from tests.functional.rest import Rest

UNKNOWN = "0" * 40


async def stale(rest: Rest) -> tuple[str, str]:
    """(old, new) revision of a page that somebody else changed at its top meanwhile."""
    old = await rest.revision("guide")
    text = str((await rest.read("guide"))["content"])
    return old, await rest.change("guide", text.replace("# Guide", "# Our Guide"))


# PUT


@pytest.mark.parametrize("fields", [{}, {"revision": ""}, {"revision": None}])
async def test_put_without_a_revision_is_409_without_current_revision(
    rest: Rest, fields: dict[str, object]
) -> None:
    response = await rest.put("home", "changed", **fields)

    assert response.status_code == 409
    assert response.json()["code"] == "conflict"
    assert "current_revision" not in response.json()


async def test_put_with_a_short_revision_is_422(rest: Rest) -> None:
    assert (await rest.put("home", "changed", revision="abcdef")).status_code == 422


async def test_put_with_another_revision_is_409_with_the_current_one_and_the_diff_since(rest: Rest) -> None:
    old, new = await stale(rest)

    response = await rest.put("guide", "mine", revision=old)

    assert response.status_code == 409
    assert response.json()["current_revision"] == new
    assert "-# Guide\n+# Our Guide\n" in response.json()["diff"]


async def test_put_with_an_unknown_revision_is_409_with_the_current_one(rest: Rest) -> None:
    response = await rest.put("home", "mine", revision=UNKNOWN)

    assert response.status_code == 409
    assert response.json()["current_revision"] == await rest.revision("home")


async def test_a_prefix_of_seven_is_enough(rest: Rest) -> None:
    assert (await rest.put("home", "mine", revision=(await rest.revision("home"))[:7])).status_code == 200


async def test_put_merges_what_does_not_overlap(rest: Rest) -> None:
    base = str((await rest.read("guide"))["content"])
    old, _ = await stale(rest)

    response = await rest.put("guide", base.replace("That is all", "The end"), revision=old, merge=True)

    assert (response.status_code, response.json()["merged"]) == (200, True)
    text = str((await rest.read("guide"))["content"])
    assert "# Our Guide" in text
    assert "The end." in text


async def test_put_does_not_merge_what_overlaps(rest: Rest) -> None:
    base = str((await rest.read("guide"))["content"])
    old, new = await stale(rest)

    response = await rest.put("guide", base.replace("# Guide", "# My Guide"), revision=old, merge=True)

    assert response.status_code == 409
    assert response.json()["current_revision"] == new
    assert "diff" in response.json()


# PATCH


GOOD: dict[str, object] = {"old_string": "Use it well", "new_string": "Use it"}


@pytest.mark.parametrize(
    ("page", "body", "status", "words"),
    [
        # Each row is wrong in this point and in those of the rows below it.
        ("nothing", {"old_string": 5, "new_string": "", "revision": ""}, 422, "old_string"),
        ("nothing", {"new_string": "", "revision": ""}, 422, "required"),
        ("nothing", {"old_string": "", "new_string": ""}, 422, "revision"),
        (
            "nothing",
            {"old_string": "", "new_string": "", "revision": ""},
            422,
            "old_string must not be empty",
        ),
        ("nothing", {"old_string": "x", "new_string": "x", "revision": ""}, 422, "revision"),
        ("nothing", {"old_string": "x", "new_string": "x", "revision": "abcdef"}, 422, "revision"),
        ("nothing", {"old_string": "x", "new_string": "x", "revision": UNKNOWN}, 422, "identical"),
        ("nothing", {"old_string": "x", "new_string": "y", "revision": UNKNOWN}, 404, "not found"),
        ("guide", {"old_string": "not there", "new_string": "y", "revision": UNKNOWN}, 409, ""),
        ("guide", {"old_string": "not there", "new_string": "y"}, 422, "not found"),
        ("guide", {"old_string": "Guide", "new_string": "y"}, 422, "found 2"),
        ("guide", GOOD, 200, ""),
    ],
)
async def test_patch_checks_in_the_order_of_the_contract(
    rest: Rest, page: str, body: dict[str, object], status: int, words: str
) -> None:
    if page == "guide":
        body = {"revision": await rest.revision(page), **body}

    response = await rest.http.patch(f"pages/{page}", json=body)

    assert response.status_code == status
    assert words in response.json().get("error", "")
    assert ("current_revision" in response.json()) == (status == 409)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe"])
async def test_a_body_that_is_no_object_is_422(rest: Rest, content: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    for method in ("PUT", "PATCH"):
        response = await rest.http.request(method, "pages/home", content=content, headers=headers)
        assert response.status_code == 422
        assert response.json()["code"] == "invalid_input"


async def test_both_forms_of_an_edit_at_once_are_422(rest: Rest) -> None:
    body = {"revision": await rest.revision("guide"), **GOOD, "edits": [GOOD]}

    assert (await rest.http.patch("pages/guide", json=body)).status_code == 422


async def test_patch_on_a_stale_revision_brings_the_diff_and_merges_when_asked(rest: Rest) -> None:
    old, _ = await stale(rest)

    refused = await rest.http.patch("pages/guide", json={"revision": old, **GOOD})
    merged = await rest.http.patch("pages/guide", json={"revision": old, **GOOD, "merge": True})

    assert "+# Our Guide" in refused.json()["diff"]
    assert (merged.status_code, merged.json()["merged"]) == (200, True)


# One step


async def test_of_many_writers_on_one_revision_exactly_one_wins(rest: Rest) -> None:
    revision = await rest.revision("home")

    answers = await asyncio.gather(*(rest.put("home", f"writer {n}\n", revision=revision) for n in range(12)))

    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 11
    winner = next(answer for answer in answers if answer.status_code == 200)
    assert await rest.revision("home") == winner.json()["revision"]


async def test_a_commit_by_plain_git_makes_the_revision_stale(rest: Rest) -> None:
    old = await rest.revision("home")
    new = rest.commit("home.md", "by hand\n")

    response = await rest.put("home", "mine", revision=old)

    assert (response.status_code, response.json()["current_revision"]) == (409, new)
    assert (await rest.read("home"))["content"] == "by hand\n"
