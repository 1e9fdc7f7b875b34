"""`wikibot import`."""

import sys
from pathlib import Path

from gateway.data_folder import check_git
from gateway.settings import load_settings
from wiki_app.importer import import_wiki


def bring(source: Path, *, data: Path | None, users: Path | None, replace: bool) -> int:
    """Import and say what came. Raises WikiError or StartError with one sentence."""
    settings = load_settings(data=data)
    check_git()
    report = import_wiki(source, settings.data, replace=replace, users=users, progress=_show)
    print(f"{report.pages} pages with {report.commits} commits are in {settings.data}.")
    for note in report.notes:
        print(note)
    print(f"Serve it with: wikibot serve --data {settings.data}")
    return 0


def _show(step: str) -> None:
    print(f"{step} …", file=sys.stderr, flush=True)
