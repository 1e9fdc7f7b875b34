"""The scheduled backup: the same archive, streamed into a bucket, when something has changed since the last.

Beside the archives lies `latest.json`, which names the last one and what it was made of. It is written last
and believed only while that archive is there, so an emptied bucket is filled again.
"""

import json
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol, TypedDict

from anyio import from_thread

from gateway.backup.objects import Bucket, Upload, open_bucket
from gateway.backup.snapshot import Snapshot, snapshot
from gateway.backup.writing import BackupReport, Clock, write_archive
from gateway.settings import Settings
from gateway.threads import in_thread
from wiki_app.errors import InvalidInput

LATEST = "latest.json"
SHORT = 12
"""Digits of the commit in an object's name."""


class HasSettings(Protocol):
    """The services of the app, as far as a scheduled task of ours needs them."""

    @property
    def settings(self) -> Settings:
        """What the function was started with."""
        ...


class Kept(TypedDict):
    """What came of it; `written` is False where nothing has changed since `key` was made. `size` in bytes."""

    written: bool
    bucket: str
    key: str
    commit: str
    size: int


async def backup_to_bucket(settings: Settings, clock: Clock = lambda: datetime.now(UTC)) -> Kept:
    """Keeps the wiki of `settings` in its bucket. Every failure is raised, and the caller's rings the alarm.

    Raises InvalidInput (no bucket is set, no wiki), Unavailable (S3 refuses or cannot be reached).
    """
    if settings.backup_bucket is None:
        raise InvalidInput("There is no bucket for the backup: set WIKIBOT_BACKUP_BUCKET.")
    now = clock().astimezone(UTC)
    async with open_bucket(settings.backup_bucket) as bucket:
        taking = snapshot(settings, lambda _: None)
        taken = await in_thread(taking.__enter__)
        try:
            return await _keep(bucket, settings.backup_prefix, taken, now)
        finally:
            await in_thread(taking.__exit__, None, None, None)


async def backup(services: HasSettings, seconds: float) -> dict[str, Any]:  # noqa: ARG001
    """The scheduled task. It cannot be cut into slices: where the time is too short the platform counts an
    error, and the alarm rings."""
    return dict(await backup_to_bucket(services.settings))


async def _keep(bucket: Bucket, prefix: str, taken: Snapshot, now: datetime) -> Kept:
    fingerprint = await in_thread(taken.fingerprint)
    commit = taken.frozen.commit
    last = _known(await bucket.get(prefix + LATEST))
    if last.get("fingerprint") == fingerprint and await bucket.has(last["key"]):
        return Kept(written=False, bucket=bucket.name, key=last["key"], commit=commit, size=0)
    key = f"{prefix}{now:%Y-%m-%dT%H}Z-{commit[:SHORT]}.zip"
    async with bucket.upload(key) as upload:
        report: BackupReport = await in_thread(
            write_archive, taken, _Bridge(upload), lambda _: None, lambda: now
        )
    told = {"key": key, "fingerprint": fingerprint, "commit": commit, "size": report.size}
    await bucket.put(prefix + LATEST, json.dumps(told).encode())
    return Kept(written=True, bucket=bucket.name, key=key, commit=commit, size=report.size)


class _Bridge:
    """From the thread that writes the archive to the loop that sends it; the thread waits meanwhile, which is
    what bounds the memory."""

    def __init__(self, upload: Upload) -> None:
        self._upload = upload

    def write(self, data: bytes) -> int:
        from_thread.run(partial(self._upload.write, bytes(data)))
        return len(data)

    def flush(self) -> None:
        """The end of the upload sends what is left."""


def _known(data: bytes | None) -> dict[str, str]:
    """The last backup as it was written down; {} where it cannot be read."""
    try:
        found = json.loads(data or b"{}")
        return {str(name): str(value) for name, value in found.items()}
    except (ValueError, AttributeError):
        return {}
