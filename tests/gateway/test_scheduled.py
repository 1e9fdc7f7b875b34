"""Work that comes by the clock."""

from pathlib import Path
from typing import Any

import pytest

from gateway.scheduled import TASKS, carry_out, task_of
from gateway.services import open_services
from gateway.settings import Settings
from tests.wiki_app.git import commit_file
from wiki_app.errors import InvalidInput

BY_THE_CLOCK = {"version": "0", "source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}


@pytest.mark.parametrize(
    ("event", "name"),
    [
        ({"wikibot": "index"}, "index"),
        ({"wikibot": "backup"}, "backup"),
        (BY_THE_CLOCK, "index"),
        ({**BY_THE_CLOCK, "source": "aws.s3"}, None),
        ({"wikibot": "dance"}, None),
        ({"wikibot": ["index"]}, None),
        ({}, None),
    ],
)
def test_an_event_names_its_task(event: dict[str, Any], name: str | None) -> None:
    assert task_of(event) == name


async def test_index_embeds_what_was_committed_and_says_what_is_left(tmp_path: Path) -> None:
    settings = Settings.of(
        {"data": tmp_path / "data", "load": "first-use", "embeddings": "stand-in", "otterwiki": {}}
    )
    async with open_services(settings) as services:
        commit_file(settings.repository, "new.md", "zebras have stripes\n", "by hand")
        none = await carry_out(services, {"wikibot": "index"}, 0)
        done = await carry_out(services, {"wikibot": "index"}, 60)
        state = await services.searching.state()

    assert none["task"] == done["task"] == "index"
    assert none["behind"] > 0
    assert (done["behind"], state.behind) == (0, 0)
    assert state.embedded > 0


async def test_a_task_that_fails_raises_for_the_platform_to_count(tmp_path: Path) -> None:
    settings = Settings.of({"data": tmp_path / "data", "load": "first-use", "otterwiki": {}})
    async with open_services(settings) as services:
        with pytest.raises(InvalidInput, match="WIKIBOT_BACKUP_BUCKET"):
            await carry_out(services, {"wikibot": "backup"}, 60)


async def test_an_unknown_event_gets_a_sentence(tmp_path: Path) -> None:
    settings = Settings.of({"data": tmp_path / "data", "load": "first-use", "otterwiki": {}})
    async with open_services(settings) as services:
        answer = await carry_out(services, {"wikibot": "dance"}, 60)

    assert answer["code"] == "invalid_input"
    assert all(f'"{name}"' in answer["error"] for name in TASKS)
