"""The official TypeScript SDK against a real server."""

import asyncio
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.edge.consenting import add_account, answer, end_all_grants, expire_access_tokens
from tests.edge.node import MODULES, script
from tests.edge.server import Server, serving

pytestmark = pytest.mark.edge


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("typescript") / "data"
    add_account(data)
    with serving(data) as running:
        yield running


class Sdk:
    """The script, line by line."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the script ended"
        found: dict[str, Any] = json.loads(line)
        return found

    def tell(self, line: str) -> None:
        assert self._process.stdin is not None
        print(line, file=self._process.stdin, flush=True)


@pytest.fixture
def sdk(server: Server) -> Iterator[Sdk]:
    program = Path(MODULES).parent / "oauth.mjs"
    command = [script("node/bin/node"), str(program), f"{server.url}/mcp"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Sdk(process)
        process.kill()


def test_the_typescript_sdk_signs_in_writes_refreshes_and_is_cut_off(server: Server, sdk: Sdk) -> None:
    assert sdk.hear() == {"read": True}
    sdk.tell("ts/one")
    link = sdk.hear()["authorize"]
    sdk.tell(asyncio.run(answer(server.url, link)))
    tokens = sdk.hear()["tokens"]
    first = sdk.hear()
    expire_access_tokens(server.data)
    sdk.tell("ts/two")
    refreshed, second = sdk.hear(), sdk.hear()
    end_all_grants(server.data)
    sdk.tell("ts/three")
    asked = sdk.hear()
    sdk.tell("give up")
    cut = sdk.hear()
    sdk.tell("end")

    assert {"access_token", "refresh_token"} <= set(tokens)
    assert first == {"written": "ts/one", "failed": False}
    assert "access_token" in refreshed["tokens"]
    assert second == {"written": "ts/two", "failed": False}
    assert "authorize" in asked
    assert cut == {"cutOff": "ts/three"}
    assert httpx.get(f"{server.url}/api/v1/pages/ts/two").status_code == 200
    assert httpx.get(f"{server.url}/api/v1/pages/ts/three").status_code == 404
