"""What the functional tests speak to: the app in this process, behind uvicorn, or in a Lambda.

`pytest tests/functional --through uvicorn|lambda`. The services that a test looks at are of this process in
any case; in a Lambda the answers come from another process on the same data folder.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import MappingProxyType

import httpx
from starlette.types import ASGIApp

from gateway.settings import Settings
from tests.auth.clock import Hands

Transport = Callable[[], httpx.AsyncBaseTransport]
WAYS = ("asgi", "uvicorn", "lambda")
CLIENT = ("127.0.0.1", 50000)


# What cannot be asked in this way, with the reason; the test runs in the other ways.
RACE = "over a socket, four pages may be rebuilt before the second request"
BLANKS = "no client sends blanks at the end of a header, and HTTP takes them away (RFC 9110 section 5.5)"
PLATFORM = "requests over 6 MB end at AWS, with its words; tests/edge/test_lambda_platform.py has that"
COUNTS = "what the test counts, or the file that it damages, is of the process that answers: another one here"
NOT_THROUGH: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "uvicorn": {
            "test_a_rebuild_is_started_and_told_of": RACE,
            "test_a_wrong_or_malformed_token_is_401_with_a_challenge[bearer  ]": BLANKS,
        },
        "lambda": {
            "test_a_rebuild_is_started_and_told_of": RACE,
            "test_a_wrong_or_malformed_token_is_401_with_a_challenge[bearer  ]": BLANKS,
            "test_a_rename_of_a_page_of_forty_chunks_embeds_nothing": COUNTS,
            "test_an_edit_of_one_section_embeds_that_section": COUNTS,
            "test_a_rebuild_after_the_cache_was_deleted_embeds_nothing_again": COUNTS,
            "test_two_pages_that_say_the_same_are_embedded_once": COUNTS,
            "test_vectors[truncated]": COUNTS,
            "test_vectors[flipped]": COUNTS,
            "test_ten_mebibytes_fit_and_no_byte_more": PLATFORM,
            "test_a_body_over_the_limit_is_413_at_its_door[/home/attachments-text/plain]": PLATFORM,
            "test_a_body_over_the_limit_is_413_at_its_door[/api/v1/pages/a-application/json]": PLATFORM,
        },
    }
)


class Chosen:
    """Set once, when pytest reads its options."""

    way = "asgi"


def serve(
    app: ASGIApp, settings: Settings, clock: Hands | None = None, instead: str | None = None
) -> AbstractAsyncContextManager[Transport]:
    """The app, reachable: each call of what it gives makes a new connection to it.

    `clock`: one that the test moves; `instead`: what stands for Otter Wiki in `app`. The process of a Lambda
    is told both.
    """
    if Chosen.way == "uvicorn":
        from tests.functional.through_uvicorn import behind_uvicorn  # only where it is asked for

        return behind_uvicorn(app)
    if Chosen.way == "lambda":
        from tests.functional.through_lambda import in_a_lambda

        return in_a_lambda(settings, clock, instead)
    return _in_this_process(app)


@asynccontextmanager
async def _in_this_process(app: ASGIApp) -> AsyncIterator[Transport]:
    yield lambda: httpx.ASGITransport(app, raise_app_exceptions=False, client=CLIENT)


class Elsewhere(httpx.AsyncBaseTransport):
    """Goes to `address`, whatever the URL says; the Host header stays."""

    def __init__(self, address: str) -> None:
        self._address = httpx.URL(address)
        self._inner = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request."""
        return await self._inner.handle_async_request(moved(request, self._address))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


def moved(request: httpx.Request, address: httpx.URL) -> httpx.Request:
    """The same request for another address."""
    url = request.url.copy_with(scheme=address.scheme, host=address.host, port=address.port)
    return httpx.Request(
        request.method, url, headers=request.headers, stream=request.stream, extensions=request.extensions
    )
