"""REST.md: the shape of errors, rights, and the description of the interface."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from auth import OPERATIONS
from gateway.errors import STATUS
from tests.functional.rest import Rest, open_rest

KEY = "a-key-of-the-older-system"
BEARER = {"Authorization": f"Bearer {KEY}"}

ROUTES = [
    ("GET", "pages"),
    ("GET", "pages/home"),
    ("PUT", "pages/home"),
    ("PATCH", "pages/home"),
    ("DELETE", "pages/home"),
    ("POST", "pages/home/rename"),
    ("GET", "pages/home/history"),
    ("GET", "pages/home/diff"),
    ("POST", "pages/home/revert"),
    ("GET", "pages/docs/setup/attachments"),
    ("POST", "pages/home/attachments"),
    ("GET", "pages/docs/setup/attachments/notes.txt"),
    ("DELETE", "pages/docs/setup/attachments/notes.txt"),
    ("GET", "page?path=home"),
    ("PUT", "page?path=home"),
    ("GET", "search?q=otter"),
    ("GET", "semantic-search?q=otter"),
    ("GET", "links"),
    ("GET", "links/home"),
    ("GET", "changelog"),
    ("POST", "batch"),
    ("POST", "reindex"),
    ("GET", "reindex/status"),
]
OPEN = ["health", "chroma-status", "openapi.json", "docs"]


@pytest.fixture
async def locked(data: Path) -> AsyncIterator[Rest]:
    """The small wiki with OTTERWIKI_API_KEY set."""
    settings = {"api_key": KEY, "api_author_name": "Robot", "api_author_email": "robot@example.org"}
    async with open_rest(data, **settings) as rest:
        yield rest


@pytest.fixture
async def readable(data: Path) -> AsyncIterator[Rest]:
    """A wiki that anybody may read and the approved may change; nobody is the owner."""
    access = {"READ_ACCESS": "ANONYMOUS", "WRITE_ACCESS": "APPROVED", "ATTACHMENT_ACCESS": "APPROVED"}
    async with open_rest(data, public_url="https://wiki.example.org", otterwiki=access) as rest:
        yield rest


def check_problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Every error is JSON with a sentence and a stable code."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    body: dict[str, Any] = response.json()
    assert body["code"] == code
    assert isinstance(body["error"], str) and body["error"]
    assert "detail" not in body
    return body


# Rights


@pytest.mark.parametrize(("method", "url"), ROUTES)
async def test_with_an_api_key_set_every_route_asks_for_it(locked: Rest, method: str, url: str) -> None:
    body = check_problem(await locked.http.request(method, url), 401, "unauthenticated")

    assert body["www_authenticate"] == "Bearer"
    response = await locked.http.request(method, url, headers=BEARER)
    assert response.status_code not in {401, 403}


@pytest.mark.parametrize("url", OPEN)
async def test_some_routes_are_open_to_all(locked: Rest, url: str) -> None:
    assert (await locked.http.get(url)).status_code == 200


@pytest.mark.parametrize("header", ["Bearer wrong", "Basic abc", "Bearer", "bearer  ", "Bearer kéy"])
async def test_a_wrong_or_malformed_token_is_401_with_a_challenge(locked: Rest, header: str) -> None:
    response = await locked.http.get("pages", headers={b"Authorization": header.encode()})

    check_problem(response, 401, "unauthenticated")
    assert response.headers["www-authenticate"].startswith("Bearer")


async def test_the_api_key_commits_under_its_author(locked: Rest) -> None:
    await locked.http.put("pages/new", json={"content": "x"}, headers=BEARER)

    entry = (await locked.http.get("changelog?limit=1", headers=BEARER)).json()["entries"][0]

    assert (entry["author"], entry["message"]) == ("Robot", "[api] Create: new")
    assert "agent" not in entry


WRITES = [(method, url) for method, url in ROUTES if method != "GET"]


@pytest.mark.parametrize(("method", "url"), WRITES)
async def test_who_may_only_read_is_asked_to_sign_in_before_the_body_is_looked_at(
    readable: Rest, method: str, url: str
) -> None:
    headers = {"Content-Type": "application/json"}

    response = await readable.http.request(method, url, content=b"{ not json", headers=headers)

    check_problem(response, 401, "unauthenticated")
    assert response.headers["www-authenticate"] == "Bearer"


async def test_who_may_read_reads(readable: Rest) -> None:
    assert (await readable.http.get("pages/home")).status_code == 200


# The shape of errors


@pytest.mark.parametrize("url", ["", "nothing", "pages/a/b/c/../../../../x/y", "page", "v2/pages"])
async def test_an_unknown_route_is_404_or_422_as_json(rest: Rest, url: str) -> None:
    response = await rest.http.get(url)

    assert response.status_code in {404, 422}
    check_problem(
        response, response.status_code, "not_found" if response.status_code == 404 else "invalid_input"
    )


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("POST", "pages"),
        ("DELETE", "pages"),
        ("POST", "pages/home"),
        ("PUT", "search"),
        ("DELETE", "links/home"),
        ("GET", "batch"),
        ("GET", "reindex"),
        ("OPTIONS", "health"),
        ("TRACE", "health"),
        ("BREW", "health"),
    ],
)
async def test_an_unknown_method_is_405_as_json(rest: Rest, method: str, url: str) -> None:
    response = await rest.http.request(method, url)

    check_problem(response, 405, "method_not_allowed")
    assert response.headers["allow"]


@pytest.mark.parametrize(
    ("method", "url", "allowed"),
    [
        ("POST", "pages/home", "DELETE, GET, PATCH, PUT"),
        ("POST", "page?path=home", "DELETE, GET, PATCH, PUT"),
        ("GET", "batch", "POST"),
        ("PUT", "links/home", "GET"),
    ],
)
async def test_a_wrong_method_is_told_every_right_one(
    rest: Rest, method: str, url: str, allowed: str
) -> None:
    response = await rest.http.request(method, url)

    assert response.headers["allow"] == allowed
    assert response.json()["error"].endswith(f"it takes {allowed}.")


async def test_everything_that_is_wrong_is_said_at_once(rest: Rest) -> None:
    listing = await rest.http.get("pages", params={"limit": "many"})
    searching = await rest.http.get("search", params={"q": "otter", "mode": "best", "limit": "0"})
    writing = await rest.http.put("page", json={"revision": "0123456"})

    assert check_problem(listing, 422, "invalid_input")["error"] == (
        "The request is not valid: limit: "
        "Input should be a valid integer, unable to parse string as an integer."
    )
    assert check_problem(searching, 422, "invalid_input")["error"] == (
        "The request is not valid: mode: Input should be 'keyword', 'hybrid' or 'semantic'; "
        "limit: Input should be greater than or equal to 1."
    )
    problems = check_problem(writing, 422, "invalid_input")["problems"]
    assert [(item["field"], item["problem"]) for item in problems] == [
        ("path", "Field required"),
        ("content", "Field required"),
    ]


async def test_wrong_fields_are_named_and_not_echoed(rest: Rest) -> None:
    response = await rest.http.put("pages/home", json={"content": ["secret"], "revision": 5})

    body = check_problem(response, 422, "invalid_input")
    assert [problem["field"] for problem in body["problems"]] == ["content", "revision"]
    assert "secret" not in response.text


async def test_json_without_its_content_type_is_422(rest: Rest) -> None:
    """A form on a foreign web page can send text/plain, but no JSON, without being asked first."""
    response = await rest.http.put(
        "pages/home", content=b'{"content": "x"}', headers={"Content-Type": "text/plain"}
    )

    check_problem(response, 422, "invalid_input")


# The description


DESCRIBED = {
    "/health",
    "/chroma-status",
    "/page",
    "/pages",
    "/pages/{path}",
    "/pages/{path}/rename",
    "/pages/{path}/history",
    "/pages/{path}/diff",
    "/pages/{path}/revert",
    "/pages/{path}/attachments",
    "/pages/{path}/attachments/{filename}",
    "/batch",
    "/search",
    "/semantic-search",
    "/reindex",
    "/reindex/status",
    "/links",
    "/links/{path}",
    "/changelog",
}


async def description(rest: Rest) -> dict[str, Any]:
    response = await rest.http.get("openapi.json")
    document: dict[str, Any] = response.json()
    return document


async def test_the_description_is_openapi_31_and_complete(rest: Rest) -> None:
    document = await description(rest)

    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": "/api/v1"}]
    assert set(document["paths"]) >= DESCRIBED


async def test_every_reference_of_the_description_leads_somewhere(rest: Rest) -> None:
    document = await description(rest)
    schemas = document["components"]["schemas"]

    def references(node: object) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
            return own + [ref for value in node.values() for ref in references(value)]
        return [ref for value in node for ref in references(value)] if isinstance(node, list) else []

    missing = {ref for ref in references(document) if ref.rpartition("/")[2] not in schemas}
    assert missing == set()


async def test_every_operation_has_its_right_its_success_and_its_errors(rest: Rest) -> None:
    document = await description(rest)
    statuses = {str(status) for status in STATUS.values()}

    for path, methods in document["paths"].items():
        for operation in methods.values():
            answers = set(operation["responses"])
            assert any(status.startswith("2") for status in answers), path
            assert {status for status in answers if not status.startswith("2")} <= statuses
            named = operation.get("x-operation")
            assert named in OPERATIONS if named else operation["security"] == []
            assert "401" in answers or not named


async def test_operation_ids_are_unique(rest: Rest) -> None:
    paths = (await description(rest))["paths"]
    ids = [operation["operationId"] for methods in paths.values() for operation in methods.values()]

    assert len(set(ids)) == len(ids)


async def test_the_page_of_the_description_needs_nothing_from_elsewhere(rest: Rest) -> None:
    response = await rest.http.get("docs")

    assert response.headers["content-type"].startswith("text/html")
    assert "/api/v1/pages/{path}/history" in response.text
    assert "old_string" in response.text
    assert "<script" not in response.text
    assert "http://" not in response.text.replace("http://127.0.0.1", "")
    assert "https://" not in response.text
