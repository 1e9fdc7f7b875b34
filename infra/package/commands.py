"""Other programs: uv, apt-get, patchelf, the runtime's Python."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from infra.package.errors import PackageError


def run(
    command: Sequence[str | Path],
    advice: str,
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> str:
    """What the program prints. Raises PackageError: what it said last, and then the advice."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words, capture_output=True, text=True, check=False, cwd=folder, env=environment, timeout=900
        )
    except FileNotFoundError as error:
        raise PackageError(f"The program {words[0]} was not found. {advice}") from error
    if done.returncode:
        said = "\n".join((done.stderr.strip() or done.stdout.strip()).splitlines()[-12:])
        raise PackageError(f"{Path(words[0]).name} failed. {advice}\n{said}")
    return done.stdout
