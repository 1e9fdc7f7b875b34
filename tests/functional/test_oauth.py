"""The local authorization server: registration, consent, codes, tokens, refresh, revocation."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.functional.people import ADMIN, CALLBACK, READER, WRITER, Agent, Person, Wiki, open_wiki

CURSOR = "cursor://anysphere.cursor-mcp/oauth/callback"
WRITE = {"json": {"content": "by an agent"}}


@pytest.fixture
async def wiki(tmp_path: Path) -> AsyncIterator[Wiki]:
    async with open_wiki(tmp_path / "data") as wiki:
        yield wiki


@pytest.fixture
async def ann(wiki: Wiki) -> Person:
    return await wiki.signed_in(ADMIN)


@pytest.fixture
async def agent(wiki: Wiki) -> Agent:
    agent = wiki.agent()
    await agent.register()
    return agent


async def test_an_agent_is_registered_without_a_secret_and_for_all_scopes(wiki: Wiki) -> None:
    answer = await wiki.agent().register(token_endpoint_auth_method="client_secret_post", scope="wiki:read")

    body = answer.json()
    assert answer.status_code == 201
    assert (body["token_endpoint_auth_method"], body["scope"]) == ("none", "wiki:read wiki:write")
    assert "client_secret" not in body


@pytest.mark.parametrize(
    "uri",
    [
        "http://evil.example/callback",
        "javascript:alert(1)",
        "https://ok.example/callback#fragment",
        "https://user@ok.example/callback",
        "data:text/html,x",
        "myapp://callback",
        "https://ok.example/callback?code=planted",
    ],
)
async def test_an_agent_with_a_dangerous_address_is_not_registered(wiki: Wiki, uri: str) -> None:
    twin = await wiki.agent().register(redirect_uris=["https://ok.example/callback"])
    answer = await wiki.agent().register(redirect_uris=["https://ok.example/callback", uri])

    assert twin.status_code == 201
    assert answer.status_code == 400
    assert answer.json()["error"] in {"invalid_redirect_uri", "invalid_client_metadata"}


async def test_a_person_who_says_yes_lets_the_agent_write(wiki: Wiki, ann: Person, agent: Agent) -> None:
    answer = await agent.consent(ann)
    tokens = (await agent.exchange(answer["code"])).json()

    written = await wiki.ask("PUT", "/api/v1/pages/new", tokens["access_token"], **WRITE)

    assert (answer["state"], answer["iss"]) == ("the-state", wiki.origin)
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 3600)
    assert tokens["scope"] == "wiki:read wiki:write"
    assert written.status_code == 201
    page = (await wiki.ask("GET", "/api/v1/pages/new")).json()
    assert page["last_commit"]["author"] == "Ann"


async def test_who_is_not_signed_in_signs_in_and_comes_back_to_the_question(wiki: Wiki, agent: Agent) -> None:
    person = wiki.person()
    question = (await agent.authorize()).headers["location"]

    asked = await person.open(question)
    path = asked.url.params["next"]
    back = await person.send(
        str(asked.url), "/-/login", email=ADMIN, password="correct horse battery", next=path
    )
    page = await person.open(back.headers["location"])

    assert "Sign in" in asked.text
    assert page.status_code == 200
    assert "Test Agent" in page.text
    assert "127.0.0.1:33418" in page.text


async def test_nothing_is_granted_by_looking(wiki: Wiki, ann: Person, agent: Agent) -> None:
    for _ in range(2):
        await ann.open((await agent.authorize()).headers["location"])

    assert wiki.services.identity.grants.all() == []


async def test_a_person_may_refuse_or_allow_less(wiki: Wiki, ann: Person, agent: Agent) -> None:
    refused = await agent.consent(ann, "deny")
    narrow = (await agent.exchange((await agent.consent(ann, "read"))["code"])).json()

    written = await wiki.ask("PUT", "/api/v1/pages/new", narrow["access_token"], **WRITE)

    assert refused["error"] == "access_denied"
    assert refused["iss"] == wiki.origin
    assert narrow["scope"] == "wiki:read"
    assert (written.status_code, written.json()["code"]) == (403, "insufficient_scope")
    assert 'scope="wiki:read wiki:write"' in written.headers["www-authenticate"]


async def test_an_answer_counts_once(wiki: Wiki, ann: Person, agent: Agent) -> None:
    question = (await agent.authorize()).headers["location"]
    txn = question.partition("txn=")[2]
    first = await ann.send(question, "/-/oauth/consent", txn=txn, answer="allow")
    second = await ann.send("/-/auth/tokens", "/-/oauth/consent", txn=txn, answer="allow")

    assert (first.status_code, second.status_code) == (303, 400)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "wiki:admin"}, "invalid_scope"),
        ({"resource": "https://other.example/mcp"}, "invalid_target"),
    ],
)
async def test_threat_17_a_wrong_request_goes_back_with_an_error_and_the_issuer(
    wiki: Wiki, agent: Agent, changes: dict[str, str | None], error: str
) -> None:
    location = (await agent.authorize(**changes)).headers["location"]

    assert location.startswith(CALLBACK)
    assert f"error={error}" in location
    assert "code=" not in location
    assert location.count("iss=") == 1


@pytest.mark.parametrize("scope", ["", None, "wiki:read", "wiki:write offline_access"])
async def test_scopes_as_clients_send_them(wiki: Wiki, agent: Agent, scope: str | None) -> None:
    assert "/-/oauth/consent?txn=" in (await agent.authorize(scope=scope)).headers["location"]


@pytest.mark.parametrize("resource", ["/mcp", "/api/v1", "", "/mcp/"])
async def test_our_own_resources_are_known(wiki: Wiki, agent: Agent, resource: str) -> None:
    answer = await agent.authorize(resource=wiki.origin + resource)

    assert "/-/oauth/consent?txn=" in answer.headers["location"]


@pytest.mark.parametrize(
    ("registered", "asked", "possible"),
    [
        (CALLBACK, "http://127.0.0.1:9/callback", True),
        ("http://localhost/callback", "http://localhost:4711/callback", True),
        (CALLBACK, "http://localhost:33418/callback", False),
        (CALLBACK, "http://127.0.0.1:33418/other", False),
        (CALLBACK, "https://127.0.0.1:33418/callback", False),
        (CALLBACK, "http://127.0.0.1:33418/callback#x", False),
        (CALLBACK, "http://a@127.0.0.1:33418/callback", False),
        (CALLBACK, "http://127.0.0.1:33418/callback?x=1", False),
        ("https://ok.example/callback", "https://ok.example/callback", True),
        ("https://ok.example/callback", "https://ok.example:8443/callback", False),
        ("https://ok.example/callback", "https://ok.example.evil.example/callback", False),
        (
            "cursor://anysphere.cursor-mcp/oauth/callback",
            "cursor://anysphere.cursor-mcp/oauth/callback",
            True,
        ),
    ],
)
async def test_threat_15_only_a_registered_address_is_answered(
    wiki: Wiki, registered: str, asked: str, possible: bool
) -> None:
    agent = wiki.agent(redirect_uri=registered)
    await agent.register()

    answer = await agent.authorize(redirect_uri=asked)

    assert (answer.status_code == 302) == possible
    assert ("location" in answer.headers) == possible


async def test_threat_17_a_code_is_bound_to_its_verifier_client_and_address(
    wiki: Wiki, ann: Person, agent: Agent
) -> None:
    other = wiki.agent()
    await other.register()
    code = (await agent.consent(ann))["code"]

    answers = [
        await agent.exchange(code, code_verifier="x" * 50),
        await other.exchange(code),
        await agent.exchange(code, redirect_uri="http://127.0.0.1:33418/other"),
    ]
    good = await agent.exchange(code)

    assert [answer.status_code for answer in answers] == [401, 401, 400]
    assert good.status_code == 200


async def test_threat_16_a_code_that_is_used_again_ends_the_first_tokens(
    wiki: Wiki, ann: Person, agent: Agent
) -> None:
    code = (await agent.consent(ann))["code"]
    first = (await agent.exchange(code)).json()

    again = await agent.exchange(code)

    assert again.json()["error"] == "invalid_grant"
    assert (await wiki.ask("GET", "/api/v1/pages", first["access_token"])).status_code == 401


async def test_threat_16_a_code_lasts_a_minute(wiki: Wiki, ann: Person, agent: Agent) -> None:
    early, late = (await agent.consent(ann))["code"], (await agent.consent(ann))["code"]
    assert (await agent.exchange(early)).status_code == 200
    wiki.clock.forward(61)

    assert (await agent.exchange(late)).json()["error"] == "invalid_grant"


async def test_threat_18_a_refresh_token_that_is_used_again_ends_the_family(
    wiki: Wiki, ann: Person, agent: Agent
) -> None:
    first = await agent.connect(ann)
    wiki.clock.forward(3601)
    expired = await wiki.ask("GET", "/api/v1/pages", first["access_token"])

    second = (await agent.refresh(first["refresh_token"])).json()
    alive = await wiki.ask("GET", "/api/v1/pages", second["access_token"])
    reused = await agent.refresh(first["refresh_token"])
    dead = await wiki.ask("GET", "/api/v1/pages", second["access_token"])

    assert expired.status_code == 401
    assert 'error="invalid_token"' in expired.headers["www-authenticate"]
    assert alive.status_code == 200
    assert reused.json()["error"] == "invalid_grant"
    assert dead.status_code == 401


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
async def test_a_client_gives_its_tokens_back(wiki: Wiki, ann: Person, agent: Agent, which: str) -> None:
    tokens = await agent.connect(ann)

    answer = await agent.http.post(
        "/-/oauth/revoke", data={"token": tokens[which], "client_id": agent.client_id, "client_secret": ""}
    )

    assert answer.status_code == 200
    assert (await wiki.ask("GET", "/api/v1/pages", tokens["access_token"])).status_code == 401
    assert (await agent.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"


async def test_a_person_disconnects_an_agent(wiki: Wiki, ann: Person, agent: Agent) -> None:
    tokens = await agent.connect(ann)
    listed = (await ann.open("/-/auth/agents")).text
    number = str(wiki.services.identity.grants.all()[0].id)

    will = await wiki.signed_in(WRITER)
    await will.send("/-/auth/tokens", "/-/auth/agents/end", number=number)
    kept = await wiki.ask("GET", "/api/v1/pages", tokens["access_token"])
    await ann.send("/-/auth/agents", "/-/auth/agents/end", number=number)
    cut = await wiki.ask("GET", "/api/v1/pages", tokens["access_token"])

    assert "Test Agent" in listed
    assert (kept.status_code, cut.status_code) == (200, 401)


async def test_an_agent_may_no_more_than_its_person(wiki: Wiki, agent: Agent) -> None:
    rae = await wiki.signed_in(READER)
    tokens = await agent.connect(rae)

    written = await wiki.ask("PUT", "/api/v1/pages/new", tokens["access_token"], **WRITE)

    assert (written.status_code, written.json()["code"]) == (403, "permission_denied")


async def test_without_accounts_there_is_no_authorization_server(tmp_path: Path) -> None:
    async with open_wiki(tmp_path / "data", accounts=False) as wiki:
        paths = [
            "/.well-known/oauth-protected-resource/mcp",
            "/.well-known/oauth-authorization-server",
            "/-/oauth/authorize",
        ]
        assert [(await wiki.ask("GET", path)).status_code for path in paths] == [404, 404, 404]


async def test_the_documents_name_each_other(wiki: Wiki) -> None:
    resource = await wiki.ask("GET", "/.well-known/oauth-protected-resource/mcp")
    rest = await wiki.ask("GET", "/.well-known/oauth-protected-resource/api/v1")
    bare = await wiki.ask("GET", "/.well-known/oauth-protected-resource", follow_redirects=True)
    server = (await wiki.ask("GET", "/.well-known/oauth-authorization-server")).json()

    assert resource.json()["resource"] == f"{wiki.origin}/mcp"
    assert resource.json()["authorization_servers"] == [server["issuer"]] == [wiki.origin]
    assert rest.json()["resource"] == f"{wiki.origin}/api/v1"
    assert bare.json() == resource.json()
    assert server["code_challenge_methods_supported"] == ["S256"]
    assert server["authorization_endpoint"] == f"{wiki.origin}/-/oauth/authorize"
    assert "none" in server["token_endpoint_auth_methods_supported"]
    assert server == (await wiki.ask("GET", "/.well-known/openid-configuration")).json()
    assert resource.headers["access-control-allow-origin"] == "*"
