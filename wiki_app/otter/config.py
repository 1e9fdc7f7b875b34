"""How the mounted Otter Wiki is set up: the environment that it reads when it is imported."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

IDENTITY_HEADERS = {
    "AUTH_HEADERS_USERNAME": "x-otterwiki-name",
    "AUTH_HEADERS_EMAIL": "x-otterwiki-email",
    "AUTH_HEADERS_PERMISSIONS": "x-otterwiki-permissions",
}
"""Written out: no settings file can point Otter Wiki at headers that wiki_app.mount does not guard."""

BUSY_SECONDS = 60
"""How long a request waits for another process that writes to the accounts and drafts; SQLAlchemy's 5 seconds
are too few for several processes on a slow disk.
"""

ROLES = {f"AUTH_ROLES_{right}": right for right in ("READ", "WRITE", "UPLOAD", "ADMIN")}


@dataclass(frozen=True)
class OtterConfig:
    """`settings` are Otter Wiki's own names with their values; `cache_bytes` bounds the rendered pages.
    The page that helps to connect agents names `public_url`, and a token where programs need one.
    """

    repository: Path
    database: Path
    secret_key: str
    settings: Mapping[str, str] = field(default_factory=dict)
    secure_cookies: bool = False
    session_cookie: str = "session"
    cache_bytes: int = 64_000_000
    public_url: str | None = None
    programs_need_token: bool = False

    def environment(self) -> dict[str, str]:
        """All variables for `otterwiki.server`; identity always comes from the gate (AUTH.md section 4)."""
        return {
            **self.settings,
            **IDENTITY_HEADERS,
            **ROLES,
            "AUTH_METHOD": "PROXY_HEADER",
            "GIT_REMOTE_PULL_URL_SECURE": "True",
            "REPOSITORY": str(self.repository),
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{self.database.absolute()}?timeout={BUSY_SECONDS}",
        }
