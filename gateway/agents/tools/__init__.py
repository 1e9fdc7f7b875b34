"""The tools, in the order in which they are listed."""

from typing import Any

from gateway.agents.spec import ToolSpec
from gateway.agents.tools.apply_edits import APPLY_EDITS
from gateway.agents.tools.attachments import ATTACHMENTS
from gateway.agents.tools.delete_page import DELETE_PAGE
from gateway.agents.tools.edit_page import EDIT_PAGE
from gateway.agents.tools.fetch import FETCH
from gateway.agents.tools.list_pages import LIST_PAGES
from gateway.agents.tools.move_page import MOVE_PAGE
from gateway.agents.tools.page_history import PAGE_HISTORY
from gateway.agents.tools.page_links import PAGE_LINKS
from gateway.agents.tools.read_page import READ_PAGE
from gateway.agents.tools.recent_changes import RECENT_CHANGES
from gateway.agents.tools.revert_page import REVERT_PAGE
from gateway.agents.tools.search import SEARCH
from gateway.agents.tools.write_page import WRITE_PAGE

TOOLS: tuple[ToolSpec[Any], ...] = (
    SEARCH,
    FETCH,
    READ_PAGE,
    LIST_PAGES,
    PAGE_LINKS,
    PAGE_HISTORY,
    RECENT_CHANGES,
    WRITE_PAGE,
    EDIT_PAGE,
    MOVE_PAGE,
    DELETE_PAGE,
    REVERT_PAGE,
    ATTACHMENTS,
    APPLY_EDITS,
)

__all__ = ["TOOLS"]
