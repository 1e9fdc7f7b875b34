"""The composed app with a small wiki, spoken to over HTTP at /api/v1."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import httpx
from pydantic import BaseModel, ValidationError
from starlette.routing import Match

from gateway.app import create_app
from gateway.rest import models
from gateway.rest.app import DECLARED
from gateway.rest.paths import tidy
from gateway.rest.serving import Served
from gateway.services import Services, open_services
from gateway.settings import Settings
from tests.functional.through import serve
from tests.wiki_app.git import commit_file, git

FILES: Mapping[str, str] = {
    "home.md": "# Home\n\nSee [[Guide]], [[docs/Setup]] and [[Missing Page|missing page]].\n",
    "guide.md": (
        "---\ntitle: The Guide\ntags: [howto, Python]\ncategory: Docs\n---\n"
        "# Guide\n\nBack to [[Home]].\n\n## Use\n\nUse it well.\n\n## End\n\nThat is all.\n"
    ),
    "docs/setup.md": "---\ntags: howto, install\n---\nInstall the otter. An otter is enough.\n",
    "docs/numbers.md": "---\ntitle: 42\ntags: [1, 2]\ncategory: 7\n---\nnumbers count\n",
    "docs/setup/notes.txt": "plain notes",
}


@dataclass(frozen=True)
class Rest:
    """A client of the wiki, its services and its repository."""

    http: httpx.AsyncClient
    services: Services
    repository: Path

    async def read(self, path: str) -> dict[str, object]:
        """A page that must be there."""
        response = await self.http.get(f"pages/{path}")
        assert response.status_code == 200, response.text
        body: dict[str, object] = response.json()
        return body

    async def revision(self, path: str) -> str:
        """A page's revision."""
        return str((await self.read(path))["revision"])

    async def put(self, path: str, content: str, **fields: object) -> httpx.Response:
        """PUT of a page."""
        return await self.http.put(f"pages/{path}", json={"content": content, **fields})

    async def change(self, path: str, content: str, **fields: object) -> str:
        """Replace a page's text and return the new revision."""
        response = await self.put(path, content, revision=await self.revision(path), **fields)
        assert response.status_code == 200, response.text
        return str(response.json()["revision"])

    def commit(self, path: str, text: str, message: str = "by hand") -> str:
        """A commit by plain git, as the wiki's owner makes it."""
        self.services.store.refresh_index()
        return commit_file(self.repository, path, text, message)


def make_seed(data: Path, files: Mapping[str, str] = FILES) -> Path:
    """A data folder with a repository in which each file came with a commit of its own, by plain git."""
    repository = data / "repository"
    repository.mkdir(parents=True)
    git(repository, "init", "-q", "-b", "main")
    for path, text in files.items():
        commit_file(repository, path, text, f"seed {path}")
    return data


@asynccontextmanager
async def open_rest(data: Path, **settings: object) -> AsyncIterator[Rest]:
    """The composed app over a data folder; everybody is the owner unless the settings say otherwise."""
    usual = {"data": data, "load": "first-use", "embeddings": "none", "otterwiki": {}}
    chosen = Settings.of({**usual, **settings})
    async with open_services(chosen) as services:
        hooks = {"response": [check_model]}
        async with (
            serve(create_app(chosen, services), chosen) as transport,
            httpx.AsyncClient(
                transport=transport(), base_url="http://127.0.0.1/api/v1/", event_hooks=hooks, timeout=60
            ) as http,
        ):
            yield Rest(http, services, data / "repository")


async def check_model(response: httpx.Response) -> None:
    """Every answer of every test has the shape that the description promises for its route and status."""
    await response.aread()
    if response.headers.get("content-type") != "application/json" or not response.content:
        return
    path = unquote(response.request.url.path.removeprefix("/api/v1"))
    if response.status_code >= 400:
        models.Problem.model_validate(response.json())
    elif path != "/openapi.json":
        promised = _promised(response.request.method, tidy(path), response.status_code)
        assert any(_fits(model, response.json()) for model in promised), (path, response.text[:500])


def _promised(method: str, path: str, status: int) -> list[type[BaseModel]]:
    scope = {"type": "http", "path": path, "method": method}
    found = next(each for each in DECLARED if Served(each).matches(scope)[0] is Match.FULL)
    assert status in found.success
    model: type[BaseModel] = getattr(models, found.answers or "")
    return [model, models.Page, models.Deleted] if SHARED.search(path) else [model]


def _fits(model: type[BaseModel], body: object) -> bool:
    try:
        model.model_validate(body)
    except ValidationError:
        return False
    return True


# These addresses belong to a page where there is no such file, or no `from`.
SHARED = re.compile(r"/attachments/[^/]+$|/diff$")
