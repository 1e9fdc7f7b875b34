"""X-Forwarded-* counts from trusted addresses only."""

import ipaddress

import pytest

from gateway.middleware.proxy import TrustedProxy
from tests.gateway.middleware.asgi import Pairs, Seen, call, scope_of

TRUSTED = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("::1"))
FORWARDED: Pairs = [
    ("host", "inner"),
    ("x-forwarded-proto", "https"),
    ("x-forwarded-host", "wiki.example.org"),
    ("x-forwarded-for", "203.0.113.9"),
    ("forwarded", "for=198.51.100.1"),
]


async def seen(client: str, headers: Pairs) -> Seen:
    app = Seen()
    await call(TrustedProxy(app, TRUSTED), scope_of(headers=headers, client=client))
    return app


@pytest.mark.parametrize("proxy", ["10.1.2.3", "::1"])
async def test_a_trusted_proxy_is_believed(proxy: str) -> None:
    app = await seen(proxy, FORWARDED)

    assert (app.scope["scheme"], app.scope["client"]) == ("https", ("203.0.113.9", 0))
    assert app.headers() == [("host", "wiki.example.org")]


@pytest.mark.parametrize("client", ["203.0.113.50", "127.0.0.1", "testclient"])
async def test_anybody_else_is_not_and_the_claims_go_no_further(client: str) -> None:
    app = await seen(client, FORWARDED)

    assert (app.scope["scheme"], app.scope["client"][0]) == ("http", client)
    assert app.headers() == [("host", "inner")]


@pytest.mark.parametrize(
    ("chain", "client"),
    [
        ("198.51.100.7, 203.0.113.9", "203.0.113.9"),
        ("198.51.100.7, 203.0.113.9, 10.0.0.5", "203.0.113.9"),
        ("203.0.113.9, made-up", "10.1.2.3"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("", "10.1.2.3"),
    ],
)
async def test_the_client_is_the_nearest_address_that_is_no_proxy_of_ours(chain: str, client: str) -> None:
    app = await seen("10.1.2.3", [("x-forwarded-for", chain)])

    assert app.scope["client"][0] == client


@pytest.mark.parametrize(("name", "value"), [("x-forwarded-proto", "gopher"), ("x-forwarded-host", "a b/c")])
async def test_nonsense_from_a_trusted_proxy_changes_nothing(name: str, value: str) -> None:
    app = await seen("10.1.2.3", [("host", "inner"), (name, value)])

    assert app.scope["scheme"] == "http"
    assert app.headers() == [("host", "inner")]
