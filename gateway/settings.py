"""Settings: the environment is read here, once, into one typed object.

Ours start with WIKIBOT_. Otter Wiki's own names pass through as `otterwiki`, except those that would move its
store or open the identity wrapper (DECISIONS 1). docs/settings.md has the table.
"""

import difflib
import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal
from urllib.parse import urlsplit

from auth import ApiKey, GateConfig, Principal, Right
from auth.principal import ALL_RIGHTS
from auth.scopes import ALL_SCOPES
from gateway.otterwiki_names import OTTERWIKI_NAMES, OTTERWIKI_SECRETS, REFUSED, REFUSED_PREFIXES
from gateway.start import StartError
from gateway.variables import PREFIX, Secret, Wrong, read, setting, variable_of

SECRET_LENGTH = 32
SECRETS = OTTERWIKI_SECRETS | {"OTTERWIKI_API_KEY", "WIKIBOT_AUTHKIT_CLIENT_SECRET"}
"""Variables whose values are never repeated, in a message or in a backup."""
# Safer than Otter Wiki's own: whoever comes may read, and who has an account may write.
ACCESS = MappingProxyType({"WRITE_ACCESS": "APPROVED", "ATTACHMENT_ACCESS": "APPROVED"})
BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _networks(value: object) -> tuple[Network, ...]:
    if not isinstance(value, str):
        assert isinstance(value, tuple)
        return value
    return tuple(ipaddress.ip_network(part.strip()) for part in value.split(",") if part.strip())


def _dimensions(value: object) -> int:
    if str(value) not in {"256", "512", "1024"}:
        raise ValueError("the model makes vectors of 256, 512 or 1024 numbers")
    return int(str(value))


def _origin(value: str | None) -> str | None:
    """Where the wiki is reached; https, except on this machine."""
    parts = urlsplit(value or "")
    if value and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/")):
        raise ValueError("write it as https://wiki.example.org, without a path")
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise ValueError("it has to be https: passwords and tokens travel over it")
    return value.rstrip("/") if value else None


def _issuer(value: str | None) -> str | None:
    """A domain, or the whole issuer of any provider, whose last slash counts."""
    if not value:
        return None
    issuer = value if "://" in value else f"https://{value}"
    parts = urlsplit(issuer)
    local = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if not parts.hostname or parts.query or parts.fragment or not (parts.scheme == "https" or local):
        raise ValueError("write it as name.authkit.app, or as the provider's issuer with https://")
    return issuer


def _scopes(value: str) -> str:
    if not value.split() or set(value.split()) - set(ALL_SCOPES):
        raise ValueError(f"the scopes are {' and '.join(ALL_SCOPES)}")
    return value


def _bucket(value: str | None) -> str | None:
    """A bucket's bare name (Amazon S3 User Guide, "General purpose bucket naming rules")."""
    if value and not BUCKET_NAME.fullmatch(value):
        raise ValueError("write the bucket's name alone, as my-wiki-backups")
    return value or None


def _prefix(value: str) -> str:
    """The folder of the backups in the bucket, with the slash at its end."""
    if value.startswith("/") or not value.isprintable():
        raise ValueError("write it as wikibot/, without a slash before it")
    return f"{value.rstrip('/')}/" if value else ""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that can be set from outside. Relative paths start at the working folder."""

    data: Path = Path("wikibot-data")
    cache: Path | None = None
    snapshots: Literal["auto", "always", "never"] = "auto"
    host: str = "127.0.0.1"
    port: int = setting(8080, low=0, high=65535)
    workers: int = setting(1, low=1, high=64)
    threads: int = setting(8, low=1, high=128)
    public_url: str | None = setting(None, check=_origin)
    owner_name: str = "Owner"
    owner_email: str = "owner@localhost"
    allow_anonymous_write: bool = False
    trusted_proxies: tuple[Network, ...] = setting((), check=_networks)
    compress: Literal["always", "remote", "never"] = "always"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    load: Literal["start", "first-use"] = "start"
    embeddings: Literal["local", "bedrock", "none", "stand-in"] = "local"
    bedrock_region: str | None = None
    bedrock_model: str = "amazon.titan-embed-text-v2:0"
    bedrock_dimensions: int = setting(512, check=_dimensions)
    api_key: Secret | None = setting(None, variable="OTTERWIKI_API_KEY")
    api_author_name: str = setting("API", variable="OTTERWIKI_API_AUTHOR_NAME")
    api_author_email: str = setting("api@localhost", variable="OTTERWIKI_API_AUTHOR_EMAIL")
    authkit_domain: str | None = setting(None, check=_issuer)
    authkit_client_id: str | None = None
    authkit_client_secret: Secret | None = None
    authkit_jwks: Path | None = None
    admin_email: str | None = None
    mcp_scopes: str = setting("wiki:read wiki:write", check=_scopes)
    backup_bucket: str | None = setting(None, check=_bucket)
    backup_prefix: str = setting("wikibot/", check=_prefix)
    otterwiki: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, given: Mapping[str, object]) -> "Settings":
        """The environment's values, and over them those given. Raises Wrong."""
        return read(cls, os.environ, given)

    @property
    def repository(self) -> Path:
        """The git repository with its working files."""
        return self.data / "repository"

    @property
    def database(self) -> Path:
        """Otter Wiki's tables: preferences, accounts, drafts."""
        return self.data / "wiki.db"

    @property
    def auth_database(self) -> Path:
        """Tokens, sessions, clients: everything that lets somebody in, as hashes."""
        return self.data / "auth.db"

    @property
    def cache_folder(self) -> Path:
        """Derived files; may be deleted at any time."""
        return self.cache or self.data / "cache"

    @property
    def keeps_snapshots(self) -> bool:
        """Whether copies of the derived files lie in the data folder, for machines that have none. Where the
        cache itself lies there, they would only take its place twice."""
        apart = not self.cache_folder.resolve().is_relative_to(self.data.resolve())
        return apart and (
            self.snapshots == "always" or (self.snapshots == "auto" and self.load == "first-use")
        )

    @property
    def local_only(self) -> bool:
        """True if nobody but this machine is meant to reach the wiki."""
        public = urlsplit(self.public_url).hostname if self.public_url else None
        return is_loopback(self.host) and not self.trusted_proxies and (public is None or is_loopback(public))

    @property
    def single_user(self) -> bool:
        """True if everybody who can reach the wiki is its owner, as long as nobody has an account."""
        return self.local_only and self.api_key is None and self.authkit_domain is None

    def gate(self) -> GateConfig:
        """Who is who, for the gate."""
        if self.api_key:
            rights = frozenset({Right.READ, Right.WRITE, Right.UPLOAD})
            author = Principal("api_key", self.api_author_name, self.api_author_email, rights, "api_key")
            return GateConfig(api_key=ApiKey(self.api_key.get_secret_value(), author))
        owner = Principal("owner", self.owner_name, self.owner_email, ALL_RIGHTS, "owner")
        return GateConfig(owner=owner if self.single_user else None)


