"""Programs of the npm registry that the edge tests run, on the Node.js that comes with them (`make node`)."""

import subprocess
from pathlib import Path

MODULES = Path(__file__).parent / "node_modules"


def script(path: str) -> str:
    """A file of an installed package. Fails when it is not there: a missing part is no reason to skip."""
    found = MODULES / path
    assert found.exists(), f"{found} is missing: run `make node`"
    return str(found)


def node(*arguments: str, timeout: float = 120, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Runs a script to its end."""
    return subprocess.run(
        [script("node/bin/node"), *arguments],
        input=stdin,
        stdin=None if stdin is not None else subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        cwd=MODULES.parent,
    )
