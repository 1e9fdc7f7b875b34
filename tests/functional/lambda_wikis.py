"""A handler for tests: the wiki's own, over the settings that an event brings.

`{"open": settings, "clock": file, "instead": text, "aws": variables}` ends the wiki before, makes the next,
and answers {"spent": true} where this process cannot have another. Every other event is the wiki's.
"""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, cast

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from auth import Clock, utc_now
from gateway.app import create_app
from gateway.aws_lambda import Handler
from gateway.services import open_services
from gateway.settings import Settings
from gateway.wiki import LazyWiki
from tests.functional.lambda_clock import read_hands


class OnThisMachine:
    """The tests' wiki is their owner's, on http and without a proxy; a Lambda is behind one, on https."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take away what only the platform adds."""
        if scope["type"] == "http":
            scope["scheme"] = "http"
            scope["headers"] = [pair for pair in scope["headers"] if not pair[0].startswith(b"x-forwarded-")]
        await self._app(scope, receive, send)


def _app(settings: Settings, clock: Clock, instead: str | None) -> Starlette:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with open_services(settings, clock) as services:
            app.state.services = services
            if instead is not None:
                stand_in = cast("LazyWiki", PlainTextResponse(instead, 404))
                app.mount("/", OnThisMachine(create_app(settings, replace(services, wiki=stand_in))))
            else:
                app.mount("/", OnThisMachine(create_app(settings, services)))
            yield

    return Starlette(lifespan=lifespan)


class Wikis:
    """One wiki after the other."""

    def __init__(self) -> None:
        self._handler: Handler | None = None

    def __call__(self, event: dict[str, Any], context: object) -> dict[str, Any]:
        """Open a wiki, or let it answer."""
        if "open" in event:
            os.environ.update(event["aws"])  # what the SDK reads, and a role's credentials are on AWS
            return self._open(event["open"], event["clock"], event["instead"])
        assert self._handler is not None
        return self._handler(event, context)

    def _open(self, fields: dict[str, Any], clock: str | None, instead: str | None) -> dict[str, Any]:
        if self._handler is not None:
            self._handler.close()
            self._handler = None
        if "otterwiki.server" in sys.modules:
            return {"spent": True}
        settings = Settings.of({**fields, "load": "first-use"})
        hands: Clock = partial(read_hands, Path(clock)) if clock else utc_now
        self._handler = Handler(lambda: _app(settings, hands, instead))
        return {"spent": False}


handler = Wikis()
