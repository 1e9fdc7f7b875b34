"""The scheduled backup into S3: the real SDK against moto's server."""

import asyncio
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest

from gateway.backup import backup_to_bucket
from gateway.backup.bucket import Kept
from gateway.backup.objects import open_bucket
from gateway.settings import Settings, load_settings
from tests.edge.server import free_port, wikibot
from tests.edge.waiting import wait_for
from tests.wiki_app.git import commit_file, git
from wiki_app.accounts import WikiAccounts
from wiki_app.errors import InvalidInput, Unavailable
from wiki_app.importer import import_wiki

pytestmark = pytest.mark.edge

BUCKET = "wiki-backups"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "eu-central-1"}
NOON = datetime(2026, 5, 4, 12, 34, tzinfo=UTC)


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an S3 in a process of its own."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    log = tmp_path_factory.mktemp("moto") / "log"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:
        wait_for(url, process)
        yield url
        process.terminate()


@pytest.fixture
def bucket(s3: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The environment of a function with an empty bucket, and a client that looks into it."""
    httpx.post(f"{s3}/moto-api/reset")
    for name, value in {**KEYS, "AWS_ENDPOINT_URL": s3}.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3")
    client.create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": KEYS["AWS_DEFAULT_REGION"]}
    )
    return client


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A wiki with a page and an account."""
    source = tmp_path / "source"
    source.mkdir()
    git(source, "init", "-q", "-b", "main")
    commit_file(source, "home.md", "# Home\n")
    import_wiki(source, tmp_path / "data")
    WikiAccounts(tmp_path / "data" / "wiki.db").add("Ann", "ann@example.org")
    return load_settings(data=tmp_path / "data", backup_bucket=BUCKET)


def sent(settings: Settings, hour: int = 12) -> Kept:
    """One scheduled backup, at this hour."""
    return asyncio.run(backup_to_bucket(settings, lambda: NOON.replace(hour=hour)))


async def broken_off() -> None:
    """An upload of which two parts are sent when it fails."""
    async with open_bucket(BUCKET) as opened, opened.upload("half") as upload:
        await upload.write(bytes(40_000_000))
        raise ZeroDivisionError


def test_an_archive_named_for_hour_and_commit_lies_there_and_can_be_restored(
    bucket: Any, settings: Settings, tmp_path: Path
) -> None:
    kept = sent(settings)

    head = git(settings.repository, "rev-parse", "HEAD").strip()
    assert kept["written"]
    assert kept["key"] == f"wikibot/2026-05-04T12Z-{head[:12]}.zip"
    assert bucket.head_object(Bucket=BUCKET, Key=kept["key"])["ContentLength"] == kept["size"]
    done = wikibot(
        "restore", f"s3://{BUCKET}/{kept['key']}", "--data", str(tmp_path / "new"), env=dict(os.environ)
    )
    assert done.returncode == 0, done.stderr
    assert git(tmp_path / "new" / "repository", "rev-parse", "HEAD").strip() == head


def test_what_has_not_changed_is_not_sent_again(bucket: Any, settings: Settings) -> None:
    first = sent(settings)
    second = sent(settings, 13)
    assert (first["written"], second["written"]) == (True, False)
    assert second["key"] == first["key"]


def write_a_page(settings: Settings) -> None:
    commit_file(settings.repository, "home.md", "# Home again\n")


def make_a_branch(settings: Settings) -> None:
    git(settings.repository, "branch", "aside")


def add_an_account(settings: Settings) -> None:
    WikiAccounts(settings.database).add("Bob", "bob@example.org")


@pytest.mark.parametrize("change", [write_a_page, make_a_branch, add_an_account])
def test_any_change_is_sent(bucket: Any, settings: Settings, change: Callable[[Settings], None]) -> None:
    sent(settings)
    change(settings)
    assert sent(settings, 13)["written"]


def test_signing_in_alone_is_no_change(bucket: Any, settings: Settings) -> None:
    sent(settings)
    WikiAccounts(settings.database).seen("ann@example.org")
    assert not sent(settings, 13)["written"]


def test_a_backup_that_is_gone_is_made_again(bucket: Any, settings: Settings) -> None:
    first = sent(settings)
    bucket.delete_object(Bucket=BUCKET, Key=first["key"])
    assert sent(settings)["written"]


def test_a_note_of_the_last_backup_that_cannot_be_read_counts_for_nothing(
    bucket: Any, settings: Settings
) -> None:
    sent(settings)
    bucket.put_object(Bucket=BUCKET, Key="wikibot/latest.json", Body=b"[1")
    assert sent(settings)["written"]
    assert json.loads(bucket.get_object(Bucket=BUCKET, Key="wikibot/latest.json")["Body"].read())["commit"]


def test_a_large_wiki_goes_in_parts_with_little_in_memory(
    bucket: Any, settings: Settings, tmp_path: Path
) -> None:
    (settings.repository / "noise.bin").write_bytes(os.urandom(100_000_000))
    git(settings.repository, "add", ".")
    git(settings.repository, "commit", "-q", "-m", "noise")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    kept = sent(settings)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024

    assert kept["size"] > 100_000_000
    assert grown < 90_000_000
    address = f"s3://{BUCKET}/{kept['key']}"
    done = wikibot("restore", address, "--data", str(tmp_path / "new"), env=dict(os.environ))
    assert done.returncode == 0, done.stderr


def test_a_failure_in_the_middle_leaves_no_object_and_no_parts(bucket: Any, settings: Settings) -> None:
    with pytest.raises(ZeroDivisionError):
        asyncio.run(broken_off())
    assert bucket.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0
    assert "Uploads" not in bucket.list_multipart_uploads(Bucket=BUCKET)


def test_a_bucket_that_is_not_there_is_an_error_with_a_sentence(bucket: Any, settings: Settings) -> None:
    elsewhere = load_settings(data=settings.data, backup_bucket="nobodys-bucket")
    with pytest.raises(Unavailable, match="The bucket nobodys-bucket does not do what it is asked"):
        sent(elsewhere)


def test_an_s3_that_does_not_answer_is_an_error_with_a_sentence(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**KEYS, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Unavailable, match="does not do what it is asked"):
        sent(settings)


def test_without_a_bucket_the_scheduled_backup_fails_aloud(settings: Settings) -> None:
    with pytest.raises(InvalidInput, match="WIKIBOT_BACKUP_BUCKET"):
        sent(load_settings(data=settings.data))
