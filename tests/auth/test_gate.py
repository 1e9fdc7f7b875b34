"""The gate: who is who, at which door, by which credential, and what a refused caller is told."""

import base64
import json
from pathlib import Path

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from auth import ALL_RIGHTS, ApiKey, Gate, GateConfig, Principal, Right
from tests.auth.identity import EVERYTHING, Row, World, access_token, make_world
from tests.secret_search import remember

HOST = "http://127.0.0.1"
KEY = remember("s3cret-key")
OWNER = Principal("owner", "Owner", "owner@localhost", ALL_RIGHTS, "owner")
PROGRAM = Principal(
    "api_key", "API", "api@localhost", frozenset({Right.READ, Right.WRITE, Right.UPLOAD}), "api_key"
)
SINGLE_USER = GateConfig(owner=OWNER)
WITH_KEY = GateConfig(api_key=ApiKey(KEY, PROGRAM))
OPEN_WIKI = GateConfig()
ANN = Row("ann@example.org", "Ann")
READER = Row("rae@example.org", "Rae", rights=frozenset({"READ"}))
RWU = ["READ", "UPLOAD", "WRITE"]


async def whoami(scope: Scope, receive: Receive, send: Send) -> None:
    principal: Principal = scope["principal"]
    body = {
        "via": principal.via,
        "name": principal.name,
        "rights": sorted(principal.rights),
        "prefix": principal.path_prefix,
        "read": (await receive()).get("body", b"").decode(),
    }
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})


def mcp_need(scope: Scope, body: bytes) -> str | None:
    return body.decode() or None


async def ask(
    world: World, path: str, method: str = "GET", body: str = "", **headers: str | bytes
) -> httpx.Response:
    gate = Gate(whoami, world.identities, world.challenges, {"mcp": mcp_need})
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(gate), base_url=HOST) as client:
        return await client.request(method, path, headers=sent, content=body)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("config", "path", "token", "via", "rights"),
    [
        (SINGLE_USER, "/home", None, "owner", ["ADMIN", *RWU]),
        (SINGLE_USER, "/api/v1/pages", None, "owner", ["ADMIN", *RWU]),
        (SINGLE_USER, "/.git/info/refs", None, "owner", ["ADMIN", *RWU]),
        (WITH_KEY, "/home", None, "anonymous", ["READ"]),
        (WITH_KEY, "/api/v1/pages", None, "anonymous", []),
        (WITH_KEY, "/api/v1/pages", f"Bearer {KEY}", "api_key", RWU),
        (WITH_KEY, "/mcp", f"bearer {KEY}", "api_key", RWU),
        (WITH_KEY, "/home", f"Bearer {KEY}", "anonymous", ["READ"]),
        (WITH_KEY, "/home.md", None, "anonymous", ["READ"]),
        (WITH_KEY, "/home.md", f"Bearer {KEY}", "api_key", ["READ", "UPLOAD", "WRITE"]),
        (WITH_KEY, "/home.md", "Basic of-a-proxy", "anonymous", ["READ"]),
        (WITH_KEY, "/healthz", "Bearer wrong", "anonymous", []),
        (OPEN_WIKI, "/home", None, "anonymous", ["READ"]),
        (OPEN_WIKI, "/mcp", None, "anonymous", ["READ"]),
        (OPEN_WIKI, "/api/v1/pages", None, "anonymous", ["READ"]),
    ],
)
async def test_who_is_who(
    tmp_path: Path, config: GateConfig, path: str, token: str | None, via: str, rights: list[str]
) -> None:
    headers = {"Authorization": token} if token else {}
    answer = (await ask(make_world(tmp_path, config=config), path, **headers)).json()

    assert (answer["via"], answer["rights"]) == (via, sorted(rights))


