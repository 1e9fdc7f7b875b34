"""People and agents in front of the composed app, over HTTP and without a browser."""

import asyncio
import atexit
import base64
import functools
import hashlib
import re
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx

from gateway.app import create_app
from gateway.services import Services, open_services
from gateway.settings import Settings
from tests.auth.clock import Hands
from tests.secret_search import watch
from wiki_app.preferences import save_preference

PASSWORD = "correct horse battery"
ADMIN, WRITER, READER = "ann@example.org", "will@example.org", "rae@example.org"
CALLBACK = "http://127.0.0.1:33418/callback"
TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


@dataclass
class Person:
    """A browser without scripts: it keeps cookies and says where its requests come from."""

    http: httpx.AsyncClient

    async def open(self, path: str) -> httpx.Response:
        """Follow a link, redirects within the wiki included."""
        return await self.http.get(path, headers={"Sec-Fetch-Site": "none"}, follow_redirects=True)

    async def send(self, page: str, action: str, /, **fields: str) -> httpx.Response:
        """Fill in the form of a page; the answer is not followed."""
        form = TOKEN.search((await self.open(page)).text)
        assert form is not None, f"{page} has no form"
        data = {"form_token": form[1], **fields}
        return await self.http.post(action, data=data, headers={"Sec-Fetch-Site": "same-origin"})

    async def sign_in(self, email: str, password: str = PASSWORD, **more: str) -> httpx.Response:
        """The sign-in page."""
        return await self.send("/-/login", "/-/login", email=email, password=password, **more)


@dataclass
class Agent:
    """An OAuth client that knows the addresses: registered, with PKCE."""

    http: httpx.AsyncClient
    redirect_uri: str = CALLBACK
    client_id: str = ""
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    async def register(self, **metadata: object) -> httpx.Response:
        """RFC 7591."""
        asked = {"redirect_uris": [self.redirect_uri], "client_name": "Test Agent", **metadata}
        answer = await self.http.post("/-/oauth/register", json=asked)
        if answer.status_code == 201:
            self.client_id = answer.json()["client_id"]
        return answer

    async def authorize(self, **changes: str | None) -> httpx.Response:
        """The request that a browser is sent with; the answer leads to the question, or says no."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=")
        asked: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "code_challenge": challenge.decode(),
            "code_challenge_method": "S256",
            "state": "the-state",
            "scope": "wiki:read wiki:write",
            **changes,
        }
        sent = {name: value for name, value in asked.items() if value is not None}
        return await self.http.get("/-/oauth/authorize", params=sent)

    async def consent(self, person: Person, answer: str = "allow", **changes: str | None) -> dict[str, str]:
        """Ask the person; the parameters that come back to the client."""
        question = (await self.authorize(**changes)).headers["location"]
        txn = parse_qs(urlsplit(question).query)["txn"][0]
        said = await person.send(question, "/-/oauth/consent", txn=txn, answer=answer)
        assert said.status_code == 303, said.text
        return parameters(said.headers["location"])

    async def exchange(self, code: str, **changes: str) -> httpx.Response:
        """A code for tokens."""
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "client_id": self.client_id,
            "code_verifier": self.verifier,
            **changes,
        }
        return await self.http.post("/-/oauth/token", data=asked)

    async def refresh(self, token: str, **changes: str) -> httpx.Response:
        """A refresh token for the next ones."""
        asked = {
            "grant_type": "refresh_token",
            "refresh_token": token,
            "client_id": self.client_id,
            **changes,
        }
        return await self.http.post("/-/oauth/token", data=asked)

    async def connect(self, person: Person, **changes: str | None) -> dict[str, str]:
        """All of it: the answer of the token endpoint."""
        if not self.client_id:
            await self.register()
        found = await self.consent(person, "allow", **changes)
        tokens = await self.exchange(found["code"])
        assert tokens.status_code == 200, tokens.text
        body: dict[str, str] = tokens.json()
        return body


@dataclass(frozen=True)
class Wiki:
    """The composed app with accounts, on loopback."""

    app: object
    services: Services
    settings: Settings
    clock: Hands

    @property
    def origin(self) -> str:
        return self.settings.public_url or "http://127.0.0.1:8080"

    def browser(self) -> httpx.AsyncClient:
        """A client with cookies of its own."""
        transport = httpx.ASGITransport(self.app, client=("127.0.0.1", 5000))  # type: ignore[arg-type]
        return httpx.AsyncClient(transport=transport, base_url=self.origin)

    def person(self) -> Person:
        """Somebody who has not signed in."""
        return Person(self.browser())

    async def signed_in(self, email: str) -> Person:
        """Somebody who has."""
        person = self.person()
        answer = await person.sign_in(email)
        assert answer.status_code == 303, answer.text
        return person

    def agent(self, **kwargs: str) -> Agent:
        """A client that has not registered."""
        return Agent(self.browser(), **kwargs)

    async def ask(self, method: str, path: str, token: str | None = None, **more: object) -> httpx.Response:
        """A request of a program."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with self.browser() as http:
            return await http.request(method, path, headers=headers, **more)  # type: ignore[arg-type]

    def audit(self) -> str:
        """The audit log as it stands."""
        path = self.settings.data / "audit.jsonl"
        return path.read_text() if path.exists() else ""


@asynccontextmanager
async def open_wiki(
    data: Path, *, accounts: bool = True, preferences: Mapping[str, str] | None = None, **settings: object
) -> AsyncIterator[Wiki]:
    """A wiki with an administrator, a writer and a reader; visitors may read."""
    clock = Hands()
    chosen = Settings.of({"data": data, "load": "first-use", "otterwiki": {}, **settings})
    await asyncio.to_thread(_prepare, chosen, preferences or {}, accounts)
    async with open_services(chosen, clock) as services:
        yield Wiki(create_app(chosen, services), services, chosen, clock)


def _prepare(settings: Settings, preferences: Mapping[str, str], accounts: bool) -> None:
    shutil.copytree(_seed(accounts=accounts), settings.data, dirs_exist_ok=True)
    levels = {"WRITE_ACCESS": "NOBODY", "ATTACHMENT_ACCESS": "NOBODY", **preferences}
    for name, value in levels.items():
        save_preference(settings.database, name, value)


@functools.cache
def _seed(*, accounts: bool) -> Path:
    """A data folder to be copied: the starter wiki, its derived files, and the accounts."""
    folder = watch(Path(tempfile.mkdtemp(prefix="wikibot-people-")))
    atexit.register(shutil.rmtree, folder)
    settings = Settings.of({"data": folder / "data", "load": "first-use", "otterwiki": {}})
    asyncio.run(_fill(settings, accounts=accounts))
    return settings.data


async def _fill(settings: Settings, *, accounts: bool) -> None:
    async with open_services(settings) as services:
        with services.store.view() as view:
            services.indexing.catch_up(view)
        if accounts:
            _accounts(services)


def _accounts(services: Services) -> None:
    people = services.identity.people
    people.add("Ann", ADMIN, PASSWORD, admin=True)
    people.add("Will", WRITER, PASSWORD)
    people.accounts.change(WRITER, may_write=True, may_upload=True)
    people.add("Rae", READER, PASSWORD)


def parameters(uri: str) -> dict[str, str]:
    """The query of a redirect, where no name may stand twice."""
    found = parse_qs(urlsplit(uri).query, keep_blank_values=True)
    assert all(len(values) == 1 for values in found.values()), uri
    return {name: values[0] for name, values in found.items()}
