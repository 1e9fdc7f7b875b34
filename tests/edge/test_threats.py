"""Threats that need a real server: raw sockets, its log, the mounted wiki and git (docs/security.md)."""

import asyncio
import base64
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.edge.consenting import ANN, PASSWORD, add_account, answer
from tests.edge.server import Server, serving, wikibot

pytestmark = pytest.mark.edge
SPELLINGS = [
    "X-Otterwiki-{}",
    "x_otterwiki_{}",
    "X-Otterwiki_{}",
    "x-otterwiki_{}",
    "X_OTTERWIKI-{}",
    "x-OTTERWIKI-{}",
]
FIELDS = {"Name": "Mallory", "Email": ANN, "Permissions": "READ,WRITE,UPLOAD,ADMIN"}
FORM = re.compile(r'name="form_token" value="([^"]+)"')
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("threats") / "data"
    add_account(data)
    environment = {"WIKIBOT_LOG_LEVEL": "DEBUG", "GIT_WEB_SERVER": "True"}
    with serving(data, env=environment) as running:
        yield running


def raw(server: Server, text: str) -> str:
    """What a server answers to these bytes."""
    port = urlsplit(server.url).port
    assert port is not None
    parts = []
    with (
        socket.create_connection(("127.0.0.1", port), timeout=30) as connection,
        suppress(ConnectionError),  # it may hang up before all is said
    ):
        connection.sendall(text.replace("\n", "\r\n").encode())
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts).decode("utf-8", "replace")


def status(text: str) -> int:
    return int(text.split(" ", 2)[1]) if text.startswith("HTTP/") else 0


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("doubled", [False, True])
def test_threat_1_an_identity_header_from_outside_is_nobody(
    server: Server, spelling: str, doubled: bool
) -> None:
    lines = [f"{spelling.format(name)}: {value}" for name, value in FIELDS.items()]
    if doubled:
        lines += [f"X-Otterwiki-{name}: READ" for name in FIELDS]
    host = urlsplit(server.url).netloc
    for path in ("/-/admin", "/home/edit"):
        answered = raw(
            server, f"GET {path} HTTP/1.1\nHost: {host}\nConnection: close\n" + "\n".join(lines) + "\n\n"
        )
        assert status(answered) in {302, 303, 400, 403}, answered[:300]
        assert "Application Preferences" not in answered


def test_threat_24_headers_are_bounded(server: Server) -> None:
    host = urlsplit(server.url).netloc
    big = raw(server, f"GET / HTTP/1.1\nHost: {host}\nConnection: close\nX-Big: {'x' * 200_000}\n\n")
    two = raw(
        server, f"GET / HTTP/1.1\nHost: {host}\nConnection: close\nAuthorization: a\nAuthorization: b\n\n"
    )

    assert status(big) in {0, 400, 431}
    assert status(two) == 400
    assert httpx.get(f"{server.url}/healthz").status_code == 200


def test_threat_26_git_asks_for_a_token_and_the_old_pull_address_is_closed(
    server: Server, tmp_path: Path
) -> None:
    token = wikibot("token", "create", "--name", "git", "--data", str(server.data)).stdout.strip()
    encoded = base64.b64encode(f"any:{token}".encode()).decode()
    refs = f"{server.url}/.git/info/refs"
    push = {"service": "git-receive-pack"}

    anonymous = httpx.get(refs, params=push)
    password = httpx.get(refs, params=push, auth=(ANN, PASSWORD))
    good = httpx.get(refs, params=push, headers={"Authorization": f"Basic {encoded}"})
    old = httpx.post(f"{server.url}/-/api/v1/pull/0000")
    header = f"http.extraHeader=Authorization: Basic {encoded}"  # in the address git would write it down
    cloned = subprocess.run(
        ["git", "-c", header, "clone", "-q", f"{server.url}/.git", str(tmp_path / "clone")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (anonymous.status_code, password.status_code, good.status_code) == (401, 401, 200)
    assert anonymous.headers["www-authenticate"].startswith("Basic ")
    assert old.status_code in {403, 404}
    assert cloned.returncode == 0, cloned.stderr
    assert list((tmp_path / "clone").glob("*.md"))


def test_threat_32_no_secret_is_in_the_log_the_audit_the_pages_or_git(server: Server) -> None:
    secrets = [PASSWORD, *asyncio.run(_everything(server))]
    written = server.log.read_text() + (server.data / "audit.jsonl").read_text()
    pages = httpx.get(f"{server.url}/").text + httpx.get(f"{server.url}/api/v1/changelog?limit=0").text
    history = subprocess.run(
        ["git", "-C", str(server.repository), "log", "-p", "--all"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    database = (server.data / "auth.db").read_bytes()

    assert len(secrets) >= 7
    for secret in secrets:
        assert secret not in written
        assert secret not in pages + history
        assert secret.encode() not in database


async def _everything(server: Server) -> list[str]:
    """Sign in, make a token, connect an agent, write, refresh; every secret that was made on the way."""
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as http:
        redirect = "http://127.0.0.1:1/callback"
        registered = (await http.post("/-/oauth/register", json={"redirect_uris": [redirect]})).json()
        client = registered["client_id"]
        link = (
            f"{server.url}/-/oauth/authorize?response_type=code&client_id={client}&redirect_uri={redirect}"
            f"&code_challenge={CHALLENGE}&code_challenge_method=S256&state=s"
        )
        location = await answer(server.url, link)
        code = parse_qs(urlsplit(location).query)["code"][0]
        asked = {"grant_type": "authorization_code", "code": code, "code_verifier": VERIFIER}
        more = {"client_id": client, "redirect_uri": redirect}
        first = (await http.post("/-/oauth/token", data=asked | more)).json()
        again = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"], "client_id": client}
        second = (await http.post("/-/oauth/token", data=again)).json()
        bearer = {"Authorization": f"Bearer {second['access_token']}"}
        await http.put("/api/v1/pages/secrets", json={"content": "x"}, headers=bearer)
        await http.get(f"/api/v1/pages?access_token={second['access_token']}")
        await http.get("/api/v1/pages", headers={"Authorization": "Bearer owp_a-wrong-one-that-is-long"})
    session, personal = await asyncio.to_thread(_by_hand, server)
    tokens = [first["access_token"], first["refresh_token"], second["access_token"], second["refresh_token"]]
    return [*tokens, code, session, personal, "owp_a-wrong-one-that-is-long"]


def _by_hand(server: Server) -> tuple[str, str]:
    """The secrets of a session and of a token that was made with it."""
    with httpx.Client(base_url=server.url) as person:
        session = _sign_in(person)
        form = FORM.search(person.get("/-/auth/tokens").text)
        assert form is not None
        made = person.post("/-/auth/tokens", data={"form_token": form[1], "name": "ci"})
        personal = re.search(r"owp_[\w-]{20,}", made.text)
        assert personal is not None
    return session, personal[0]


def _sign_in(person: httpx.Client) -> str:
    form = FORM.search(person.get("/-/login").text)
    assert form is not None
    person.post("/-/login", data={"form_token": form[1], "email": ANN, "password": PASSWORD})
    return next(value for value in person.cookies.values() if value.startswith("ows_"))
