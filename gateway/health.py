"""Is it alive, and is each part ready? No names of pages, no secrets: these doors ask for no identity."""

from collections.abc import Callable, Mapping
from typing import TypedDict

from starlette.requests import Request
from starlette.responses import JSONResponse

from gateway.embeddings import intended
from gateway.services import Services
from gateway.threads import in_thread


class Part(TypedDict, total=False):
    """`state` is "ready", "behind" (works, and catches up at the next question) or "failed".

    `age` is that of what the part answers with, in seconds; None where it does not age or is not known.
    """

    state: str
    age: float | None
    revision: str | None
    detail: str
    count: int


class Health:
    """GET /healthz and GET /readyz."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def alive(self, request: Request) -> JSONResponse:  # noqa: ARG002 — an endpoint's signature
        """200 while the process answers; touches nothing."""
        return JSONResponse({"status": "ok"})

    async def ready(self, request: Request) -> JSONResponse:  # noqa: ARG002
        """200 with the state of each part, 503 if one has failed."""
        parts = await in_thread(report, self._services)
        parts["meaning"] = await meaning(self._services)
        failed = any(part["state"] == "failed" for part in parts.values())
        status = "failed" if failed else "ready"
        return JSONResponse({"status": status, "parts": parts}, 503 if failed else 200)


def report(services: Services) -> dict[str, Part]:
    """Each part's state and age. Synchronous."""
    checks: Mapping[str, Callable[[Services], Part]] = {
        "identity": _identity,
        "store": _store,
        "git": _git,
        "working_files": _working_files,
        "catalog": _catalog,
        "search": _search,
        "wiki": _wiki,
    }
    return {name: _checked(check, services) for name, check in checks.items()}


def _checked(check: Callable[[Services], Part], services: Services) -> Part:
    try:
        return check(services)
    except Exception as error:  # noqa: BLE001 — whatever it is, this part is not ready
        return {"state": "failed", "age": None, "detail": type(error).__name__}


def _identity(services: Services) -> Part:
    """Static keys do not age; a provider's do. Never asked for was never needed."""
    keys = services.identity.keys
    if keys is not None:
        source, age = keys.state()
        detail = "no key asked for yet" if source == "none" else f"the provider's keys, from {source}"
        return {"state": "ready", "age": None if age is None else round(age, 1), "detail": detail}
    if services.identity.identities.owner() is not None:
        return {"state": "ready", "age": None, "detail": "everybody here is the owner"}
    key = "set" if services.settings.api_key else "not set"
    return {"state": "ready", "age": None, "detail": f"api key {key}"}


def _store(services: Services) -> Part:
    return _at(services, services.store.repository.head())


def _git(services: Services) -> Part:
    """The git program that this process found, run anew: on Lambda it comes in a layer of its own."""
    return {"state": "ready", "age": None, "detail": services.store.git.version()}


def _working_files(services: Services) -> Part:
    """Edits of the owner that were never committed: the wiki shows HEAD and leaves them alone."""
    count = len(services.store.uncommitted())
    detail = "edits that are not committed; see wikibot doctor" if count else "as HEAD has them"
    return {**_at(services, services.store.repository.head()), "count": count, "detail": detail}


def _catalog(services: Services) -> Part:
    with services.store.view() as view:
        return _at(services, view.commit)


def _search(services: Services) -> Part:
    with services.store.view() as view:
        behind = services.indexing.behind(view)
        part = _at(services, None if behind else view.commit)
    return {**part, "state": "behind" if behind else "ready", "count": services.keywords.count()}


async def meaning(services: Services) -> Part:
    """The search by meaning. Without a model the wiki is searched by words, which is no failure."""
    if not services.searching.loaded:
        detail = f"loads when first needed: {intended(services.settings)}"
        return {"state": "ready", "age": None, "detail": detail}
    try:
        state = await services.searching.state()
    except Exception as error:  # noqa: BLE001 — whatever it is, this part is not ready
        return {"state": "failed", "age": None, "detail": type(error).__name__}
    if state.model is None:
        return {"state": "ready", "age": None, "detail": f"search by words only: {state.problem}"}
    said = "; ".join(part for part in (state.model, state.problem, state.noticed) if part)
    return {
        "state": "behind" if state.behind else "ready",
        "age": None,
        "detail": said,
        "count": state.chunks - state.behind,
    }


def _at(services: Services, revision: str | None) -> Part:
    """A part that answers for this commit; its age is the commit's."""
    if revision is None:
        return {"state": "ready", "age": None, "revision": None}
    age = services.clock() - services.store.repository.info(revision).committed
    return {"state": "ready", "age": round(age.total_seconds(), 1), "revision": revision}


def _wiki(services: Services) -> Part:
    age = round((services.clock() - services.started).total_seconds(), 1)
    loaded = services.wiki.loaded
    return {"state": "ready", "age": age, "detail": "loaded" if loaded else "loads when first needed"}
