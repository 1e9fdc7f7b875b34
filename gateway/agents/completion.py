"""What a client proposes while somebody types: paths of pages, headings, names of files."""

from collections.abc import Awaitable, Callable, Iterable

from fastmcp.server.dependencies import get_http_request
from mcp_types import (
    Completion,
    CompletionArgument,
    CompletionContext,
    PromptReference,
    ResourceTemplateReference,
)

from gateway.agents.call import AgentServices, Call
from gateway.agents.caller import call_of
from gateway.agents.cutting import outline_of
from gateway.agents.refusals import CODED
from gateway.threads import in_thread

MOST = 100
"""What the protocol allows."""

Reference = PromptReference | ResourceTemplateReference
Complete = Callable[[Reference, CompletionArgument, CompletionContext | None], Awaitable[Completion]]


def completion(services: AgentServices) -> Complete:
    """The handler of completion/complete."""

    async def complete(
        _: Reference, argument: CompletionArgument, context: CompletionContext | None
    ) -> Completion:
        call = call_of(get_http_request(), services)
        given = (context.arguments if context else None) or {}
        try:
            values = await in_thread(_values, call, argument, given) if call.may("list") else []
        except CODED:
            values = []
        return Completion(values=values[:MOST], total=len(values), has_more=len(values) > MOST)

    return complete


def _values(call: Call, argument: CompletionArgument, given: dict[str, str]) -> list[str]:
    if argument.name in {"path", "prefix"}:
        return _paths(call, argument.value)
    if argument.name == "heading" and given.get("path"):
        page = call.pages.read(given["path"])
        return _beginning(argument.value, (heading.text for heading in outline_of(page.content)))
    if argument.name == "name" and given.get("path"):
        files = call.pages.attachments(given["path"]).attachments
        return _beginning(argument.value, (info.filename for info in files))
    return []


def _paths(call: Call, begun: str) -> list[str]:
    """Paths that begin so; then those in which a part does."""
    wanted = begun.strip().lstrip("/").casefold()
    paths = [page.path for page in call.pages.list() if call.covers(page.key)]
    first = [path for path in paths if path.casefold().startswith(wanted)]
    later = [path for path in paths if f"/{wanted}" in path.casefold()] if wanted else []
    return list(dict.fromkeys([*first, *later]))


def _beginning(begun: str, names: Iterable[str]) -> list[str]:
    wanted = begun.strip().casefold()
    return [name for name in dict.fromkeys(names) if name.casefold().startswith(wanted)]
