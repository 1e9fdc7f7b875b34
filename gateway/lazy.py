"""A part of the app that is loaded once a process: at the start, or when first asked."""

import asyncio
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.threads import in_thread

App = TypeVar("App", bound=ASGIApp)


class LazyApp(Generic[App]):
    """An ASGI app. Whoever asks before it is loaded waits for that."""

    def __init__(self, load: Callable[[], App]) -> None:
        self._load = load
        self._loading: asyncio.Task[App] | None = None

    @property
    def loaded(self) -> bool:
        """True once it can answer without loading."""
        return self._loading is not None and self._loading.done() and self._loading.exception() is None

    async def load(self) -> App:
        """The app. A load that failed is not tried again: it fails for everybody."""
        if self._loading is None:
            self._loading = asyncio.create_task(in_thread(self._loaded))
        return await asyncio.shield(self._loading)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        app = await self.load()
        await app(scope, receive, send)

    def _loaded(self) -> App:
        with importing():
            return self._load()


@contextmanager
def importing() -> Iterator[None]:
    """Modules are imported without the garbage collector: hardly anything of theirs is garbage, and looking
    through all of it again and again takes a tenth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@contextmanager
def deferring_models() -> Iterator[None]:
    """Pydantic's models that are defined inside are built when first used: most of hundreds never are.

    https://docs.pydantic.dev/latest/api/config/ (defer_build); models inherit their base's configuration.
    """
    from pydantic import BaseModel  # late: pages need none of it

    before = BaseModel.model_config.get("defer_build", False)
    BaseModel.model_config["defer_build"] = True
    try:
        yield
    finally:
        BaseModel.model_config["defer_build"] = before
