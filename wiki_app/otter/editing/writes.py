"""Saving on a base revision: checked, merged and written in one step by the page service's writer."""

import re
from dataclasses import dataclass, replace

from otterwiki.util import normalize_content

from wiki_app.errors import Conflict, InvalidInput
from wiki_app.names import check_new, file_of, key_of
from wiki_app.objects import Author
from wiki_app.otter.storage import WikiStorage
from wiki_app.pages.revisions import is_current, propose
from wiki_app.pages.shapes import Actor
from wiki_app.pages.stage import Stage, StagedPage
from wiki_app.pages.texts import encode
from wiki_app.pages.writer import Writer
from wiki_app.rules import WikiRules

_REVISION = re.compile("[0-9a-f]{6,40}")


@dataclass(frozen=True)
class Saved:
    """`text` is what the page holds now; `merged`: others had changed it since the base revision."""

    text: str
    changed: bool
    merged: bool


class BasedWrites:
    """Writes a page's file if that loses nothing that others wrote since."""

    def __init__(self, storage: WikiStorage) -> None:
        self._storage = storage

    def write(self, filename: str, text: str, base: str, message: str, author: Author) -> Saved:
        """`base` is the revision that the text was made from, "" for a page that was not there.

        Raises Conflict (overlapping changes; page gone, or there already), InvalidInput, TooLarge,
        Unavailable; StorageUnsafePath.
        """
        key = key_of(self._storage.canonical_filename(filename))
        if key is None:
            raise InvalidInput(f"{filename} leads to a file that is no page.")
        store = self._storage.store_below
        writer = Writer(store, self._rules, store.clock)
        self._storage.look_again()
        done = writer.run(
            lambda stage: _save(stage, key, text, base.lower()), lambda _: message, Actor(author)
        )
        return done.result

    def _rules(self) -> WikiRules:
        with self._storage.store_below.view() as view:
            return view.rules


def _save(stage: Stage, key: str, text: str, base: str) -> Saved:
    page = stage.page(key)
    if page is None:
        return _create(stage, key, text, base)
    fresh = bool(_REVISION.fullmatch(base)) and is_current(page, base)
    result = text if fresh else _merged(stage, page, text, base)
    changed = result != page.text
    if changed:
        stage.put(file_of(key), encode(result))
    return Saved(result, changed, merged=changed and not fresh)


def _create(stage: Stage, key: str, text: str, base: str) -> Saved:
    if base:
        raise Conflict("The page was deleted or renamed meanwhile.")
    check_new(key)
    stage.put(file_of(key), encode(text))
    return Saved(text, changed=True, merged=False)


def _merged(stage: Stage, page: StagedPage, text: str, base: str) -> str:
    # The browser's texts have lost their outer blank lines and carriage returns: so all three are compared
    # without them, else these would count as changes of the person.
    current = normalize_content(page.text)
    if text == current:
        return page.text
    if not _REVISION.fullmatch(base):
        raise Conflict("Somebody else made this page meanwhile.")
    proposal = propose(stage, page, base, wanted=True)
    before = None if proposal.base is None else normalize_content(proposal.base)
    merged = replace(proposal, base=before).merged(replace(page, text=current), text)
    return page.text if merged == current else merged
