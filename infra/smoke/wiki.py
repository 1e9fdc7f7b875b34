"""The wiki as the checks see it: an address, a client, perhaps a token."""

import base64
import json
import secrets
from dataclasses import dataclass
from typing import Any

import httpx

TIMEOUT = 30.0
"""Seconds; a function's 29 and a little."""
MCP_HEADERS = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-11-25"}


class Broken(Exception):
    """A check failed; its text says what was wanted and what came."""


@dataclass(frozen=True)
class Wiki:
    """`url` without a slash at its end; `token`: a personal access token of the wiki."""

    url: str
    http: httpx.Client
    token: str | None = None

    def get(self, path: str, *, signed: bool = False, **params: str) -> httpx.Response:
        """An answer, whatever its status. Raises Broken where there is none."""
        return self.ask("GET", path, signed=signed, params=params)

    def ask(self, method: str, path: str, *, signed: bool = False, **given: Any) -> httpx.Response:
        """As `get`, for any method; `signed` brings the token where there is one."""
        headers = dict(given.pop("headers", {}))
        if signed and self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            return self.http.request(method, f"{self.url}{path}", headers=headers, timeout=TIMEOUT, **given)
        except httpx.HTTPError as error:
            raise Broken(f"{method} {path} got no answer: {type(error).__name__} {error}") from error

    def call(self, method: str, *, token: str | None = None, **params: object) -> httpx.Response:
        """One message to the agents' door; `token` in place of the wiki's own."""
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        headers = {**MCP_HEADERS, **({"Authorization": f"Bearer {token}"} if token else {})}
        return self.ask("POST", "/mcp", signed=token is None, json=body, headers=headers)


def wanted(condition: object, sentence: str) -> None:
    """Raises Broken with the sentence unless the condition holds."""
    if not condition:
        raise Broken(sentence)


def body_of(answer: httpx.Response) -> dict[str, Any]:
    """The JSON object of an answer. Raises Broken."""
    try:
        found = answer.json()
    except ValueError as error:
        raise Broken(f"{answer.request.url.path} answered {answer.status_code} without JSON") from error
    wanted(isinstance(found, dict), f"{answer.request.url.path} answered JSON that is no object")
    return dict(found)


def challenged(wiki: Wiki, answer: httpx.Response) -> bool:
    """True where the wiki asks for a sign-in and we brought no token: that is an answer as it should be."""
    return wiki.token is None and answer.status_code == 401 and body_of(answer)["code"] == "unauthenticated"


def stranger() -> str:
    """A token in the form of a provider's, signed by nobody: the wiki has to look for the provider's keys."""
    header = {"alg": "RS256", "typ": "JWT", "kid": f"smoke-{secrets.token_hex(4)}"}
    parts = [header, {"iss": "https://nobody.invalid", "sub": "nobody", "aud": "nobody", "exp": 0}]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, "c21va2U"])
