"""The settings of a wiki in its backup: what the environment said, and of secrets only that they were set."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.backup.databases import has_password, no_password
from gateway.settings import SECRETS
from wiki_app.errors import InvalidInput

PLACES = frozenset(
    f"WIKIBOT_{name}" for name in ("DATA", "CACHE", "HOST", "PORT", "WORKERS", "THREADS", "LOAD")
)
"""Variables that belong to the machine, not to the wiki."""


@dataclass(frozen=True)
class KeptSettings:
    """`values` by variable; `secrets` names the variables and preferences that were set and are not here."""

    values: Mapping[str, str]
    secrets: tuple[str, ...]

    def text(self) -> bytes:
        """As it is written."""
        return json.dumps({"values": self.values, "secrets": self.secrets}, indent=1, sort_keys=True).encode()

    def missing(self, given: Mapping[str, str]) -> dict[str, str]:
        """Of the values those that `given`, an environment's, does not have."""
        return {name: value for name, value in sorted(self.values.items()) if given.get(name) != value}


def kept_settings(given: Mapping[str, str], stored_secrets: Iterable[str] = ()) -> KeptSettings:
    """Of an environment's settings. `stored_secrets` are the preferences that were taken out of wiki.db."""
    wiki = {name: value for name, value in given.items() if name not in PLACES}
    secrets = {name for name, value in wiki.items() if name in SECRETS or has_password(value)}
    values = {
        name: no_password(value) if name in secrets else value
        for name, value in wiki.items()
        if name not in SECRETS
    }
    return KeptSettings(values, tuple(sorted(secrets.union(stored_secrets))))


def read_settings(data: bytes) -> KeptSettings:
    """The member of an archive. Raises InvalidInput."""
    try:
        found = json.loads(data)
        values = {str(name): str(value) for name, value in found["values"].items()}
        return KeptSettings(values, tuple(map(str, found["secrets"])))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidInput("The settings in the backup cannot be read.") from error
