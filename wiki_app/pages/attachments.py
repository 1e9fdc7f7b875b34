"""Attachments: the files in the folder named like the page."""

import mimetypes
from collections.abc import Iterator

from wiki_app.catalog import CatalogView, Change
from wiki_app.errors import NotFound, TooLarge
from wiki_app.names import ENDING, display, shown
from wiki_app.pages.shapes import AttachmentInfo, AttachmentList, AttachmentView
from wiki_app.pages.stage import REGULAR, Stage

LARGEST_ATTACHMENT = 10 * 1024 * 1024
"""Bytes."""
FEW = 50
"""Attachments whose last changes are asked for one by one."""


def check_size(data: bytes) -> None:
    """Raises TooLarge."""
    if len(data) > LARGEST_ATTACHMENT:
        limit = LARGEST_ATTACHMENT
        raise TooLarge(f"The attachment is larger than {limit:,} bytes.", size=len(data), limit=limit)


def mime_type(filename: str) -> str:
    """Guessed from the name."""
    return mimetypes.guess_type(filename)[0] or "application/octet-stream"


def list_attachments(view: CatalogView, key: str) -> AttachmentList:
    """The files of the page itself: no pages, no sub-folders."""
    names = list(_names(view, key))
    # The folder may hold thousands of sub-pages beside a few attachments, or the other way round.
    changes = view.last_changes(key + "/") if len(names) > FEW else {}
    found = [_info(view, key, name, changes.get(f"{key}/{name}")) for name in names]
    return AttachmentList(key, display(key, view.rules), found)


def _names(view: CatalogView, key: str) -> Iterator[str]:
    for name, mode, _ in view.snapshot.children(key) or ():
        if mode in REGULAR and not name.endswith(ENDING):
            yield name


def _info(view: CatalogView, key: str, name: str, change: Change | None) -> AttachmentInfo:
    path = f"{key}/{name}"
    change = change or view.last_change(path)
    if change is None:
        raise NotFound(f"Attachment not found: {shown(name)}", filename=shown(name))
    return AttachmentInfo(
        path=display(key, view.rules),
        filename=shown(name),
        size=view.snapshot.size(path),
        mime_type=mime_type(name),
        last_modified=change.commit.authored,
        revision=change.commit.revision,
    )


def read_attachment(view: CatalogView, key: str, name: str) -> AttachmentView:
    """Raises NotFound."""
    path = f"{key}/{name}"
    if not is_attachment(name) or not _is_file(view, path):
        raise NotFound(f"Attachment not found: {shown(name)}", filename=shown(name))
    return AttachmentView(_info(view, key, name, None), view.snapshot.read(path))


def is_attachment(name: str) -> bool:
    """Whether a file of that name counts as an attachment."""
    return bool(name) and "/" not in name and not name.endswith(ENDING)


def _is_file(view: CatalogView, path: str) -> bool:
    entry = view.snapshot.entry(path)
    return entry is not None and entry.mode in REGULAR


def attach(stage: Stage, raw_path: str, name: str, data: bytes) -> str:
    """Adds or replaces the file; gives back the page's key. Raises NotFound, PathClash."""
    page = stage.existing(raw_path)
    stage.put(f"{page.key}/{name}", data)
    return page.key


def detach(stage: Stage, raw_path: str, name: str) -> str:
    """Takes the file away; gives back the page's key. Raises NotFound."""
    page = stage.existing(raw_path)
    path = f"{page.key}/{name}"
    if not is_attachment(name) or not stage.is_regular(path):
        raise NotFound(f"Attachment not found: {shown(name)}", filename=shown(name))
    stage.remove(path)
    return page.key
