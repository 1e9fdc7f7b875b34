"""The app in the real Lambda runtime client, behind the local Runtime API: one process for many wikis.

A process for each of several hundred tests would take longer than they do. So lambda_wikis.py closes one wiki
and opens the next; where Otter Wiki was loaded, which a process can do once, the process is a new one.
"""

import asyncio
import functools
import json
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import httpx

from gateway.settings import Settings
from gateway.variables import Secret
from tests.auth.clock import Hands
from tests.edge.lambda_events import Kind
from tests.edge.lambda_http import serve_http
from tests.edge.runtime_api import Environment, Function
from tests.functional.lambda_clock import FileHands
from tests.functional.through import Elsewhere, Transport, moved

ROOT = Path(__file__).resolve().parents[2]
HANDLER = "tests.functional.lambda_wikis.handler"
KIND: Kind = "function-url"  # whose paths are whole; tests/edge/test_lambda_parity.py has the HTTP API


@functools.cache
def environment() -> Environment:
    """The one that all tests use; started by the first."""
    git = shutil.which("git")
    assert git is not None
    function = Function(ROOT, {"WIKIBOT_LOG_LEVEL": "WARNING"}, Path(git).parent, HANDLER, timeout=120.0)
    return Environment(function, Path(tempfile.mkdtemp(prefix="wikibot-lambda-")) / "function.log")


def end() -> None:
    """At the end of the session."""
    if environment.cache_info().currsize:
        environment().close()
        shutil.rmtree(environment().log.parent)


def _open(settings: Settings, clock: Hands | None, instead: str | None = None) -> None:
    """The next wiki, in the process or in a new one."""
    order = {
        "open": _fields(settings),
        "clock": str(clock.file) if isinstance(clock, FileHands) else None,
        "instead": instead,
        "aws": {name: value for name, value in os.environ.items() if name.startswith("AWS_")},
    }
    opened = environment().invoke(order)
    if opened.answer == {"spent": True}:
        environment().stop()
        opened = environment().invoke(order)
    assert opened.answer == {"spent": False}, opened.fault or environment().log.read_text()[-3000:]


def _fields(settings: Settings) -> dict[str, Any]:
    """What was set, as JSON."""
    usual = Settings()
    given = {one.name: getattr(settings, one.name) for one in fields(Settings)}
    given = {name: value for name, value in given.items() if value != getattr(usual, name)}
    given["otterwiki"] = dict(settings.otterwiki)
    found: dict[str, Any] = json.loads(json.dumps(given, default=_plain))
    return found


def _plain(value: object) -> str:
    return value.get_secret_value() if isinstance(value, Secret) else str(value)


@asynccontextmanager
async def in_a_lambda(
    settings: Settings, clock: Hands | None, instead: str | None
) -> AsyncIterator[Transport]:
    """Connections to a function URL."""
    await asyncio.to_thread(_open, settings, clock, instead)
    open_ones: list[Elsewhere] = []
    with serve_http(environment(), KIND) as url:

        def transport() -> httpx.AsyncBaseTransport:
            open_ones.append(Elsewhere(url))
            return open_ones[-1]

        yield transport
        for one in open_ones:
            await one.aclose()


class _Elsewhere(httpx.BaseTransport):
    def __init__(self, address: str) -> None:
        self._address = httpx.URL(address)
        self._inner = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._inner.handle_request(moved(request, self._address))

    def close(self) -> None:
        self._inner.close()


@contextmanager
def lambda_client(settings: Settings, address: str) -> Iterator[httpx.Client]:
    """A client that follows redirects and keeps cookies, as a browser does."""
    _open(settings, None)
    with (
        serve_http(environment(), KIND) as url,
        httpx.Client(transport=_Elsewhere(url), base_url=address, follow_redirects=True, timeout=60) as http,
    ):
        yield http
