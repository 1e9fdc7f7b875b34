"""Rate limits that all processes share: how often something was tried lately (OWASP ASVS 2.2.1)."""

import hashlib
import math
from dataclasses import dataclass

from auth.storage.database import Database


@dataclass(frozen=True)
class Limit:
    """At most `times` within `seconds`."""

    times: int
    seconds: float


# A person who forgot a password, and a house full of them behind one address; a guesser is stopped by both.
SIGN_IN_ACCOUNT = Limit(8, 900)
SIGN_IN_ADDRESS = Limit(40, 900)
FIRST_RUN = Limit(10, 900)
REGISTRATION_ADDRESS = Limit(30, 3_600)
AUTHORIZATION_ADDRESS = Limit(120, 3_600)


class Attempts:
    """Counts by bucket; a bucket's name is stored as a hash, for it may hold addresses."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def wait(self, bucket: str, limit: Limit) -> int:
        """Seconds until the next try is possible; 0 when it is now."""
        now, name = self._database.now(), _name(bucket)
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT at FROM attempt WHERE bucket = ? AND at > ? ORDER BY at DESC LIMIT ?",
                (name, now - limit.seconds, limit.times),
            ).fetchall()
        if len(rows) < limit.times:
            return 0
        oldest: float = rows[-1][0]
        return max(1, math.ceil(oldest + limit.seconds - now))

    def note(self, *buckets: str) -> None:
        """One try more in each; old ones are forgotten."""
        now = self._database.now()
        with self._database.write() as connection:
            connection.execute("DELETE FROM attempt WHERE at < ?", (now - 86_400,))
            connection.executemany("INSERT INTO attempt VALUES (?, ?)", [(_name(b), now) for b in buckets])

    def clear(self, bucket: str) -> None:
        """It worked: the count begins anew."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM attempt WHERE bucket = ?", (_name(bucket),))


def _name(bucket: str) -> str:
    return hashlib.sha256(bucket.encode("utf-8", "surrogateescape")).hexdigest()[:32]
