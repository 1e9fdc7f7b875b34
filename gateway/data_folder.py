"""The data folder (DECISIONS 2): checked and laid out before anything opens it."""

import os
import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path

from gateway.settings import Settings
from gateway.start import StartError

KEY_BYTES = 32


def prepare(settings: Settings) -> None:
    """Make the folders that are missing. Raises StartError where the wiki cannot live here."""
    check_git()
    check_layout(settings.data)
    for folder in (settings.data, settings.cache_folder):
        _writable(folder)
    session_key(settings)


def check_git() -> str:
    """The version line of the git command; StartError where there is none."""
    git = shutil.which("git")
    if git is None:
        raise StartError("git was not found: install it, or put its folder on PATH.")
    try:
        done = subprocess.run([git, "--version"], capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise StartError(f"{git} does not run: {error}.") from error
    return done.stdout.strip()


def check_layout(data: Path) -> None:
    """Refuse a folder that is itself a repository: the wiki's files would end up among its own."""
    try:
        if (data / ".git").exists() or (data / "HEAD").is_file():
            raise StartError(
                f"{data} is itself a git repository: take it in with wikibot import {data} --data NEW_FOLDER"
            )
        if data.exists() and not data.is_dir():
            raise StartError(f"{data} is no folder: name a folder with --data or WIKIBOT_DATA.")
    except OSError as error:
        raise StartError(f"The data folder {data} cannot be read: {error.strerror}.") from error


def session_key(settings: Settings) -> str:
    """The key that signs the wiki's cookies: SECRET_KEY if given, else the data folder's own, made once.

    The file appears with its content and mode 0600 in one step (a hard link), so that of several processes
    that start together one makes it and all read the same.
    """
    given = settings.otterwiki.get("SECRET_KEY")
    if given:
        return given
    path = settings.data / "secret_key"
    try:
        if not path.exists():
            _create(path, secrets.token_hex(KEY_BYTES))
        return path.read_text().strip()
    except OSError as error:
        raise StartError(f"{path} cannot be read or made: {error.strerror}.") from error


def _create(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".secret_key-")  # mode 0600
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(path).hardlink_to(name)
    except FileExistsError:
        pass  # another process was first, and its key counts
    finally:
        Path(name).unlink()


def _writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".writable-"):
            pass
    except OSError as error:
        raise StartError(f"The folder {folder} cannot be written: {error.strerror}.") from error
