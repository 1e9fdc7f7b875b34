"""Settings: the environment is read here, once, into one typed object.

Ours start with WIKIBOT_. Otter Wiki's own names pass through as `otterwiki`, except those that would move its
store or open the identity wrapper (DECISIONS 1). docs/settings.md has the table.
"""

import difflib
import ipaddress
import os
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from auth import ApiKey, GateConfig, Principal, Right
from auth.principal import ALL_RIGHTS
from auth.scopes import ALL_SCOPES
from gateway.otterwiki_names import OTTERWIKI_NAMES, OTTERWIKI_SECRETS, REFUSED, REFUSED_PREFIXES
from gateway.start import StartError

SECRET_LENGTH = 32
SECRETS = OTTERWIKI_SECRETS | {"OTTERWIKI_API_KEY", "WIKIBOT_AUTHKIT_CLIENT_SECRET"}
"""Variables whose values are never repeated, in a message or in a backup."""
# Safer than Otter Wiki's own: whoever comes may read, and who has an account may write.
ACCESS = MappingProxyType({"WRITE_ACCESS": "APPROVED", "ATTACHMENT_ACCESS": "APPROVED"})
BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Settings(BaseSettings):
    """Everything that can be set from outside. Relative paths start at the working folder."""

    model_config = SettingsConfigDict(
        env_prefix="WIKIBOT_", env_ignore_empty=True, extra="ignore", frozen=True, validate_by_name=True
    )

    data: Path = Path("wikibot-data")
    cache: Path | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    workers: int = Field(default=1, ge=1, le=64)
    threads: int = Field(default=8, ge=1, le=128)
    public_url: str | None = None
    owner_name: str = "Owner"
    owner_email: str = "owner@localhost"
    allow_anonymous_write: bool = False
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode] = ()
    compress: Literal["always", "remote", "never"] = "always"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    load: Literal["start", "first-use"] = "start"
    embeddings: Literal["local", "bedrock", "none", "stand-in"] = "local"
    bedrock_region: str | None = None
    bedrock_model: str = "amazon.titan-embed-text-v2:0"
    bedrock_dimensions: int = 512
    api_key: SecretStr | None = Field(default=None, validation_alias="OTTERWIKI_API_KEY")
    api_author_name: str = Field(default="API", validation_alias="OTTERWIKI_API_AUTHOR_NAME")
    api_author_email: str = Field(default="api@localhost", validation_alias="OTTERWIKI_API_AUTHOR_EMAIL")
    authkit_domain: str | None = None
    authkit_client_id: str | None = None
    authkit_client_secret: SecretStr | None = None
    authkit_jwks: Path | None = None
    admin_email: str | None = None
    mcp_scopes: str = "wiki:read wiki:write"
    backup_bucket: str | None = None
    backup_prefix: str = "wikibot/"
    otterwiki: Mapping[str, str] = Field(default_factory=dict, exclude=True, repr=False)

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _networks(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("bedrock_dimensions")
    @classmethod
    def _dimensions(cls, value: int) -> int:
        if value not in {256, 512, 1024}:
            raise ValueError("the model makes vectors of 256, 512 or 1024 numbers")
        return value

    @field_validator("public_url")
    @classmethod
    def _origin(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "")
        if value and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/")):
            raise ValueError("write it as https://wiki.example.org, without a path")
        if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
            raise ValueError("it has to be https: passwords and tokens travel over it")
        return value.rstrip("/") if value else None

    @field_validator("authkit_domain")
    @classmethod
    def _issuer(cls, value: str | None) -> str | None:
        """A domain, or the whole issuer of any provider, whose last slash counts."""
        if not value:
            return None
        issuer = value if "://" in value else f"https://{value}"
        parts = urlsplit(issuer)
        local = parts.scheme == "http" and is_loopback(parts.hostname or "")
        if not parts.hostname or parts.query or parts.fragment or not (parts.scheme == "https" or local):
            raise ValueError("write it as name.authkit.app, or as the provider's issuer with https://")
        return issuer

    @field_validator("mcp_scopes")
    @classmethod
    def _scopes(cls, value: str) -> str:
        if not value.split() or set(value.split()) - set(ALL_SCOPES):
            raise ValueError(f"the scopes are {' and '.join(ALL_SCOPES)}")
        return value

    @field_validator("backup_bucket")
    @classmethod
    def _bucket(cls, value: str | None) -> str | None:
        """A bucket's bare name (Amazon S3 User Guide, "General purpose bucket naming rules")."""
        if value and not BUCKET_NAME.fullmatch(value):
            raise ValueError("write the bucket's name alone, as my-wiki-backups")
        return value or None

    @field_validator("backup_prefix")
    @classmethod
    def _prefix(cls, value: str) -> str:
        """The folder of the backups in the bucket, with the slash at its end."""
        if value.startswith("/") or not value.isprintable():
            raise ValueError("write it as wikibot/, without a slash before it")
        return f"{value.rstrip('/')}/" if value else ""

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
        settings = Settings.model_validate({"otterwiki": passed} | given)
        if not settings.allow_anonymous_write:
            settings = settings.model_copy(update={"otterwiki": {**ACCESS, **passed}})
    except ValidationError as error:
        raise StartError(_sentence(error.errors()[0])) from error
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
    ours = sorted(name for name in os.environ if name.startswith("WIKIBOT_"))
    return [_guess(name, known) for name in ours if name not in known]


def variables() -> list[str]:
    """The environment variables of all settings of ours."""
    return [variable(name) for name in Settings.model_fields if name != "otterwiki"]


def variable(field: str) -> str:
    """The environment variable of a field."""
    alias = Settings.model_fields[field].validation_alias if field in Settings.model_fields else field
    return alias if isinstance(alias, str) else f"WIKIBOT_{field.upper()}"


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


def _sentence(error: ErrorDetails) -> str:
    """What is wrong with which variable; a secret's value is never repeated."""
    name = variable(str(error["loc"][0])) if error["loc"] else "The settings"
    problem = error["msg"].removeprefix("Value error, ")
    shown = "" if name in SECRETS else f"={error['input']!s}"
    return f"{name}{shown}: {problem[:1].lower()}{problem[1:]}."


def _guess(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"{name} is no setting" + (f"; did you mean {near[0]}?" if near else ".")
