"""The Lambda handler: one start a process, then one event at a time.

Mangum would start and stop the app around every event (its lifespan="auto"); so it is told "off", and the
lifespan is entered here, once, on a loop of our own (docs/architecture.md, "One Lambda"). Nothing runs
between two events: parts that work in the background are opened without their threads (`load="first-use"`).
"""

import asyncio
import gc
import threading
from collections.abc import Callable
from typing import Any, cast

from gateway.lazy import importing

with importing():
    from mangum import Mangum
    from starlette.applications import Starlette

    from gateway.app import served
    from gateway.aws_lambda_answer import whole
    from gateway.aws_lambda_end import at_the_end
    from gateway.aws_lambda_event import WebEvent, seconds_left
    from gateway.aws_lambda_life import Life
    from gateway.scheduled import carry_out
    from gateway.settings import load_settings

# A Lambda is reached from outside, whatever WIKIBOT_HOST says: nobody is the owner by being there.
SETTINGS = {"host": "0.0.0.0", "load": "first-use", "workers": 1}  # noqa: S104 — nothing listens


def _app() -> Starlette:
    return served(load_settings(**SETTINGS))


class Handler:
    """Called by the Lambda runtime, one event at a time. `app` is made with the first event."""

    def __init__(self, app: Callable[[], Starlette] = _app) -> None:
        self._make = app
        self._busy = threading.Lock()
        self._told = False
        self._life: Life | None = None
        self._mangum: Mangum | None = None

    def __call__(self, event: dict[str, Any], context: object) -> dict[str, Any]:
        """Answer one event: of an HTTP API (payload 2.0), of a function URL, or one of gateway/scheduled.py.

        Raises what the start raised, and what a scheduled task did: the platform counts and retries those.
        """
        with self._busy:
            if self._life is not None:
                return self._answered(self._life, event, context)
            with importing():  # the first answer loads what it needs, and much of that stays
                self._life = self._start()
                answer = self._answered(self._life, event, context)
                gc.freeze()
            return answer

    def close(self) -> None:
        """End the lifespan: the store leaves its files in order. Does nothing before the first event."""
        with self._busy:
            life, self._life, self._mangum = self._life, None, None
            if life is not None:
                life.close()

    def _answered(self, life: Life, event: dict[str, Any], context: object) -> dict[str, Any]:
        if WebEvent.infer(event, context):
            return self._web(life)(event, cast("Any", context))
        work = carry_out(life.app.state.services, event, seconds_left(context))
        return life.loop.run_until_complete(work)

    def _start(self) -> Life:
        if not self._told:  # also where the start fails: the process ends cleanly then, too
            at_the_end(self.close)
            self._told = True
        return Life(self._make())

    def _web(self, life: Life) -> Mangum:
        asyncio.set_event_loop(life.loop)  # Mangum takes the current one
        if self._mangum is None:
            self._mangum = Mangum(
                cast("Any", whole(life.app)), lifespan="off", custom_handlers=[cast("Any", WebEvent)]
            )
        return self._mangum


handler = Handler()