async def test_nobody_is_the_owner_once_there_is_an_account(tmp_path: Path) -> None:
    world = make_world(tmp_path, config=SINGLE_USER)
    token = world.tokens.create("", "the owner's own", scopes=["wiki:read"])
    before = (await ask(world, "/home")).json()
    owners = (await ask(world, "/api/v1/pages", Authorization=f"Bearer {token}")).json()

    world.table.rows[ANN.email] = ANN
    after = (await ask(world, "/home")).json()
    refused = await ask(world, "/api/v1/pages", Authorization=f"Bearer {token}")

    assert (before["via"], owners["via"], owners["rights"]) == ("owner", "token", ["READ"])
    assert (after["via"], after["rights"]) == ("anonymous", ["READ"])
    assert refused.status_code == 401


@pytest.mark.parametrize(
    "authorization",
    [
        "Bearer wrong",
        f"Bearer {KEY}x",
        "Bearer",
        "Bearer ",
        f"Basic {KEY}",
        KEY,
        "",
        "Bearer pä".encode(),
        "Bearer owp_unknown",
        "Bearer owa_unknown",
        "Bearer owr_unknown",
        "Bearer ows_unknown",
        "Bearer eyJhbGciOiJub25lIn0.e30.",
    ],
)
@pytest.mark.parametrize("config", [WITH_KEY, SINGLE_USER, OPEN_WIKI])
@pytest.mark.parametrize("path", ["/api/v1/pages", "/mcp"])
async def test_a_wrong_credential_is_401_and_never_anonymous(
    tmp_path: Path, config: GateConfig, authorization: str | bytes, path: str
) -> None:
    answer = await ask(make_world(tmp_path, config=config), path, Authorization=authorization)

    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthenticated"
    assert answer.json()["www_authenticate"] == answer.headers["www-authenticate"]
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


async def test_a_wrong_token_is_401_for_a_page_as_markdown_too(tmp_path: Path) -> None:
    world = make_world(tmp_path, config=WITH_KEY)
    assert (await ask(world, "/home.md", Authorization="Bearer wrong")).status_code == 401


async def test_a_refusal_does_not_repeat_the_credential(tmp_path: Path) -> None:
    world = make_world(tmp_path, config=WITH_KEY)
    answer = await ask(world, "/api/v1/pages", Authorization="Bearer very-private")

    assert "very-private" not in answer.text + str(answer.headers)
    assert KEY not in repr(WITH_KEY)


