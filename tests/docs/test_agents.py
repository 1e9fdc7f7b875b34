"""docs/agents.md says the same as the page in the wiki's menu."""

import json

import pytest

from tests.docs.pages import cells, text
from wiki_app.clients import CLIENTS, TOKEN, URL, Client

EXAMPLE = "https://wiki.example.org"
TOOLS = [
    *("search", "fetch", "read_page", "list_pages", "page_links", "page_history", "recent_changes"),
    *("write_page", "edit_page", "move_page", "delete_page", "revert_page", "attachments", "apply_edits"),
]
NAMES = [client.name for client in CLIENTS]


@pytest.mark.parametrize("client", CLIENTS, ids=NAMES)
def test_each_client_stands_there_with_its_exact_lines(client: Client) -> None:
    document = text("docs/agents.md")
    assert f"### {client.name}\n\n{client.say}\n" in document
    for keyed in (False, True) if client.keyed else (False,):
        assert f"```{client.language}\n{client.lines_for(EXAMPLE, keyed=keyed)}\n```" in document


@pytest.mark.parametrize("client", CLIENTS, ids=NAMES)
def test_the_lines_are_what_they_say_they_are(client: Client) -> None:
    for lines in filter(None, (client.lines, client.keyed)):
        assert URL in lines
        if client.language == "json":
            json.loads(lines)
        if client.language == "python":
            compile(lines, client.name, "exec")
    assert TOKEN not in client.lines and (TOKEN in client.keyed or not client.keyed)


def test_each_tool_has_its_row() -> None:
    named = [cell.strip("`") for cell in cells("docs/agents.md") if cell.startswith("`")]
    assert [name for name in named if name in TOOLS] == TOOLS


def test_readers_are_led_there() -> None:
    assert "docs/agents.md" in text("README.md")
