"""A wiki for one machine: no foreign page, machine or proxy gets in; its own user does."""

import pytest

from gateway.middleware.local import LocalOnly
from tests.gateway.middleware.asgi import Pairs, Seen, call, scope_of

OWN = ("host", "127.0.0.1:8080")


async def status_of(headers: Pairs, method: str = "GET", client: str = "127.0.0.1") -> int:
    return (await call(LocalOnly(Seen()), scope_of(method, headers=headers, client=client))).status


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "LOCALHOST:80", "[::1]:8080", "127.1.2.3"])
async def test_the_names_of_this_machine_are_answered(host: str) -> None:
    assert await status_of([("host", host)]) == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "192.168.1.5", "", "[::1", "a@b"],
)
async def test_another_name_is_421(host: str) -> None:
    assert await status_of([("host", host)]) == 421


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://localhost:8080", "https://127.0.0.1:8080", "http://127.0.0.1"],
)
async def test_a_foreign_origin_is_403_by_any_method(method: str, origin: str) -> None:
    assert await status_of([OWN, ("origin", origin)], method) == 403


async def test_our_own_origin_may_write() -> None:
    assert await status_of([OWN, ("origin", "http://127.0.0.1:8080")], "POST") == 200


@pytest.mark.parametrize(
    ("site", "mode", "destination", "method", "status"),
    [
        ("cross-site", "no-cors", "image", "GET", 403),
        ("same-site", "no-cors", "script", "GET", 403),
        ("cross-site", "navigate", "iframe", "GET", 403),
        ("cross-site", "navigate", "document", "POST", 403),
        ("cross-site", "navigate", "document", "GET", 200),
        ("same-origin", "cors", "empty", "POST", 200),
        ("none", "navigate", "document", "GET", 200),
    ],
)
async def test_what_the_browser_says_of_the_page_behind_counts(
    site: str, mode: str, destination: str, method: str, status: int
) -> None:
    fetch = [("sec-fetch-site", site), ("sec-fetch-mode", mode), ("sec-fetch-dest", destination)]

    assert await status_of([OWN, *fetch], method) == status


@pytest.mark.parametrize("name", ["X-Forwarded-For", "x-forwarded-host", "Forwarded"])
async def test_what_came_through_a_proxy_is_403(name: str) -> None:
    assert await status_of([OWN, (name.lower(), "203.0.113.9")]) == 403


async def test_another_machine_is_403() -> None:
    assert await status_of([OWN], client="192.168.1.7") == 403