@pytest.mark.parametrize(
    ("row", "scopes", "rights"),
    [
        (ANN, ["wiki:read", "wiki:write"], RWU),
        (ANN, ["wiki:write"], RWU),
        (ANN, ["wiki:read"], ["READ"]),
        (READER, ["wiki:read", "wiki:write"], ["READ"]),
        (Row("un@example.org", rights=frozenset()), ["wiki:write"], []),
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/pages", "/mcp"])
async def test_a_token_may_what_its_account_may_and_its_scopes_let_through(
    tmp_path: Path, row: Row, scopes: list[str], rights: list[str], path: str
) -> None:
    world = make_world(tmp_path, row)
    personal = world.tokens.create(row.email, "ci", scopes=scopes)
    granted = access_token(world.grants, row.email, *scopes)

    for token in (personal, granted):
        answer = await ask(world, path, Authorization=f"Bearer {token}")
        assert answer.json()["via"] == "token"
        assert answer.json()["rights"] == rights


async def test_a_change_of_the_account_counts_at_the_next_request(tmp_path: Path) -> None:
    world = make_world(tmp_path, ANN, READER)
    token = access_token(world.grants, ANN.email, "wiki:write")
    bearer = {"Authorization": f"Bearer {token}"}
    assert (await ask(world, "/api/v1/pages", **bearer)).json()["rights"] == RWU

    world.table.rows[ANN.email] = Row(ANN.email, rights=frozenset({"READ"}))
    assert (await ask(world, "/api/v1/pages", **bearer)).json()["rights"] == ["READ"]
    world.people.disable(ANN.email)
    assert (await ask(world, "/api/v1/pages", **bearer)).status_code == 401
    world.people.disable(ANN.email, disabled=False)
    assert (await ask(world, "/api/v1/pages", **bearer)).status_code == 200
    world.people.remove(ANN.email)
    assert (await ask(world, "/api/v1/pages", **bearer)).status_code == 401


async def test_a_session_counts_for_the_browser_and_for_our_own_pages_alone(tmp_path: Path) -> None:
    world = make_world(tmp_path, ANN)
    cookie = f"other=1; wikibot_80={world.sessions.start(ANN.email)}"
    own, foreign = {"Sec_Fetch_Site": "same-origin"}, {"Sec_Fetch_Site": "cross-site"}

    async def via(path: str, **headers: str) -> str:
        return str((await ask(world, path, Cookie=cookie, **headers)).json()["via"])

    assert await via("/home") == "session"
    assert await via("/home", **foreign) == "session"  # a link that is followed
    assert await via("/api/v1/pages", **own) == "session"
    assert await via("/api/v1/pages", Origin=HOST) == "session"
    assert await via("/api/v1/pages") == "anonymous"
    assert await via("/api/v1/pages", **foreign) == "anonymous"
    assert await via("/mcp", **own) == "anonymous"


async def test_a_session_that_ended_is_a_visitor(tmp_path: Path) -> None:
    world = make_world(tmp_path, ANN)
    secret = world.sessions.start(ANN.email)
    world.sessions.end(secret)

    assert (await ask(world, "/home", Cookie=f"wikibot_80={secret}")).json()["via"] == "anonymous"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec_Fetch_Site": "same-origin"}, 200),
        ({"Sec_Fetch_Site": "none"}, 200),
        ({"Origin": HOST}, 200),
        ({}, 200),
    ],
)
async def test_a_foreign_page_changes_nothing_in_the_browser(
    tmp_path: Path, headers: dict[str, str], status: int
) -> None:
    world = make_world(tmp_path, ANN)

    assert (await ask(world, "/home/save", "POST", **headers)).status_code == status
    assert (await ask(world, "/home", **headers)).status_code == 200


async def test_threat_10_a_token_in_the_address_is_refused(tmp_path: Path) -> None:
    world = make_world(tmp_path, ANN)
    token = world.tokens.create(ANN.email, "ci")

    for path in ("/api/v1/pages", "/mcp"):
        answer = await ask(world, f"{path}?a=b&access_token={token}")
        assert answer.status_code == 401
        assert token not in answer.text + str(answer.headers)


