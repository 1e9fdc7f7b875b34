"""An Otter Wiki as a part of the app: loaded once a process, at the start or when first needed."""

import asyncio
from typing import Protocol

from starlette.types import Receive, Scope, Send

from gateway.lazy import LazyApp
from gateway.threads import in_thread


class MountedWiki(Protocol):
    """What loading gives: an ASGI app that holds a thread pool."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        ...

    def close(self) -> None:
        """Let running requests end and free the threads."""
        ...


class LazyWiki(LazyApp[MountedWiki]):
    """The ASGI app at "/". A process can load one wiki only, so a load that failed stays failed."""

    async def close(self) -> None:
        """Wait for a running load, then for the wiki's own requests."""
        if self._loading is None:
            return
        (mounted,) = await asyncio.gather(self._loading, return_exceptions=True)
        if not isinstance(mounted, BaseException):
            await in_thread(mounted.close)
