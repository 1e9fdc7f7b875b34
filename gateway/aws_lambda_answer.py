"""Each event gets a whole answer, in time: never half of one, and never the platform's own error."""

import asyncio
import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.middleware.answer import refuse

MARGIN = 1.0
"""Seconds kept to send an answer before the platform ends the process, and with it whatever it was doing."""
LATE = (
    "The answer took longer than this host allows. A change may have been saved: look before you repeat it. "
    "The work goes on with the next requests."
)
FAULT = "The server failed to answer; the fault is in its log."

log = logging.getLogger(__name__)
_unfinished: set["asyncio.Task[list[Message]]"] = set()


def whole(app: ASGIApp) -> ASGIApp:
    """Gathers the answer, then sends it; 503 when `scope["deadline"]` (monotonic seconds) comes first.

    What did not finish goes on with the next event: a thread that writes cannot be broken off.
    """

    async def gathered(scope: Scope, receive: Receive, send: Send) -> None:
        task = asyncio.create_task(_messages(app, scope, receive))
        _unfinished.add(task)
        task.add_done_callback(_unfinished.discard)
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        done, _ = await asyncio.wait({task}, timeout=max(0, scope["deadline"] - time.monotonic() - MARGIN))
        if not done:
            log.error("no answer in time for %s %s", scope["method"], scope["path"])
            await refuse(send, scope["path"], 503, "unavailable", LATE)
        elif task.exception() is not None:
            log.error("half an answer for %s %s", scope["method"], scope["path"], exc_info=task.exception())
            await refuse(send, scope["path"], 500, "unavailable", FAULT)
        else:
            for message in task.result():
                await send(message)

    return gathered


async def _messages(app: ASGIApp, scope: Scope, receive: Receive) -> list[Message]:
    """The messages of one answer, which must come to its end."""
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, keep)
    return messages
