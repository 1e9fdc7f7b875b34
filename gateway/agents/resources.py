"""Pages, sections and attachments as resources, for clients that attach them to a conversation."""

import re
from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import quote, unquote

from fastmcp.exceptions import NotFoundError, ResourceError
from fastmcp.resources.base import Resource, ResourceContent, ResourceResult
from fastmcp.resources.template import ResourceTemplate
from fastmcp.server.dependencies import get_http_request
from pydantic import AnyUrl, PrivateAttr

from gateway.agents.call import AgentServices, Call
from gateway.agents.caller import call_of
from gateway.agents.refusals import CODED
from gateway.errors import GatewayError
from gateway.threads import in_thread
from wiki_app.catalog import LogFilter
from wiki_app.text.sections import section

LISTED = 50
"""Pages that resources/list names: those changed last."""
LOOKED_AT = 100
"""Commits that they are taken from."""

Read = Callable[[Call, dict[str, str]], ResourceContent]


class WikiTemplate(ResourceTemplate):
    """A template whose parameters may be written with their slashes, encoded or not."""

    KEY_PREFIX: ClassVar[str] = "template"

    _shape: re.Pattern[str] = PrivateAttr()
    _reads: Read = PrivateAttr()
    _services: AgentServices = PrivateAttr()

    @classmethod
    def of(cls, services: AgentServices, shape: str, reads: Read, **described: Any) -> "WikiTemplate":
        """`shape` is what an address must look like; its groups are the template's parameters."""
        names = re.findall(r"\{(\w+)\}", described["uri_template"])
        properties = {name: {"type": "string"} for name in names}
        parameters = {"type": "object", "properties": properties, "required": names}
        template = cls(parameters=parameters, security=None, **described)
        template._shape = re.compile(shape)
        template._reads = reads
        template._services = services
        return template

    def matches(self, uri: str) -> dict[str, Any] | None:
        """The parameters of an address of this kind. Which page that is, the page service checks."""
        match = self._shape.fullmatch(uri.partition("#")[0].partition("?")[0])
        return {name: unquote(value) for name, value in match.groupdict().items()} if match else None

    def get_meta(self) -> dict[str, Any]:
        """Nothing of FastMCP's own."""
        return {}

    async def _read(self, uri: str, params: dict[str, Any]) -> ResourceResult:  # noqa: ARG002
        call = call_of(get_http_request(), self._services)
        try:
            call.require("read", params["path"])
            content = await in_thread(self._reads, call, params)
        except CODED as error:
            kind = NotFoundError if error.code in {"not_found", "invalid_input"} else ResourceError
            raise kind(f"{error.code}: {error.message}") from error
        return ResourceResult([content])


class PageResource(Resource):
    """A page in resources/list; it is read through the template of its address."""


def templates(services: AgentServices) -> list[WikiTemplate]:
    """The three kinds of address."""
    return [
        WikiTemplate.of(
            services,
            r"wiki://page/(?P<path>(?:(?!/section/).)+)",
            _page,
            uri_template="wiki://page/{path}",
            name="page",
            title="Page",
            description="A page's Markdown, frontmatter included.",
            mime_type="text/markdown",
        ),
        WikiTemplate.of(
            services,
            r"wiki://page/(?P<path>.+)/section/(?P<heading>[^/]+)",
            _section,
            uri_template="wiki://page/{path}/section/{heading}",
            name="section",
            title="Section of a page",
            description="One heading of a page and what stands under it.",
            mime_type="text/markdown",
        ),
        WikiTemplate.of(
            services,
            r"wiki://attachment/(?P<path>.+)/(?P<name>[^/]+)",
            _attachment,
            uri_template="wiki://attachment/{path}/{name}",
            name="attachment",
            title="File of a page",
            description="A file that belongs to a page.",
            mime_type="application/octet-stream",
        ),
    ]


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


def _meta(call: Call, path: str, revision: str) -> dict[str, Any]:
    return {"path": path, "revision": revision, "url": call.url(path)}


def uri_of(path: str) -> str:
    """A page's address; a slash in its path is encoded, as RFC 6570 expands {path}."""
    return f"wiki://page/{quote(path, safe='')}"


async def recent_pages(services: AgentServices) -> list[Resource]:
    """The pages that were changed last, newest first."""
    call = call_of(get_http_request(), services)
    try:
        call.require("read")
    except GatewayError:
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
