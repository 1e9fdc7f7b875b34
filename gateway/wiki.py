"""An Otter Wiki as a part of the app: loaded once a process, at the start or when first needed."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.threads import in_thread


class MountedWiki(Protocol):
    """What loading gives: an ASGI app that holds a thread pool."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        ...

    def close(self) -> None:
        """Let running requests end and free the threads."""
        ...


class LazyWiki:
    """The ASGI app at "/". Whoever asks before it is loaded waits for that (about a second)."""

    def __init__(self, load: Callable[[], MountedWiki]) -> None:
        self._load = load
        self._loading: asyncio.Task[MountedWiki] | None = None

    @property
    def loaded(self) -> bool:
        """True once the wiki can answer without loading."""
        return self._loading is not None and self._loading.done() and self._loading.exception() is None

    async def load(self) -> ASGIApp:
        """The mounted wiki. A load that failed cannot be tried again in a process: it fails for everybody."""
        if self._loading is None:
            self._loading = asyncio.create_task(in_thread(self._load))
        return await asyncio.shield(self._loading)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        app = await self.load()
        await app(scope, receive, send)

    async def close(self) -> None:
        """Wait for a running load, then for the wiki's own requests."""
        if self._loading is None:
            return
        (mounted,) = await asyncio.gather(self._loading, return_exceptions=True)
        if not isinstance(mounted, BaseException):
            await in_thread(mounted.close)