def is_loopback(host: str) -> bool:
    """True for localhost and loopback addresses; other names count as reachable from outside."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def load_settings(**overrides: object) -> Settings:
    """Read the environment; `overrides` are the command line's values (None: not given).

    Raises StartError with a sentence that names the variable.
    """
    _refuse(os.environ)
    passed = {name: os.environ[name] for name in OTTERWIKI_NAMES if name in os.environ}
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        settings = Settings.of({"otterwiki": passed} | given)
    except Wrong as error:
        raise StartError(_sentence(error)) from error
    if not settings.allow_anonymous_write:
        settings = replace(settings, otterwiki={**ACCESS, **passed})
    try:
        settings.gate()
    except ValueError as error:  # a name that no commit could carry
        raise StartError(
            f"WIKIBOT_OWNER_NAME, _EMAIL or OTTERWIKI_API_AUTHOR_NAME, _EMAIL: {error}."
        ) from error
    return settings


def set_outside() -> dict[str, str]:
    """The settings that the environment gives, ours and Otter Wiki's, as they stand there; secrets too."""
    known = {*variables(), *OTTERWIKI_NAMES}
    return {name: value for name, value in os.environ.items() if name in known}


def unknown_variables() -> list[str]:
    """A sentence for each WIKIBOT_ variable that is no setting: most likely a slip of the pen."""
    known = variables()
    ours = sorted(name for name in os.environ if name.startswith(PREFIX))
    return [_guess(name, known) for name in ours if name not in known]


def variables() -> list[str]:
    """The environment variables of all settings of ours."""
    return [variable_of(one) for one in fields(Settings) if one.name != "otterwiki"]


def variable(name: str) -> str:
    """The environment variable of a field."""
    return next((variable_of(one) for one in fields(Settings) if one.name == name), f"{PREFIX}{name.upper()}")


def _refuse(values: Mapping[str, str]) -> None:
    for name in sorted(values):
        if name in REFUSED:
            raise StartError(f"{name} is set: {REFUSED[name]}.")
        for prefix, reason in REFUSED_PREFIXES.items():
            if name.startswith(prefix):
                raise StartError(f"{name} is set: {reason}.")
    if not values.get("OTTERWIKI_API_KEY", "unset").strip():
        raise StartError("OTTERWIKI_API_KEY is empty: give it a key, or remove it to do without one.")
    if len(values.get("SECRET_KEY", "x" * SECRET_LENGTH)) < SECRET_LENGTH:
        raise StartError(f"SECRET_KEY is too short: give it {SECRET_LENGTH} characters, or remove it.")


def _sentence(wrong: Wrong) -> str:
    """What is wrong with which variable; a secret's value is never repeated."""
    shown = "" if wrong.variable in SECRETS else f"={wrong.given!s}"
    return f"{wrong.variable}{shown}: {wrong.problem[:1].lower()}{wrong.problem[1:]}."


def _guess(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"{name} is no setting" + (f"; did you mean {near[0]}?" if near else ".")
