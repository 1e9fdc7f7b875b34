"""What is asked. Each check returns what it saw, in a few words, or raises Broken.

Without a token, a wiki that is closed to visitors answers 401 to some of them; that counts, and the line says
so.
"""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from infra.smoke.wiki import Broken, Wiki, body_of, challenged, stranger, wanted

TOOLS = frozenset({"search", "read_page", "write_page", "edit_page"})
"""Some of the agents' tools, by which the door is known."""
ASKS = "asks to sign in, as it should without a token"
# API Gateway renames the header (docs/deploy.md), so the metadata has to be found without it.
CHALLENGE = ("www-authenticate", "x-amzn-remapped-www-authenticate")


def alive(wiki: Wiki) -> str:
    """The process answers."""
    answer = wiki.get("/healthz")
    wanted(answer.status_code == 200, f"/healthz answered {answer.status_code}, not 200")
    return f"{answer.elapsed.total_seconds():.1f} s"


def page(wiki: Wiki) -> str:
    """A whole HTML page, or the way to the sign-in."""
    answer = wiki.get("/")
    if answer.is_redirect:
        target = urlsplit(answer.headers["location"])
        wanted("login" in target.path or "auth" in target.path, f"/ leads to {target.path}, not to a sign-in")
        return ASKS
    wanted(answer.status_code in {200, 403}, f"/ answered {answer.status_code}, not 200")
    wanted("text/html" in answer.headers.get("content-type", ""), "/ is no HTML")
    wanted("</html>" in answer.text, f"/ ends in the middle, after {len(answer.content)} bytes")
    return f"{len(answer.content)} bytes"


def sign_in(wiki: Wiki) -> str:
    """A wrong token is refused with a challenge, and the challenge leads to the authorization server."""
    answer = wiki.call("ping", token=stranger())
    wanted(answer.status_code == 401, f"a wrong token at /mcp is answered {answer.status_code}, not 401")
    said = body_of(answer).get("www_authenticate", "")
    wanted(said, "the 401 of /mcp does not repeat its challenge as www_authenticate in its body")
    header = next((answer.headers[name] for name in CHALLENGE if name in answer.headers), None)
    wanted(header in {None, said}, "the challenge in the header is not that of the body")
    found = re.search(r'resource_metadata="([^"]+)"', said)
    wanted(found, f"the challenge names no resource_metadata: {said}")
    assert found is not None
    return _metadata(wiki, found[1])


def _metadata(wiki: Wiki, address: str) -> str:
    """RFC 9728: the resource is this address exactly, and somebody gives tokens for it."""
    wanted(
        address.startswith(f"{wiki.url}/"),
        f"resource_metadata is {address}, not below {wiki.url}: the public URL",
    )
    described = body_of(wiki.get(address.removeprefix(wiki.url)))
    wanted(
        described.get("resource") == f"{wiki.url}/mcp",
        f"the resource is {described.get('resource')}, not {wiki.url}/mcp",
    )
    servers = described.get("authorization_servers") or []
    wanted(servers, "no authorization server is named")
    return f"tokens from {servers[0]}"


def rest(wiki: Wiki) -> str:
    """The interface, and the list of pages."""
    health = wiki.get("/api/v1/health")
    wanted(health.status_code == 200, f"/api/v1/health answered {health.status_code}, not 200")
    answer = wiki.get("/api/v1/pages", signed=True, limit="1")
    if challenged(wiki, answer):
        return ASKS
    wanted(answer.status_code == 200, f"/api/v1/pages answered {answer.status_code}, not 200")
    wanted("pages" in body_of(answer), "/api/v1/pages has no pages")
    return "lists pages"


def mcp(wiki: Wiki) -> str:
    """The agents' door and its tools."""
    answer = wiki.call("tools/list")
    if challenged(wiki, answer):
        return ASKS
    wanted(answer.status_code == 200, f"tools/list answered {answer.status_code}, not 200")
    tools = {tool["name"] for tool in body_of(answer).get("result", {}).get("tools", [])}
    wanted(tools >= TOOLS, f"tools/list misses {', '.join(sorted(TOOLS - tools))}")
    return f"{len(tools)} tools"


def search(wiki: Wiki) -> str:
    """The search answers, and says how it searched."""
    answer = wiki.get("/api/v1/search", signed=True, q="wiki", limit="3")
    if challenged(wiki, answer):
        return ASKS
    wanted(answer.status_code == 200, f"/api/v1/search answered {answer.status_code}, not 200")
    found = body_of(answer)
    wanted("results" in found, "/api/v1/search has no results")
    return f"{len(found['results'])} results"


def parts(wiki: Wiki) -> str:
    """No part of the wiki has failed."""
    answer = wiki.get("/readyz")
    found = body_of(answer).get("parts", {})
    failed = [
        f"{name}: {part.get('detail', '')}" for name, part in found.items() if part["state"] == "failed"
    ]
    wanted(found and not failed, f"failed: {'; '.join(failed) or 'no part is named'}")
    wanted(answer.status_code == 200, f"/readyz answered {answer.status_code}, not 200")
    return ", ".join(found)


def git(wiki: Wiki) -> str:
    """The git program runs where the wiki runs."""
    part = _part(wiki, "git")
    said = str(part.get("detail", ""))
    wanted(re.match(r"git version \d+\.\d+", said), f"git does not run there: {said or 'no detail'}")
    return said


def identity_keys(wiki: Wiki) -> str:
    """A provider's keys were fetched: the check before it has sent a token that asks for them."""
    said = str(_part(wiki, "identity").get("detail", ""))
    wanted(
        "no key asked for" not in said,
        "the provider's keys could not be fetched: has it an IPv6 address? Else set wikibot:egress to nat",
    )
    return said


def write(wiki: Wiki) -> str:
    """With a token that may write: a page is made, read and deleted."""
    if not wiki.token:
        return "left out: no token was given"
    path = "/api/v1/pages/smoke-test"
    wiki.ask("DELETE", path, signed=True)  # what an earlier run may have left
    made = wiki.ask(
        "PUT", path, signed=True, json={"content": "# Smoke test\n", "commit_message": "Smoke test"}
    )
    wanted(made.status_code == 201, f"PUT {path} answered {made.status_code}, not 201: {made.text[:200]}")
    read = body_of(wiki.get(path, signed=True)).get("content")
    gone = wiki.ask("DELETE", path, signed=True)
    wanted(read == "# Smoke test\n", f"the page that was written reads {read!r}")
    wanted(gone.is_success, f"DELETE {path} answered {gone.status_code}")
    return "made, read and deleted a page"


def _part(wiki: Wiki, name: str) -> dict[str, object]:
    """A part of /readyz. Raises Broken where it is missing or has failed."""
    found = body_of(wiki.get("/readyz")).get("parts", {}).get(name)
    if not isinstance(found, dict):
        raise Broken(f"/readyz does not name the part {name}")
    wanted(found.get("state") != "failed", f"the part {name} has failed: {found.get('detail', '')}")
    return found


Check = Callable[[Wiki], str]
CHECKS: tuple[tuple[str, Check], ...] = (
    ("alive", alive),
    ("page", page),
    ("sign-in", sign_in),
    ("REST", rest),
    ("MCP", mcp),
    ("search", search),
    ("parts", parts),
    ("git version", git),
    ("identity keys", identity_keys),
    ("write", write),
)
"""In this order: `identity keys` rests on the token that `sign-in` sends."""
