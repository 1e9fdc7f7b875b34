"""Rename: a page with its attachments and sub-pages, and the links of the whole wiki, in one commit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from wiki_app.errors import Conflict, InvalidInput
from wiki_app.names import ENDING, check_new, display, file_of, key_of, resolve_new, shown
from wiki_app.pages import urls
from wiki_app.pages.operations import RenameOp
from wiki_app.pages.revisions import check_current
from wiki_app.pages.shapes import Renamed
from wiki_app.pages.stage import Stage, StagedPage
from wiki_app.pages.texts import decode, to_bytes
from wiki_app.rules import WikiRules
from wiki_app.text import wikilinks


def rename(stage: Stage, op: RenameOp) -> Renamed:
    """Raises NotFound, Conflict (something is there already), InvalidInput."""
    wanted = op.new_path.strip()
    if not wanted:
        raise InvalidInput("new_path must not be empty")
    page = stage.existing(op.path)
    check_current(stage, page, op.revision)
    new_key = resolve_new(wanted, stage.rules)
    if new_key == page.key:
        raise InvalidInput("new_path is the same as the current path")
    check_new(new_key)
    files = _files(stage, page.key, new_key)
    _refuse_taken(stage, files, wanted)
    moved = _moved_keys(files)
    linking = _linking_pages(stage, page, files)
    stage.relocate(files)
    updated = _rewrite(stage, linking, _Relinking(page.key, moved, stage.rules))
    return _renamed(stage, page, moved, updated)


def _files(stage: Stage, old_key: str, new_key: str) -> dict[str, str]:
    """Where each file goes: the page first, then what lies in its folder."""
    files = {file_of(old_key): file_of(new_key)}
    files |= {path: new_key + path.removeprefix(old_key) for path in stage.files(old_key)}
    return files


def _refuse_taken(stage: Stage, files: Mapping[str, str], wanted: str) -> None:
    taken = next((new for new in files.values() if new not in files and stage.exists(new)), None)
    if taken is None:
        return
    key = key_of(taken)
    what = (
        f"A page already exists at: {shown(wanted)}" if key else f"A file already exists at: {shown(taken)}"
    )
    raise Conflict(what, path=display(key or taken, stage.rules))


def _moved_keys(files: Mapping[str, str]) -> dict[str, str]:
    pages = {key_of(old): key_of(new) for old, new in files.items()}
    return {old: new for old, new in pages.items() if old and new}


def _linking_pages(stage: Stage, page: StagedPage, files: Mapping[str, str]) -> set[str]:
    """The files with links to what moves, by the names that they will have."""
    known = stage.known
    linking = {file_of(source) for key in _moved_keys(files) for source in known.links_to(key)}
    linking |= known.pages_holding(stage.snapshot.commit, urls.needles(page.key))
    linking |= set(stage.pages())  # of what this batch has written already neither knows anything
    return {files.get(path, path) for path in linking}


def _rewrite(stage: Stage, linking: set[str], relink: Callable[[str], str]) -> list[str]:
    updated = []
    for path in sorted(linking):
        write = stage.read(path) if stage.is_regular(path) else None
        if write is None:
            continue
        before = decode(write.data)
        text = relink(before)
        if text != before:
            stage.put(path, to_bytes(text))
            updated.append(path)
    return updated


@dataclass(frozen=True)
class _Relinking:
    """Leads a text's links to where the pages are now."""

    old_key: str
    moved: Mapping[str, str]
    rules: WikiRules

    def __call__(self, text: str) -> str:
        new_key = self.moved[self.old_key]
        # The order keeps a link that has just been rewritten from being taken for an old one, when a
        # page moves below or above its own place.
        below = new_key.startswith(self.old_key + "/")
        old_keys = [key for key in wikilinks.targets(text, self.rules) if key in self.moved]
        for key in sorted(old_keys, key=len, reverse=below):
            text = wikilinks.rewrite(text, key, display(self.moved[key], self.rules), self.rules)
        return urls.rewrite(text, self.old_key, display(new_key, self.rules), self.rules)


def _renamed(stage: Stage, page: StagedPage, moved: Mapping[str, str], updated: list[str]) -> Renamed:
    def path_of(key: str) -> str:
        return display(key, stage.rules)

    new_key = moved[page.key]
    return Renamed(
        new_key,
        path_of(new_key),
        "",
        old_path=page.path,
        new_path=path_of(new_key),
        updated_pages=sorted(path_of(path.removesuffix(ENDING)) for path in updated),
        moved=[(path_of(old), path_of(new)) for old, new in moved.items()],
    )
