"""Events to scopes and answers back, as tables."""

import base64
import json
import os
from typing import Any

import pytest

from gateway.aws_lambda_event import WebEvent
from gateway.aws_lambda_size import BODY, LIMIT, SMALL

FUNCTION_URL = "abc.lambda-url.eu-central-1.on.aws"


def event(path: str = "/", *, domain: str = "wiki.example.org", **changes: Any) -> dict[str, Any]:
    """An event of payload format 2.0."""
    http = {"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"}
    return {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": domain},
        "requestContext": {"domainName": domain, "http": http | changes.pop("http", {})},
        "isBase64Encoded": False,
        **changes,
    }


def scope(*args: Any, **changes: Any) -> dict[str, Any]:
    return WebEvent(event(*args, **changes), None).scope


def answer(body: bytes, *headers: tuple[bytes, bytes], **changes: Any) -> dict[str, Any]:
    """What the handler gives for an answer of the app."""
    web = WebEvent(event(**changes), None)
    return web({"status": 200, "headers": headers, "body": body})


@pytest.mark.parametrize(
    ("sent", "path", "raw_path"),
    [
        ("/a%20b", "/a b", b"/a%20b"),
        ("/100%25", "/100%", b"/100%25"),
        ("/100%2541", "/100%41", b"/100%2541"),
        ("/a%3Fb", "/a?b", b"/a%3Fb"),
        ("/%C3%BCber", "/über", b"/%C3%BCber"),
        ("/a%2Fb", "/a/b", b"/a%2Fb"),
        ("", "/", b"/"),
    ],
)
def test_a_function_url_passes_the_path_as_it_was_sent(sent: str, path: str, raw_path: bytes) -> None:
    found = scope(sent, domain=FUNCTION_URL)

    assert (found["path"], found["raw_path"]) == (path, raw_path)


@pytest.mark.parametrize(
    ("decoded", "raw_path"),
    [("/a b", b"/a%20b"), ("/100%", b"/100%25"), ("/100%41", b"/100%2541"), ("/über", b"/%C3%BCber")],
)
def test_an_http_api_has_decoded_the_path_once_and_it_is_not_decoded_again(
    decoded: str, raw_path: bytes
) -> None:
    found = scope(decoded)

    assert (found["path"], found["raw_path"]) == (decoded, raw_path)


def test_address_and_scheme_are_the_platforms_whatever_the_headers_say() -> None:
    found = scope(headers={"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "http", "host": "[::1"})

    assert (found["client"][0], found["scheme"]) == ("192.0.2.1", "https")


def test_cookies_are_one_header_again() -> None:
    found = scope(cookies=["a=1", "b=2"], headers={"X-One": "1", "Accept": "a, b"})

    assert found["headers"] == [(b"x-one", b"1"), (b"accept", b"a, b"), (b"cookie", b"a=1; b=2")]


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        ({}, b""),
        ({"body": "hällo"}, "hällo".encode()),
        ({"body": base64.b64encode(b"\x00\xff").decode(), "isBase64Encoded": True}, b"\x00\xff"),
    ],
)
def test_a_body_is_as_it_was_sent(fields: dict[str, Any], body: bytes) -> None:
    assert WebEvent(event(**fields), None).body == body


def test_repeated_headers_become_one_list_and_cookies_stay_apart() -> None:
    found = answer(
        b"", (b"Vary", b"Cookie"), (b"vary", b"Accept"), (b"set-cookie", b"a=1"), (b"Set-Cookie", b"b=2")
    )

    assert found["headers"] == {"vary": "Cookie, Accept"}
    assert found["cookies"] == ["a=1", "b=2"]


@pytest.mark.parametrize("body", [b"", "hällo".encode(), b"\x1f\x8b\x00\xff", bytes(range(256))])
def test_a_body_comes_back_byte_by_byte(body: bytes) -> None:
    found = answer(body, (b"content-type", b"text/html"))

    data = base64.b64decode(found["body"]) if found["isBase64Encoded"] else found["body"].encode()
    assert data == body


def test_head_has_the_headers_alone() -> None:
    found = answer(b"text", (b"content-length", b"4"), http={"method": "HEAD"})

    assert (found["body"], found["headers"]) == ("", {"content-length": "4"})


FILLED = os.urandom(1_000_000)


@pytest.mark.parametrize(
    "body",
    [
        (FILLED * 5)[:BODY],
        b"a" * (LIMIT - 100_000),
        b"\x01" * SMALL,
        "\N{OTTER}".encode() * (BODY // 4),
        b"\n" * BODY,
    ],
    ids=["binary", "text", "control characters", "otters", "lines"],
)
def test_what_fits_goes_out_whole_and_below_the_limit(body: bytes) -> None:
    found = answer(body)

    assert found["statusCode"] == 200
    assert len(json.dumps(found)) <= LIMIT


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/page/a/big.bin", "text/plain; charset=utf-8"), ("/api/v1/pages", "application/json")],
)
def test_what_does_not_fit_is_413_with_the_limit_and_a_way_around(path: str, kind: str) -> None:
    found = answer((FILLED * 5)[: BODY + 60_000], (b"x-request-id", b"r1"), path=path)

    assert found["statusCode"] == 413
    assert found["headers"]["content-type"] == kind
    assert found["headers"]["x-request-id"] == "r1"
    assert f"{BODY:,}" in found["body"] and "git" in found["body"]


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"wikibot": "index"},
        {"version": "0", "source": "aws.events"},
        {"version": "1.0", "requestContext": {}},
    ],
)
def test_other_events_are_no_requests(other: dict[str, Any]) -> None:
    assert WebEvent.infer(event(), None)
    assert not WebEvent.infer(other, None)
