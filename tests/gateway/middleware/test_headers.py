"""Header names that have no honest use are dropped, ambiguous ones refused."""

import pytest

from gateway.middleware.headers import CleanHeaders
from tests.gateway.middleware.asgi import Pairs, Seen, call, scope_of


@pytest.mark.parametrize(
    "name",
    [
        "x_otterwiki_email",
        "x-otterwiki_email",
        "X-Otterwiki-Email",
        "X-OTTERWIKI-PERMISSIONS",
        "content_type",
        "Remote-User",
        "x-real-ip",
    ],
)
async def test_a_name_that_could_be_taken_for_an_identity_is_dropped(name: str) -> None:
    app = Seen()

    await call(CleanHeaders(app), scope_of(headers=[(name, "admin"), ("Accept", "*/*")]))

    assert app.headers() == [("accept", "*/*")]


@pytest.mark.parametrize(
    "headers",
    [
        [("host", "a"), ("Host", "b")],
        [("authorization", "Bearer a"), ("AUTHORIZATION", "Bearer b")],
        [("content-length", "1"), ("content-length", "1")],
        [("content-length", "1"), ("transfer-encoding", "chunked")],
    ],
)
async def test_an_ambiguous_header_is_400(headers: Pairs) -> None:
    app = Seen()

    answer = await call(CleanHeaders(app), scope_of(headers=headers))

    assert answer.status == 400
    assert not app.called


async def test_several_cookies_and_forwarded_values_are_honest() -> None:
    app = Seen()

    answer = await call(CleanHeaders(app), scope_of(headers=[("cookie", "a=1"), ("cookie", "b=2")]))

    assert answer.status == 200
