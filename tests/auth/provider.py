"""An identity provider of our own: a real HTTP server with discovery, keys, authorization and tokens.

It signs whatever a test asks it to sign; `people` says who is signed in there.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.secret_search import remember

CLIENT_ID, CLIENT_SECRET = "client_wiki", remember("secret-of-the-wiki")
NOBODY = {"sub": "user_1", "email": "ann@example.org", "email_verified": True, "name": "Ann"}


@dataclass
class Provider:
    """`person` is who signs in; `changes` go over the claims of ID tokens; `down` answers nothing."""

    url: str = ""
    person: dict[str, Any] = field(default_factory=lambda: dict(NOBODY))
    changes: dict[str, Any] = field(default_factory=dict)
    answer_iss: str | None = None
    down: bool = False
    keys: list[RSAKey] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rotate()

    def rotate(self) -> RSAKey:
        """A new signing key, before the older ones."""
        kid = f"key-{len(self.keys) + 1}"
        self.keys.insert(0, RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"}))
        return self.keys[0]

    def claims(self, now: float | None = None, **changes: Any) -> dict[str, Any]:
        """Of an access token for the resource; None takes a claim away."""
        moment = int(time.time() if now is None else now)
        whole = {"iss": self.url, "sub": self.person["sub"], "iat": moment, "exp": moment + 300, **changes}
        return {name: value for name, value in whole.items() if value is not None}

    def sign(self, claims: dict[str, Any], key: Any = None, **header: Any) -> str:
        """A JWT with RS256, or with what the header says."""
        chosen = key or self.keys[0]
        algorithm = str(header.get("alg", "RS256"))
        whole = {"alg": algorithm, "kid": chosen.kid, **header}
        return jwt.encode(whole, claims, chosen, algorithms=[algorithm])

    def answer(self, method: str, path: str, fields: dict[str, str], authorization: str) -> tuple[int, Any]:
        """(status, JSON body or the address to go to)."""
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            return 200, self._configuration()
        if path == "/oauth2/jwks":
            return 200, {"keys": [key.as_dict(private=False) for key in self.keys]}
        if path == "/oauth2/authorize":
            return 302, self._authorize(fields)
        if path == "/oauth2/token" and method == "POST":
            return self._token(fields, authorization)
        if path == "/oauth2/userinfo":
            return 200, self.person
        return 404, {}

    def _configuration(self) -> dict[str, Any]:
        base = f"{self.url}/oauth2"
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{base}/authorize",
            "token_endpoint": f"{base}/token",
            "jwks_uri": f"{base}/jwks",
            "userinfo_endpoint": f"{base}/userinfo",
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def _authorize(self, fields: dict[str, str]) -> str:
        code = secrets.token_urlsafe(16)
        self.codes[code] = fields
        back = {"code": code, "state": fields["state"]}
        if self.answer_iss is not None:
            back["iss"] = self.answer_iss
        return f"{fields['redirect_uri']}?{urlencode(back)}"

    def _token(self, fields: dict[str, str], authorization: str) -> tuple[int, Any]:
        asked = self.codes.pop(fields.get("code", ""), None)
        expected = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        challenge = base64.urlsafe_b64encode(
            hashlib.sha256(fields.get("code_verifier", "").encode()).digest()
        ).rstrip(b"=")
        if asked is None or authorization != f"Basic {expected}":
            return 400, {"error": "invalid_grant"}
        if asked["code_challenge"] != challenge.decode():
            return 400, {"error": "invalid_grant"}
        whole = {**self.person, "aud": CLIENT_ID, "nonce": asked["nonce"], **self.changes}
        token = self.sign(self.claims(**whole))
        return 200, {"access_token": "opaque", "token_type": "Bearer", "expires_in": 300, "id_token": token}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    provider: Provider


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def _any(self) -> None:
        if self.server.provider.down:
            self.close_connection = True
            return
        parts = urlsplit(self.path)
        length = int(self.headers.get("content-length", 0))
        raw = self.rfile.read(length).decode() if length else parts.query
        fields = {name: values[0] for name, values in parse_qs(raw).items()}
        status, body = self.server.provider.answer(
            self.command, parts.path, fields, self.headers.get("authorization", "")
        )
        self.send_response(status)
        if status == 302:
            self.send_header("location", body)
            body = ""
        content = json.dumps(body).encode()
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = _any  # noqa: N815 - the base class's names

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@contextmanager
def provider() -> Iterator[Provider]:
    """It runs for the length of a block."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.provider = Provider()
    server.provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
