"""`wikibot backup` and `wikibot restore`."""

import asyncio
import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from gateway.backup import Restored, create_backup, restore_backup
from gateway.backup.objects import open_bucket
from gateway.data_folder import check_git, check_layout
from gateway.settings import Settings, load_settings, set_outside
from wiki_app.errors import InvalidInput

S3 = "s3://"
SHOWN = 20  # names at most
UNITS = ("bytes", "kB", "MB", "GB", "TB")


def backup(*, data: Path | None, to: Path | None, with_embeddings: bool) -> int:
    """Keep the wiki in one file. Raises WikiError or StartError with one sentence."""
    settings = load_settings(data=data)
    check_git()
    check_layout(settings.data)
    target = _target(to)
    report = create_backup(settings, target, with_embeddings=with_embeddings, progress=_show)
    print(
        f"{report.pages} pages, {report.refs} references at {report.commit[:12]}: "
        f"{_size(report.size)} in {target} ({', '.join(report.parts)})."
    )
    if report.edits:
        print(f"Edits that are not committed are in it too: {_some(report.edits)}")
    print(f"Take it back with: wikibot restore {shlex.quote(str(target))} --data DIR")
    return 0


def restore(source: str, *, data: Path | None, replace: bool) -> int:
    """Make the wiki of a backup. Raises WikiError or StartError with one sentence."""
    settings = load_settings(data=data)
    check_git()
    check_layout(settings.data)
    with _local(source) as archive:
        done = restore_backup(archive, settings, replace=replace, progress=_show)
    for line in _lines(done, settings):
        print(line)
    return 0


def _lines(done: Restored, settings: Settings) -> Iterator[str]:
    """What came, and what is left to do by hand."""
    made = done.manifest
    counts = f"{done.pages} pages, {len(made.refs)} references at {made.commit[:12]}"
    yield f"{counts}, as they were at {made.made}, are in {settings.data}."
    if done.replaced is not None:
        yield f"The wiki that stood here is kept in {done.replaced}."
    if done.edits_kept:
        yield "The edits that were not committed are in the working files again: git status shows them."
    if done.edits_kept is False:
        yield f"The edits that were not committed do not fit: see {settings.data / 'uncommitted.patch'}."
    yield "People sign in anew. Tokens that were revoked since work again: see wikibot token list."
    missing = done.settings.missing(set_outside())
    if missing:
        yield "Settings that the wiki had and that are not set here:"
        yield from (f"  {name}={shlex.quote(value)}" for name, value in missing.items())
    if done.settings.secrets:
        yield f"Set by hand, since a backup holds no secrets: {', '.join(done.settings.secrets)}"
    yield f"Serve it with: wikibot serve --data {shlex.quote(str(settings.data))}"


@contextmanager
def _local(source: str) -> Iterator[Path]:
    """The archive as a file, fetched from S3 where it lies there."""
    if not source.startswith(S3):
        yield Path(source)
        return
    name, _, key = source.removeprefix(S3).partition("/")
    if not name or not key:
        raise InvalidInput(f"{source} names no object: write it as s3://bucket/key.")
    with tempfile.TemporaryDirectory(prefix="wikibot-restore-") as folder:
        archive = Path(folder) / "backup.zip"
        _show(f"Fetching {source}")
        asyncio.run(_fetch(name, key, archive))
        yield archive


async def _fetch(name: str, key: str, archive: Path) -> None:
    async with open_bucket(name) as bucket:
        await bucket.download(key, archive)


def _target(to: Path | None) -> Path:
    """A file; in a folder, one named for the moment."""
    if to is not None and not to.is_dir():
        return to
    return (to or Path()) / f"wikibot-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.zip"


def _some(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def _size(size: int) -> str:
    amount, unit = float(size), 0
    while amount >= 1000 and unit < len(UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{amount:.1f} {UNITS[unit]}" if unit else f"{size} {UNITS[0]}"


def _show(step: str) -> None:
    print(f"{step} …", file=sys.stderr, flush=True)
