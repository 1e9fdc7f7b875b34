"""The text of /llms.txt: https://llmstxt.org says how such a file is built."""

from collections.abc import Iterator
from itertools import islice

from auth import Allow, Principal, decide
from wiki_app.addresses import address
from wiki_app.catalog import CatalogView, PageRecord
from wiki_app.names import ENDING, display
from wiki_app.preferences import Site

MOST_PAGES = 50
USUAL_HOME = "home"

ABOUT = """\
A wiki that people and agents share: {count} pages in Markdown, with wikilinks such as `[[Page]]`, in git.
Every page is plain Markdown at its address with `.md` behind it; the answer's ETag is the page's revision.

## Doors

- [MCP]({url}/mcp): search, read, edit and more, over streamable HTTP; the best way for an agent
- [REST]({url}/api/v1/openapi.json): the same as JSON under {url}/api/v1, described by OpenAPI
- [Connect an agent]({url}/-/connect): the exact lines for several clients, for people

## Pages

"""


def overview(view: CatalogView, site: Site, url: str, principal: Principal) -> str:
    """The whole text. Pages that the caller's token is not for are neither named nor counted."""
    readable = [page for page in view.pages() if isinstance(decide(principal, "read", page.key), Allow)]
    head = f"# {site.name}\n\n" + (f"> {site.description}\n\n" if site.description else "")
    pages = "".join(_line(view, page, url) for page in islice(_main(view, readable), MOST_PAGES))
    return head + ABOUT.format(count=len(readable), url=url) + pages


def _main(view: CatalogView, pages: list[PageRecord]) -> Iterator[PageRecord]:
    """The home page, what it links to, then the pages of the top level, each once."""
    by_key = {page.key: page for page in pages}
    home = view.rules.home_page.strip("/")
    homes = [home, home.lower(), USUAL_HOME, USUAL_HOME.title()]
    first = next((key for key in homes if key in by_key), None)
    linked = view.links_from(first) if first else []
    top = [page.key for page in pages if "/" not in page.key]
    keys = dict.fromkeys([*([first] if first else []), *linked, *top])
    return (by_key[key] for key in keys if key in by_key)


def _line(view: CatalogView, page: PageRecord, url: str) -> str:
    path = display(page.key, view.rules)
    name = " ".join((page.heading or page.title).split()).replace("[", "(").replace("]", ")")
    return f"- [{name}]({url}{address(path + ENDING)})\n"
