"""What a fresh process loads for its first request, by kind: heavy libraries come with who needs them.

Each test runs the Lambda's handler in a process of its own.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "aioboto3", "authlib", "beartype", "cryptography", "email_validator", "faiss", "fastapi", "fastmcp",
    "flask", "git", "griffe", "joserfc", "key_value", "mcp", "numpy", "onnx", "onnxruntime", "otterwiki",
    "PIL", "prometheus_client", "pydantic", "pydantic_settings", "soupsieve", "sqlalchemy", "uvicorn", "yaml",
}  # fmt: skip
# A module that waits to be loaded (wiki_app/later.py) is not loaded.
DRIVER = """
import json, sys
from bench.first_answer import EVENTS, event
from gateway.aws_lambda import handler
JSON = {"content-type": "application/json"}
WRITE = {"edits": [{"op": "write", "path": "new", "content": "x"}]}
EVENTS |= {
    "REST listing": lambda _: event("GET", "/api/v1/pages"),
    "REST history": lambda page: event("GET", f"/api/v1/pages/{page}/history"),
    "REST write": lambda _: event("POST", "/api/v1/batch", JSON, json.dumps(WRITE)),
    "REST description": lambda _: event("GET", "/api/v1/openapi.json"),
}
answer = handler(EVENTS[sys.argv[1]]("home"), None)
loaded = [name for name in json.loads(sys.argv[2]) if type(sys.modules.get(name)).__name__ == "module"]
print(json.dumps([answer["statusCode"], loaded]))
handler.close()
"""


def loaded(data: Path, kind: str) -> set[str]:
    """The heavy modules that a first request of this kind has loaded by the time of its answer."""
    variables = {
        "WIKIBOT_DATA": str(data),
        "WIKIBOT_ALLOW_ANONYMOUS_WRITE": "true",
        "WIKIBOT_LOG_LEVEL": "ERROR",
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", DRIVER, kind, json.dumps(sorted(HEAVY))],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    status, names = json.loads(done.stdout.splitlines()[-1])
    assert status == 200
    return set(names)


@pytest.mark.parametrize(
    ("kind", "needed", "never"),
    [
        ("health", set(), HEAVY - {"yaml"}),
        ("REST read", set(), HEAVY - {"yaml"}),
        ("REST listing", set(), HEAVY - {"yaml"}),
        ("REST history", set(), HEAVY - {"yaml"}),
        ("REST write", {"pydantic"}, HEAVY - {"pydantic", "yaml"}),
        ("REST description", {"pydantic"}, HEAVY - {"pydantic", "yaml"}),
        (
            "page view",
            {"otterwiki", "flask"},
            {"fastmcp", "joserfc", "numpy", "prometheus_client", "pydantic", "soupsieve"},
        ),
        (
            "MCP call",
            {"fastmcp", "mcp"},
            {"beartype", "griffe", "key_value", "otterwiki", "flask", "faiss", "numpy", "onnx", "onnxruntime"}
            | {"prometheus_client"},
        ),
    ],
)
def test_a_first_request_loads_what_it_needs(
    tmp_path: Path, kind: str, needed: set[str], never: set[str]
) -> None:
    found = loaded(tmp_path / "data", kind)

    assert needed <= found
    assert found & never == set()


@pytest.mark.parametrize(
    "arguments", [["--help"], ["token", "--help"], ["user", "list", "--data", "nowhere"]]
)
def test_the_command_line_waits_for_none_of_them(tmp_path: Path, arguments: list[str]) -> None:
    driver = (
        "import json, sys; from gateway.cli import main\n"
        "try: main(sys.argv[2:])\nexcept SystemExit: pass\n"
        "print(json.dumps([name for name in json.loads(sys.argv[1]) if name in sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", driver, json.dumps(sorted(HEAVY)), *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert json.loads(done.stdout.splitlines()[-1]) == []
