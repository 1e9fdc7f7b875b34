"""A process that publishes again and again: `python -m tests.gateway.publisher DATA CACHE TIMES`.

Each time it writes a page first, so that there is something new.
"""

import asyncio
import os
import sys
from pathlib import Path

from gateway.services import Services, open_services
from gateway.settings import Settings
from wiki_app.pages import Actor
from wiki_app.repository import Author

ACTOR = Actor(Author("Tester", "tester@example.org"))


def settings_of(data: Path, machine: Path, **others: object) -> Settings:
    """Of one machine: the data folder that all share, and a cache of its own."""
    usual = {"load": "first-use", "embeddings": "stand-in", "otterwiki": {}}
    return Settings.of({"data": data, "cache": machine, **usual, **others})


def write(services: Services, path: str, text: str) -> None:
    """One new page."""
    services.pages.write(path, text, None, ACTOR)


async def _publish(data: Path, cache: Path, times: int) -> None:
    async with open_services(settings_of(data, cache)) as services:
        print("ready", flush=True)
        for number in range(times):
            write(services, f"{cache.name} {os.getpid()} {number}", "written by a publisher")
            with services.store.view() as view:
                services.indexing.catch_up(view)
            print(services.snapshots.publish(services.store, services.keywords), flush=True)


if __name__ == "__main__":
    asyncio.run(_publish(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
