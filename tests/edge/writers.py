"""Clients that write as people and programs do, and remember what the server acknowledged."""

import random
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

_FIELD = r'<input[^>]*name="{}"[^>]*value="([^"]*)"'


@dataclass(frozen=True)
class Acknowledged:
    """A write that the server said yes to. `base` and `revision` are known for REST only."""

    page: str
    text: str
    door: str
    base: str | None = None
    revision: str | None = None


@dataclass
class Book:
    """What all writers together were told."""

    acknowledged: list[Acknowledged] = field(default_factory=list)
    conflicts: int = 0
    cut_off: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, entry: Acknowledged) -> None:
        with self.lock:
            self.acknowledged.append(entry)

    def conflict(self) -> None:
        with self.lock:
            self.conflicts += 1


def save_by_rest(client: httpx.Client, page: str, token: str, book: Book) -> None:
    """Appends a line with the revision that was read; reads again and repeats after a conflict."""
    while True:
        read = client.get(f"/api/v1/pages/{page}")
        base = read.json()["revision"] if read.status_code == 200 else None
        text = (read.json()["content"] if base else f"# {page}\n") + f"{token}\n"
        body = {"content": text, "revision": base or "", "commit_message": token}
        answer = client.put(f"/api/v1/pages/{page}", json=body)
        if answer.status_code == 409:
            book.conflict()
            continue
        assert answer.status_code in (200, 201), answer.text
        book.note(Acknowledged(page, text, "rest", base, answer.json()["revision"]))
        return


def save_by_browser(client: httpx.Client, page: str, token: str, book: Book) -> None:
    """Opens the editor and posts the form, as the page's script does; after a conflict posts the form that
    came back.
    """
    html = _editor(client, page)
    text = f"# {page}\n\nby a person: {token}\n"
    while True:
        form = {name: _field(html, name) for name in ("csrf_token", "revision")}
        answer = client.post(f"/{page}/save", data={**form, "content": text, "commit": token})
        if answer.status_code == 409:
            book.conflict()
            html = answer.text
            continue
        assert answer.status_code in (200, 302), answer.text[:500]
        book.note(Acknowledged(page, text, "browser"))
        return


def _editor(client: httpx.Client, page: str) -> str:
    """The editor with the page's text. All writers are one person, whose drafts any of them may meet."""
    answer = client.get(f"/{page}/edit")
    while 'name="revision"' not in answer.text:
        assert answer.status_code == 200, answer.text[:500]
        form = {"csrf_token": _field(answer.text, "csrf_token"), "draft": "discard"}
        answer = client.post(f"/{page}/edit", data=form)
    return answer.text


def _field(html: str, name: str) -> str:
    found = re.findall(_FIELD.format(name), html)
    assert found, f"the form has no {name}"
    return str(found[-1])


Save = Callable[[httpx.Client, str, str, Book], None]


def write_for_a_while(
    url: str, number: int, turns: int, pages: list[str], book: Book, browser_share: float, errors: list[str]
) -> None:
    """One client: `turns` writes to pages at random, until the server is gone."""
    chance = random.Random(number)
    with httpx.Client(base_url=url, timeout=60, follow_redirects=False) as client:
        for turn in range(turns):
            save: Save = save_by_browser if chance.random() < browser_share else save_by_rest
            try:
                save(client, chance.choice(pages), f"w{number}-{turn}-{chance.getrandbits(32):08x}", book)
            except httpx.TransportError:
                book.cut_off += 1
                return
            except AssertionError as error:
                errors.append(str(error))
                return
