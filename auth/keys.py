"""The keys of a token issuer, in memory first: an outage there must not sign people out here.

memory (an hour) → network → the last good copy on disk (a week) → a pinned set. An unknown key asks the
network at most every 30 seconds, however many there are.
"""

import json
import logging
import os
import tempfile
import threading
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from auth.clock import Clock, utc_now
from auth.errors import KeysUnavailable

log = logging.getLogger(__name__)

FRESH = 3_600.0
COOL_DOWN = 30.0
KEPT = 7 * 86_400.0
TIMEOUT = 3.0
LARGEST = 256 * 1024
Fetch = Callable[[str], dict[str, Any]]
Source = Literal["none", "network", "disk", "pinned"]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def fetch_json(url: str) -> dict[str, Any]:
    """A JSON object from a provider, which was configured by the operator. Raises OSError, ValueError."""
    opener = urllib.request.build_opener(_NoRedirect)
    request = urllib.request.Request(url, headers={"Accept": "application/json"})  # noqa: S310 - settings
    with opener.open(request, timeout=TIMEOUT) as answer:
        found = json.loads(answer.read(LARGEST))
    if not isinstance(found, dict):
        raise ValueError("no JSON object")  # noqa: TRY004 - as a broken document is
    return found


class Keys:
    """Safe in threads; `address` is where the key set is, asked for when it is needed."""

    def __init__(
        self,
        address: Callable[[], str],
        copy: Path,
        pinned: Path | None = None,
        clock: Clock = utc_now,
        fetch: Fetch = fetch_json,
    ) -> None:
        self._address = address
        self._copy = copy
        self._pinned = pinned
        self._clock = clock
        self._fetch = fetch
        self._lock = threading.Lock()
        self._keys: KeySet | None = None
        self._source: Source = "none"
        self._got = 0.0
        self._tried = -COOL_DOWN

    def state(self) -> tuple[Source, float | None]:
        """Where the keys came from and how old they are, in seconds."""
        return self._source, None if self._source in {"none", "pinned"} else self._now() - self._got

    def find(self, kid: str | None) -> KeySet:
        """Keys that may have signed: all of them, newly fetched when `kid` is none of those known.

        Raises KeysUnavailable only when there never were any.
        """
        if self._wants(kid) and self._lock.acquire(blocking=self._keys is None):
            try:  # one asks; who has keys goes on with them meanwhile
                self._bring(kid)
            finally:
                self._lock.release()
        if self._keys is None:
            raise KeysUnavailable("The sign-in provider's keys cannot be had now; try again in a moment.")
        return self._keys

    def _wants(self, kid: str | None) -> bool:
        return self._keys is None or self._now() - self._got > FRESH or not self._has(kid)

    def _bring(self, kid: str | None) -> None:
        if self._keys is None:
            self._load_copy()
        if self._wants(kid) and self._now() - self._tried >= COOL_DOWN:
            self._refresh()
        if self._keys is None:
            self._load_pinned()

    def _has(self, kid: str | None) -> bool:
        return self._keys is not None and (kid is None or any(key.kid == kid for key in self._keys.keys))

    def _refresh(self) -> None:
        self._tried = self._now()
        try:
            found = self._fetch(self._address())
            keys = _key_set(found)
        except (OSError, ValueError, JoseError) as error:
            log.warning("the provider's keys could not be fetched: %s", type(error).__name__)
            return
        self._keys, self._source, self._got = keys, "network", self._now()
        self._save(found)

    def _save(self, found: dict[str, Any]) -> None:
        content = json.dumps({"got": self._got, "keys": found})
        try:
            handle, name = tempfile.mkstemp(dir=self._copy.parent, prefix=".jwks-")
            with os.fdopen(handle, "w") as file:
                file.write(content)
            Path(name).replace(self._copy)
        except OSError as error:
            log.warning("the provider's keys could not be kept: %s", type(error).__name__)

    def _load_copy(self) -> None:
        try:
            kept = json.loads(self._copy.read_text())
            got, keys = float(kept["got"]), _key_set(kept["keys"])
        except (OSError, ValueError, KeyError, TypeError, JoseError):
            return
        if self._now() - got <= KEPT:
            self._keys, self._source, self._got = keys, "disk", got

    def _load_pinned(self) -> None:
        if self._pinned is None:
            return
        try:
            keys = _key_set(json.loads(self._pinned.read_text()))
        except (OSError, ValueError, JoseError) as error:
            log.warning("the pinned keys could not be read: %s", type(error).__name__)
            return
        self._keys, self._source = keys, "pinned"

    def _now(self) -> float:
        return self._clock().timestamp()


def _key_set(found: dict[str, Any]) -> KeySet:
    """Public RSA and EC signing keys only. Raises ValueError, JoseError."""
    usable = [
        key
        for key in found.get("keys", [])
        if isinstance(key, dict) and key.get("kty") in {"RSA", "EC"} and key.get("use", "sig") == "sig"
    ]
    if not usable:
        raise ValueError("no keys")
    return KeySet.import_key_set({"keys": usable})
