"""Values of the stack's configuration; a wrong one is a sentence with its key and what is allowed."""

import difflib
import re
from collections.abc import Callable, Iterable
from typing import Protocol

import pulumi


class ConfigurationError(Exception):
    """A value of the stack's configuration is missing or wrong; its text is the sentence for the reader."""


class Source(Protocol):
    """What `pulumi.Config` gives: text by key, secrets as outputs."""

    def get(self, key: str) -> str | None: ...
    def get_secret(self, key: str) -> pulumi.Output[str] | None: ...
    def full_key(self, key: str) -> str: ...


class Reader:
    """Reads values by key, and remembers which keys there are."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.keys: set[str] = set()

    def known(self, *keys: str) -> None:
        """These are keys too, though nobody asks for them here."""
        self.keys |= {self._source.full_key(key) for key in keys}

    def given(self, key: str) -> str | None:
        """The text of a key, None where there is none."""
        self.known(key)
        return self._source.get(key)

    def refuse_others(self, keys: Iterable[str]) -> None:
        """A key that nobody asked for is most likely a slip of the pen."""
        ours = {key for key in keys if key.startswith(self._source.full_key(""))}
        for key in sorted(ours - self.keys):
            near = difflib.get_close_matches(key, self.keys, n=1)
            raise ConfigurationError(f"{key} is no setting" + (f"; did you mean {near[0]}?" if near else "."))

    def refusal(self, key: str, shown: str, allowed: str) -> ConfigurationError:
        """What to raise for a key: `shown` says what is there, `allowed` what may be."""
        return ConfigurationError(f"{self._source.full_key(key)}{shown}: {allowed}.")

    def text(self, key: str, pattern: re.Pattern[str], allowed: str, default: str | None = None) -> str:
        """A text that has to match; without a default it has to be given."""
        value = self.given(key) or default
        if value is None:
            raise self.refusal(key, " is missing", allowed)
        if not pattern.fullmatch(value):
            raise self.refusal(key, f"={value}", allowed)
        return value

    def optional(self, key: str, pattern: re.Pattern[str], allowed: str) -> str | None:
        """A text that has to match, where it is given."""
        return self.text(key, pattern, allowed) if self.given(key) else None

    def choice(self, key: str, allowed: tuple[str, ...], default: str) -> str:
        """One of a few words."""
        value = self.given(key) or default
        if value not in allowed:
            raise self.refusal(key, f"={value}", f"it is one of {', '.join(allowed)}")
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """true or false."""
        return self.choice(key, ("true", "false"), str(default).lower()) == "true"

    def number(self, key: str, default: int, least: int, most: int) -> int:
        """A whole number between two others."""
        allowed = f"it is a whole number from {least} to {most}"
        value = int(self.text(key, re.compile(r"\d{1,9}"), allowed, str(default)))
        if not least <= value <= most:
            raise self.refusal(key, f"={value}", allowed)
        return value

    def secret(self, key: str, problem: Callable[[str], str | None]) -> pulumi.Output[str]:
        """The value is never repeated; one that stands in plain text in the stack's file is refused."""
        name, value = self._source.full_key(key), self._source.get_secret(key)
        how = f"set it with pulumi config set --secret {name}"
        if value is None:
            raise ConfigurationError(f"{name} is missing: {how}.")
        if not pulumi.runtime.is_config_secret(name):
            raise ConfigurationError(f"{name} is not encrypted: {how}.")
        plain = str(self.given(key))
        if (said := problem(plain)) is not None:
            raise ConfigurationError(f"{name}: {said}.")
        return value