class TestChallenges:
    """What a client learns from a refusal."""

    METADATA = f'resource_metadata="{HOST}/.well-known/oauth-protected-resource/mcp"'

    async def test_no_error_is_named_where_no_token_was_sent(self, tmp_path: Path) -> None:
        answer = await ask(make_world(tmp_path, ANN), "/mcp", "POST", "write")

        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == f'Bearer scope="wiki:read wiki:write", {self.METADATA}'

    async def test_a_wrong_token_is_named_and_the_place_to_sign_in_too(self, tmp_path: Path) -> None:
        answer = await ask(make_world(tmp_path, ANN), "/mcp", "POST", Authorization="Bearer owa_x")

        assert answer.headers["www-authenticate"].startswith('Bearer error="invalid_token"')
        assert self.METADATA in answer.headers["www-authenticate"]

    async def test_a_scope_that_is_too_narrow_names_all_that_are_needed(self, tmp_path: Path) -> None:
        world = make_world(tmp_path, ANN)
        token = access_token(world.grants, ANN.email, "wiki:read")
        narrow = await ask(world, "/mcp", "POST", "write", Authorization=f"Bearer {token}")
        twin = await ask(world, "/mcp", "POST", "read", Authorization=f"Bearer {token}")

        assert narrow.status_code == 403
        assert narrow.json()["code"] == "insufficient_scope"
        assert narrow.json()["www_authenticate"] == narrow.headers["www-authenticate"]
        assert narrow.headers["www-authenticate"] == (
            f'Bearer error="insufficient_scope", scope="wiki:read wiki:write", {self.METADATA}'
        )
        assert (twin.status_code, twin.json()["read"]) == (200, "read")

    @pytest.mark.parametrize("row", [ANN, READER])
    async def test_what_no_scope_would_help_is_left_to_the_tool(self, tmp_path: Path, row: Row) -> None:
        world = make_world(tmp_path, row)
        personal = world.tokens.create(row.email, "ci", scopes=["wiki:read"])
        tokens = [personal] if row is ANN else [personal, access_token(world.grants, row.email, "wiki:read")]

        for token in tokens:
            assert (await ask(world, "/mcp", "POST", "write", Authorization=f"Bearer {token}")).is_success

    async def test_a_wiki_that_visitors_cannot_read_asks_at_once(self, tmp_path: Path) -> None:
        world = make_world(tmp_path, ANN)
        world.table.visitors = frozenset()

        closed = await ask(world, "/mcp", "POST", "")
        token = world.tokens.create(ANN.email, "ci")
        opened = await ask(world, "/mcp", "POST", "", Authorization=f"Bearer {token}")

        assert closed.status_code == 401
        assert 'scope="wiki:read wiki:write"' in closed.headers["www-authenticate"]
        assert opened.status_code == 200

    async def test_a_wiki_without_accounts_points_nowhere(self, tmp_path: Path) -> None:
        answer = await ask(make_world(tmp_path, config=WITH_KEY), "/mcp", "POST", "read")

        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def basic(password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"any:{password}".encode()).decode()}


class TestGit:
    """git over HTTP: Basic with a personal access token, and there only."""

    async def test_a_token_is_the_password_and_any_name_goes_with_it(self, tmp_path: Path) -> None:
        world = make_world(tmp_path, ANN)
        token = world.tokens.create(ANN.email, "git")

        answer = await ask(world, "/.git/info/refs?service=git-receive-pack", **basic(token))
        elsewhere = await ask(world, "/api/v1/pages", **basic(token))

        assert (answer.json()["via"], answer.json()["rights"]) == ("token", RWU)
        assert elsewhere.status_code == 401

    @pytest.mark.parametrize("password", ["wrong", "", "correct horse"])
    async def test_threat_26_neither_a_wrong_token_nor_a_password_counts(
        self, tmp_path: Path, password: str
    ) -> None:
        answer = await ask(make_world(tmp_path, ANN), "/.git/info/refs", **basic(password))

        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Basic ")

    @pytest.mark.parametrize(
        ("path", "visitors", "status"),
        [
            ("/.git/info/refs?service=git-upload-pack", {"READ"}, 200),
            ("/.git/info/refs?service=git-upload-pack", set(), 401),
            ("/.git/info/refs?service=git-receive-pack", {"READ"}, 401),
            ("/.git/git-receive-pack", {"READ"}, 401),
            ("/.git/git-receive-pack", EVERYTHING, 200),
        ],
    )
    async def test_a_visitor_is_asked_for_a_token_where_one_is_needed(
        self, tmp_path: Path, path: str, visitors: set[str], status: int
    ) -> None:
        world = make_world(tmp_path, ANN)
        world.table.visitors = frozenset(visitors)

        assert (await ask(world, path, "POST")).status_code == status

    async def test_a_token_that_is_bound_to_a_path_or_reads_only_does_not_push(self, tmp_path: Path) -> None:
        world = make_world(tmp_path, ANN)
        bound = world.tokens.create(ANN.email, "team", path_prefix="team")
        reads = world.tokens.create(ANN.email, "reads", scopes=["wiki:read"])
        push, fetch = "/.git/git-receive-pack", "/.git/git-upload-pack"

        statuses = [
            (await ask(world, path, "POST", **basic(token))).status_code
            for token in (bound, reads)
            for path in (push, fetch)
        ]

        assert statuses == [403, 403, 403, 200]
