"""The gate: who is who, at which door, by which credential."""

import json
from collections.abc import Callable

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from auth import ALL_RIGHTS, ApiKey, Gate, GateConfig, Principal, Right

KEY = "s3cret-key"
OWNER = Principal("owner", "Owner", "owner@localhost", ALL_RIGHTS, "owner")
PROGRAM = Principal(
    "api_key", "API", "api@localhost", frozenset({Right.READ, Right.WRITE, Right.UPLOAD}), "api_key"
)
Ask = Callable[..., "object"]


class Rights:
    """Visitors may read."""

    def rights_of(self, email: str | None) -> frozenset[str]:
        return frozenset({"READ"}) if email is None else frozenset()


async def whoami(scope: Scope, receive: Receive, send: Send) -> None:
    principal: Principal = scope["principal"]
    body = {"via": principal.via, "name": principal.name, "rights": sorted(principal.rights)}
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})


async def ask(config: GateConfig, path: str, authorization: str | bytes | None = None) -> httpx.Response:
    transport = httpx.ASGITransport(Gate(whoami, config, Rights()))
    headers = {"Authorization": authorization} if authorization is not None else {}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        return await client.get(path, headers=headers)  # type: ignore[arg-type]  # bytes are fine


SINGLE_USER = GateConfig(owner=OWNER)
WITH_KEY = GateConfig(api_key=ApiKey(KEY, PROGRAM))
OPEN_WIKI = GateConfig()


@pytest.mark.parametrize(
    ("config", "path", "token", "via", "rights"),
    [
        (SINGLE_USER, "/home", None, "owner", ["ADMIN", "READ", "UPLOAD", "WRITE"]),
        (SINGLE_USER, "/api/v1/pages", None, "owner", ["ADMIN", "READ", "UPLOAD", "WRITE"]),
        (SINGLE_USER, "/.git/info/refs", None, "owner", ["ADMIN", "READ", "UPLOAD", "WRITE"]),
        (WITH_KEY, "/home", None, "anonymous", ["READ"]),
        (WITH_KEY, "/api/v1/pages", None, "anonymous", []),
        (WITH_KEY, "/mcp", None, "anonymous", []),
        (WITH_KEY, "/api/v1/pages", f"Bearer {KEY}", "api_key", ["READ", "UPLOAD", "WRITE"]),
        (WITH_KEY, "/mcp", f"bearer {KEY}", "api_key", ["READ", "UPLOAD", "WRITE"]),
        (WITH_KEY, "/home", f"Bearer {KEY}", "anonymous", ["READ"]),
        (WITH_KEY, "/healthz", "Bearer wrong", "anonymous", []),
        (OPEN_WIKI, "/home", None, "anonymous", ["READ"]),
        (OPEN_WIKI, "/api/v1/pages", None, "anonymous", ["READ"]),
    ],
)
async def test_who_is_who(
    config: GateConfig, path: str, token: str | None, via: str, rights: list[str]
) -> None:
    answer = (await ask(config, path, token)).json()

    assert (answer["via"], answer["rights"]) == (via, rights)


@pytest.mark.parametrize(
    "authorization",
    ["Bearer wrong", f"Bearer {KEY}x", "Bearer", "Bearer ", f"Basic {KEY}", KEY, "", "Bearer pä".encode()],
)
@pytest.mark.parametrize("config", [WITH_KEY, SINGLE_USER, OPEN_WIKI])
async def test_a_wrong_credential_is_401_and_never_anonymous(
    config: GateConfig, authorization: str | bytes
) -> None:
    answer = await ask(config, "/api/v1/pages", authorization)

    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthenticated"
    assert answer.json()["www_authenticate"] == answer.headers["www-authenticate"]


async def test_a_refusal_does_not_repeat_the_credential() -> None:
    answer = await ask(WITH_KEY, "/api/v1/pages", "Bearer very-private")

    assert "very-private" not in answer.text + str(answer.headers)


def test_a_key_does_not_show_itself() -> None:
    assert KEY not in repr(WITH_KEY)
