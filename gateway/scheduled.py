"""Work that comes by the clock, as events: `{"wikibot": "index"}`, `{"wikibot": "backup"}`.

The infrastructure sends these (infra/, the EventBridge rules); a plain scheduled event of EventBridge, which
names no task, means `index`. https://docs.aws.amazon.com/eventbridge/latest/ref/event-delivery-level.html
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any

from gateway.services import Services
from gateway.threads import in_thread

MARGIN = 5.0
"""Seconds kept of what is left: the slice in hand comes to its end, and the answer goes out."""

Task = Callable[[Services, float], Awaitable[dict[str, Any]]]
"""Gets the services and the seconds that it may take; says what was done. What it raises is a failure that
the platform counts and repeats."""

log = logging.getLogger(__name__)


async def index(services: Services, seconds: float) -> dict[str, Any]:
    """A slice of the search's backlog. Whatever is left is `behind`, for the next one. What was derived is
    published, so that the next cold start finds it (DECISIONS 32).
    """
    behind = await services.search_work(seconds)
    published = await in_thread(services.snapshots.publish, services.store, services.keywords)
    return {"behind": behind, "published": published}


async def backup(services: Services, seconds: float) -> dict[str, Any]:
    """The archive, into its bucket. Raises InvalidInput without a bucket, Unavailable when S3 refuses."""
    from gateway.backup import backup as keep  # late: no request needs it

    return await keep(services, seconds)


TASKS: Mapping[str, Task] = MappingProxyType({"index": index, "backup": backup})
"""By the name in the event."""


async def carry_out(services: Services, event: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    """Do what the event asks for, within the seconds that are left. An unknown one gets a sentence."""
    name = task_of(event)
    if name is None:
        known = " or ".join(f'{{"wikibot": "{one}"}}' for one in TASKS)
        sentence = f"This event is no HTTP request and names no task that there is: send {known}."
        log.error("unknown event", extra={"fields": {"keys": sorted(map(str, event))}})
        return {"error": sentence, "code": "invalid_input"}
    done = await TASKS[name](services, max(0.0, seconds - MARGIN))
    log.info("scheduled", extra={"fields": {"task": name, **done}})
    return {"task": name, **done}


def task_of(event: Mapping[str, Any]) -> str | None:
    """The name of a task in the table, or None."""
    if event.get("source") == "aws.events" and event.get("detail-type") == "Scheduled Event":
        return "index"
    name = event.get("wikibot")
    return name if isinstance(name, str) and name in TASKS else None
