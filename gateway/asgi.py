"""`uvicorn gateway.asgi:app`. Settings are read when `app` is asked for, not at import."""

from functools import cache

from starlette.applications import Starlette

from gateway.app import served
from gateway.settings import load_settings


@cache
def _app() -> Starlette:
    return served(load_settings())


def __getattr__(name: str) -> Starlette:
    if name == "app":
        return _app()
    raise AttributeError(name)
