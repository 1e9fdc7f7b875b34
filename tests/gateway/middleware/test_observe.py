"""Every request has an id, a log line and a count; faults become answers."""

import json
import logging

import pytest
from starlette.types import Receive, Scope, Send

from auth.secret import RESET, new_secret
from gateway.exposition import exposed
from gateway.logs import request_id
from gateway.metrics import Metrics
from gateway.middleware.observe import Observe
from tests.gateway.middleware.asgi import Seen, call, scope_of


async def broken(scope: Scope, receive: Receive, send: Send) -> None:
    raise RuntimeError("why")


async def broken_in_the_middle(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    raise RuntimeError("why")


async def test_a_request_gets_an_id_that_the_app_and_the_caller_see() -> None:
    app = Seen()

    answer = await call(Observe(app, Metrics()), scope_of())

    assert len(answer.headers["x-request-id"]) == 32
    assert app.scope["request_id"] == answer.headers["x-request-id"]
    assert request_id.get() is None


@pytest.mark.parametrize(
    ("sent", "kept"), [("trace-0123.a_b", True), ("short", False), ("x" * 65, False), ("a b\tc d e f", False)]
)
async def test_a_callers_own_id_is_kept_when_it_is_harmless(sent: str, kept: bool) -> None:
    answer = await call(Observe(Seen(), Metrics()), scope_of(headers=[("x-request-id", sent)]))

    assert (answer.headers["x-request-id"] == sent) is kept


async def test_the_log_line_has_what_is_needed_and_no_query(caplog: pytest.LogCaptureFixture) -> None:
    scope = {**scope_of("POST", "/home"), "query_string": b"access_token=very-private"}
    with caplog.at_level(logging.INFO, "wikibot.access"):
        await call(Observe(Seen(), Metrics()), scope)

    fields = caplog.records[0].__dict__["fields"]
    assert (fields["method"], fields["path"], fields["status"], fields["bytes"]) == ("POST", "/home", 200, 2)
    assert "very-private" not in json.dumps(fields)


async def test_threat_32_a_secret_in_a_path_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    secret = new_secret(RESET)
    with caplog.at_level(logging.INFO, "wikibot.access"):
        await call(Observe(Seen(), Metrics()), scope_of(path=f"/-/auth/reset/{secret}"))
        await call(Observe(Seen(), Metrics()), scope_of(path="/-/auth/reset/owx_notes"))

    shown = [record.__dict__["fields"]["path"] for record in caplog.records]
    assert shown == ["/-/auth/reset/owx_…", "/-/auth/reset/owx_notes"]


async def test_a_fault_is_a_500_that_names_the_request_and_not_the_fault(
    caplog: pytest.LogCaptureFixture,
) -> None:
    answer = await call(Observe(broken, Metrics()), scope_of(path="/api/v1/pages"))

    assert answer.status == 500
    assert answer.headers["x-request-id"] in json.loads(answer.body)["error"]
    assert b"why" not in answer.body
    assert "why" in caplog.text


async def test_a_fault_after_the_answer_has_begun_reaches_the_server(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(RuntimeError):
        await call(Observe(broken_in_the_middle, Metrics()), scope_of())


async def test_requests_are_counted_by_door_and_not_by_path() -> None:
    metrics = Metrics()
    for path in ("/home", "/other"):
        await call(Observe(Seen(), metrics), scope_of("BREW", path))

    text = exposed(metrics).decode()
    assert 'wikibot_requests_total{door="browser",method="OTHER"' in text
    assert "/home" not in text
