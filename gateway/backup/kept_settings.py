"""The settings of a wiki in its backup: what the environment said, and of secrets only that they were set."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import SecretStr

from gateway.backup.databases import has_password, no_password
from gateway.settings import SECRETS, Settings, variable
from wiki_app.errors import InvalidInput

PLACES = frozenset({"data", "cache", "host", "port", "workers", "load", "otterwiki"})
"""Fields that belong to this machine and this process; `otterwiki` holds Otter Wiki's own, kept by name."""
LARGEST = 1_000_000
"""Bytes of the member."""


@dataclass(frozen=True)
class KeptSettings:
    """`values` by variable; `secrets` names the variables and preferences that were set and are not here."""

    values: Mapping[str, str]
    secrets: tuple[str, ...]

    def text(self) -> bytes:
        """As it is written."""
        return json.dumps({"values": self.values, "secrets": self.secrets}, indent=1, sort_keys=True).encode()

    def missing(self, settings: Settings) -> dict[str, str]:
        """Of the values those that `settings` does not have."""
        here = kept_settings(settings).values
        return {name: value for name, value in sorted(self.values.items()) if here.get(name) != value}


def kept_settings(settings: Settings, stored_secrets: list[str] | None = None) -> KeptSettings:
    """What was set from outside. `stored_secrets` are the preferences that were taken out of wiki.db."""
    fields = settings.model_fields_set - PLACES
    given = {variable(name): _written(getattr(settings, name)) for name in fields} | dict(settings.otterwiki)
    secrets = {
        name for name, value in given.items() if value is None or name in SECRETS or has_password(value)
    }
    values = {
        name: no_password(value) if name in secrets else value
        for name, value in given.items()
        if value is not None and name not in SECRETS
    }
    return KeptSettings(values, tuple(sorted(secrets | set(stored_secrets or ()))))


def read_settings(data: bytes) -> KeptSettings:
    """The member of an archive. Raises InvalidInput."""
    try:
        found = json.loads(data)
        values = {str(name): str(value) for name, value in found["values"].items()}
        return KeptSettings(values, tuple(map(str, found["secrets"])))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidInput("The settings in the backup cannot be read.") from error


def _written(value: object) -> str | None:
    """A value as the variable would have it; None for a secret."""
    if isinstance(value, SecretStr):
        return None
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if value is not None else ""
