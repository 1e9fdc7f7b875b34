"""What the agents' door costs a model, by real tokenizers: o200k_base and cl100k_base (gpt-tokenizer)."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from gateway.agents.tokens import MOST, USUAL, estimate
from tests.edge.node import node
from tests.edge.server import Server, serving, wikibot

pytestmark = [pytest.mark.edge, pytest.mark.large]

CHOICE = random.Random(2)
TEXTS = {
    "German": "Überprüfungsmaßnahmen für die Geschäftsführung größerer Körperschaften. " * 50,
    "Russian": "Проверка состояния системы и журналов событий за прошедшую неделю. " * 50,
    "Japanese": "システムの状態と先週のイベントログを確認してください。" * 50,
    "table": "| name | value |\n|---|---|\n" + "| x1 | 0.25 |\n" * 300,
    "revisions": "\n".join(f"{CHOICE.getrandbits(160):040x}" for _ in range(100)),
    "code": Path(__file__).read_text(encoding="utf-8"),
}
NEARLY = 0.95
"""The estimate must not be lower than this part of the real number."""


def tokens(texts: list[str]) -> list[int]:
    """The larger of the two counts of each text."""
    counted = node("tokens.mjs", stdin="\n".join(json.dumps(text) for text in texts))
    assert counted.returncode == 0, counted.stderr
    return [max(json.loads(line)) for line in counted.stdout.splitlines()]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The wiki of 7,425 pages."""
    data = tmp_path_factory.mktemp("tokens") / "data"
    bundle = Path(__file__).parents[2].parent / "shared" / "data" / "tldr-en.bundle"
    assert bundle.exists(), "the collections lie beside the project"
    done = wikibot("import", str(bundle), "--data", str(data), timeout=600)
    assert done.returncode == 0, done.stderr
    with serving(data) as server:
        yield server


def ask(server: Server, method: str, **params: object) -> dict[str, object]:
    headers = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-11-25"}
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    result: dict[str, object] = httpx.post(
        f"{server.url}/mcp", json=body, headers=headers, timeout=60
    ).json()["result"]
    return result


def call(server: Server, tool: str, **arguments: object) -> str:
    content = ask(server, "tools/call", name=tool, arguments=arguments)["content"]
    assert isinstance(content, list)
    return str(content[0]["text"])


@pytest.mark.parametrize("name", TEXTS)
def test_the_estimate_is_none_too_low(name: str) -> None:
    assert estimate(TEXTS[name]) >= NEARLY * tokens([TEXTS[name]])[0]


def test_the_list_of_tools_stays_under_4000_tokens(server: Server) -> None:
    listed = json.dumps(ask(server, "tools/list")["tools"], separators=(",", ":"))
    assert tokens([listed])[0] < 4_000


def test_no_result_of_the_large_wiki_is_over_its_budget(server: Server) -> None:
    text = "".join(
        f"## Part {n}\n\n" + "A sentence with words, `code` and a [link](x). " * 60 for n in range(90)
    )
    call(server, "write_page", path="long", content=text)
    call(server, "write_page", path="line", content="word " * 150_000)
    call(
        server, "write_page", path="lists", content="\n".join(f"- [[Pages/Common/P{n}]]" for n in range(9000))
    )
    usual = [
        call(server, "read_page", path="long"),
        call(server, "read_page", path="line"),
        call(server, "read_page", path="long", outline=True),
        call(server, "read_page", paths=["long", "line", "lists", "pages/common/tar"]),
        call(server, "fetch", id="long"),
        call(server, "search", query="list files", limit=50),
        call(server, "list_pages", limit=500),
        call(server, "list_pages", depth=3, limit=500),
        call(server, "page_links"),
        call(server, "page_links", path="lists", depth=2),
        call(server, "recent_changes", limit=200),
        call(server, "page_history", path="pages/common/tar", limit=100),
    ]
    asked = [call(server, "read_page", path="long", max_tokens=18_000)]
    assert max(tokens(usual)) < USUAL
    assert max(tokens(asked)) < MOST
