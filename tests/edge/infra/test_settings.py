"""The stack tells the function what the wiki understands: names, handler, memory, paths."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.otterwiki_names import OTTERWIKI_NAMES
from gateway.scheduled import TASKS
from gateway.settings import SECRETS
from infra import alarms, embeddings, schedules
from infra.configuration import SECRET_LENGTH
from infra.environment import CACHE, HANDLER, MOUNT
from tests.docs.pages import cells
from tests.edge.infra.graph import Graph

pytestmark = pytest.mark.edge

READ = """
import json
from gateway.settings import load_settings, unknown_variables
settings = load_settings(host="0.0.0.0", load="first-use", workers=1)
print(json.dumps([
    str(settings.data), str(settings.cache), settings.public_url, settings.embeddings, settings.bedrock_model,
    settings.bedrock_region, settings.authkit_domain, settings.admin_email, settings.backup_bucket,
    settings.backup_prefix, settings.single_user, unknown_variables(),
]))
"""


def read_with(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Have the wiki read these variables and no others of its own."""
    foreign = {
        key: value for key, value in os.environ.items() if not key.startswith(("WIKIBOT_", "OTTERWIKI_"))
    }
    return subprocess.run(
        [sys.executable, "-c", READ],
        env={**foreign, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_each_variable_is_a_setting(graph: Graph) -> None:
    """tests/docs holds that table to gateway/settings.py."""
    known = {cell.strip("`") for cell in cells("docs/settings.md")} | OTTERWIKI_NAMES
    assert set(graph.environment) - known == set()


def test_the_wiki_starts_with_them(graph: Graph) -> None:
    done = read_with(graph.environment)
    assert done.returncode == 0, done.stderr
    given = graph.environment
    assert done.stdout.strip() == (
        f'["{MOUNT}", "{CACHE}", "{given["WIKIBOT_PUBLIC_URL"]}", "{given["WIKIBOT_EMBEDDINGS"]}", '
        f'"{embeddings.MODEL}", "eu-central-1", "https://{given["WIKIBOT_AUTHKIT_DOMAIN"]}", '
        f'"{given["WIKIBOT_ADMIN_EMAIL"]}", "{given["WIKIBOT_BACKUP_BUCKET"]}", "wikibot/", false, []]'
    )


@pytest.mark.parametrize("wrong", ["WIKIBOT_PUBLIC_URL", "WIKIBOT_EMBEDDINGS", "WIKIBOT_BACKUP_BUCKET"])
def test_a_wrong_one_would_be_noticed(graph: Graph, wrong: str) -> None:
    done = read_with({**graph.environment, wrong: "not//like this"})
    assert done.returncode != 0
    assert wrong in done.stderr


def test_what_the_wiki_calls_secret_is_secret_here(graph: Graph) -> None:
    given = {name for name in graph.environment if name in SECRETS}
    assert given == {"SECRET_KEY", "WIKIBOT_AUTHKIT_CLIENT_SECRET"}
    assert SECRET_LENGTH == importlib.import_module("gateway.settings").SECRET_LENGTH


def test_the_handler_is_there(graph: Graph) -> None:
    module, name = graph.one("Function").inputs["handler"].rsplit(".", 1)
    assert callable(getattr(importlib.import_module(module), name))
    assert f"{module}.{name}" == HANDLER


def test_data_lies_on_the_files_and_the_cache_does_not(graph: Graph) -> None:
    mount = graph.one("Function").inputs["fileSystemConfig"]["localMountPath"]
    assert Path(graph.environment["WIKIBOT_DATA"]).is_relative_to(mount)
    assert mount.startswith("/mnt/"), "Lambda mounts nowhere else"
    assert Path(graph.environment["WIKIBOT_CACHE"]).is_relative_to("/tmp")


def test_one_virtual_processor_and_its_memory(graph: Graph) -> None:
    function = graph.one("Function").inputs
    assert (function["memorySize"], function["timeout"]) == (1769, 29)
    assert (function["runtime"], function["architectures"]) == ("python3.13", ["arm64"])
    assert graph.one("LayerVersion").inputs["compatibleArchitectures"] == ["arm64"]


def test_the_backup_goes_where_the_role_may_write(graph: Graph) -> None:
    prefix = graph.environment["WIKIBOT_BACKUP_PREFIX"]
    allowed = [s["Resource"] for _, s in graph.statements() if s["Sid"] == "BackupObjects"]
    assert [text.endswith(f"archives/{prefix}*") for text in allowed[0]] == [True]


def test_alarms_and_failure_modes_name_each_other() -> None:
    named = [name for names in alarms.FAILURE_MODES.values() for name in names]
    assert sorted(named) == sorted([*(alarm.name for alarm in alarms.ALARMS), "budget"])


def test_schedules_are_those_of_the_handler() -> None:
    assert set(schedules.SCHEDULES) == set(TASKS)
