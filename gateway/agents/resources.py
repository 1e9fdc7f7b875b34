"""Pages, sections and attachments as resources, for clients that attach them to a conversation."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from fastmcp.exceptions import NotFoundError, ResourceError
from fastmcp.resources.base import Resource, ResourceContent, ResourceResult
from fastmcp.resources.template import ResourceTemplate
from fastmcp.server.dependencies import get_http_request
from pydantic import AnyUrl

from gateway.agents.call import AgentServices, Call
from gateway.agents.caller import call_of
from gateway.agents.refusals import CODED
from gateway.errors import GatewayError
from gateway.threads import in_thread
from wiki_app.catalog import LogFilter
from wiki_app.text.sections import section

SCHEME = "wiki://"
LISTED = 50
"""Pages that resources/list names: those changed last."""
LOOKED_AT = 100
"""Commits that they are taken from."""

Read = Callable[[Call, dict[str, str]], ResourceContent]


@dataclass(frozen=True)
class Address:
    """A kind of address: how it is listed, what it looks like, and what reads it.

    Its parameters may be written with their slashes, encoded or not.
    """

    uri_template: str
    shape: re.Pattern[str]
    read: Read
    name: str
    title: str
    description: str
    mime_type: str

    def matches(self, uri: str) -> dict[str, str] | None:
        """The parameters of an address of this kind. Which page that is, the page service checks."""
        match = self.shape.fullmatch(uri.partition("#")[0].partition("?")[0])
        return {name: unquote(value) for name, value in match.groupdict().items()} if match else None


class WikiTemplate(ResourceTemplate):
    """An address as it is listed; ForTheCaller reads it."""

    def get_meta(self) -> dict[str, Any]:
        """None of FastMCP's own."""
        return None  # type: ignore[return-value]  # it goes into an optional field


class PageResource(Resource):
    """A page in resources/list; it is read by its address."""

    def get_meta(self) -> dict[str, Any]:
        """None of FastMCP's own."""
        return None  # type: ignore[return-value]  # it goes into an optional field


def templates() -> list[WikiTemplate]:
    """The kinds of address, for the list."""
    return [_template(address) for address in ADDRESSES]


def _template(address: Address) -> WikiTemplate:
    names = re.findall(r"\{(\w+)\}", address.uri_template)
    properties = {name: {"type": "string"} for name in names}
    return WikiTemplate(
        uri_template=address.uri_template,
        name=address.name,
        title=address.title,
        description=address.description,
        mime_type=address.mime_type,
        parameters={"type": "object", "properties": properties, "required": names},
    )


async def read_resource(services: AgentServices, uri: str) -> ResourceResult:
    """What stands at an address. Raises NotFoundError, ResourceError."""
    call = call_of(get_http_request(), services)
    for address in ADDRESSES:
        given = address.matches(uri)
        if given is not None:
            return await _read(call, address, given)
    raise NotFoundError(f"Unknown resource: {uri[:200]!r}")


async def _read(call: Call, address: Address, given: dict[str, str]) -> ResourceResult:
    try:
        call.require("read", given["path"])
        return ResourceResult([await in_thread(address.read, call, given)])
    except CODED as error:
        missing = error.code in {"not_found", "invalid_input"}
        raise (NotFoundError if missing else ResourceError)(f"{error.code}: {error.message}") from error


def _page(call: Call, given: dict[str, str]) -> ResourceContent:
    page = call.pages.read(given["path"])
    return ResourceContent(page.content, "text/markdown", _meta(call, page.path, page.revision))


def _section(call: Call, given: dict[str, str]) -> ResourceContent:
    page = call.pages.read(given["path"])
    text = section(page.content, given["heading"])
    if text is None:
        raise GatewayError("not_found", f"{page.path} has no section {given['heading'][:200]!r}.")
    return ResourceContent(text, "text/markdown", _meta(call, page.path, page.revision))


def _attachment(call: Call, given: dict[str, str]) -> ResourceContent:
    found = call.pages.attachment(given["path"], given["name"])
    meta = _meta(call, found.info.path, found.info.revision)
    if found.info.mime_type.startswith("text/"):
        return ResourceContent(found.data.decode("utf-8", "replace"), found.info.mime_type, meta)
    return ResourceContent(found.data, found.info.mime_type, meta)


ADDRESSES = (
    Address(
        "wiki://page/{path}",
        re.compile(r"wiki://page/(?P<path>(?:(?!/section/).)+)"),
        _page,
        "page",
        "Page",
        "A page's Markdown, frontmatter included.",
        "text/markdown",
    ),
    Address(
        "wiki://page/{path}/section/{heading}",
        re.compile(r"wiki://page/(?P<path>.+)/section/(?P<heading>[^/]+)"),
        _section,
        "section",
        "Section of a page",
        "One heading of a page and what stands under it.",
        "text/markdown",
    ),
    Address(
        "wiki://attachment/{path}/{name}",
        re.compile(r"wiki://attachment/(?P<path>.+)/(?P<name>[^/]+)"),
        _attachment,
        "attachment",
        "File of a page",
        "A file that belongs to a page.",
        "application/octet-stream",
    ),
)


def _meta(call: Call, path: str, revision: str) -> dict[str, Any]:
    return {"path": path, "revision": revision, "url": call.url(path)}


def uri_of(path: str) -> str:
    """A page's address; a slash in its path is encoded, as RFC 6570 expands {path}."""
    return f"wiki://page/{quote(path, safe='')}"


async def recent_pages(services: AgentServices) -> list[Resource]:
    """The pages that were changed last, newest first."""
    call = call_of(get_http_request(), services)
    if not call.may("read"):
        return []
    paths = await in_thread(_recent, call)
    return [_listed(path) for path in paths]


def _listed(path: str) -> Resource:
    return PageResource(uri=AnyUrl(uri_of(path)), name=path, title=path, mime_type="text/markdown")


def _recent(call: Call) -> list[str]:
    changed = dict.fromkeys(path for entry in call.pages.log(LogFilter(), LOOKED_AT) for path in entry.pages)
    seen = [path for path in changed if call.sees(path)][: LISTED * 2]
    gone = set(call.pages.missing(seen))
    return [path for path in seen if path not in gone][:LISTED]
