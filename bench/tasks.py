"""What is measured: each row's request, what must be true of its answer, and the figure that is wanted."""

import html
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.client import Answer, Client, path_of
from bench.wikis import Wiki

Step = Callable[[Client], Answer]
"""Prepares what it needs and returns the one answer that counts. Each client gets a step of its own."""


class WrongAnswer(Exception):
    """A status or body that is not the right one: it voids the row."""


@dataclass(frozen=True)
class Task:
    """One row. `first`: each request asks for something not asked before; `writes`: it commits."""

    name: str
    step: Callable[[], Step]
    rest: bool = False
    first: bool = False
    writes: bool = False
    rate: bool = True
    note: str = ""

    @property
    def state(self) -> str:
        """What the row is measured on."""
        return self.note or ("warm process, new page" if self.first else "warm")


def expect(answer: Answer, status: int, *parts: str) -> Answer:
    """Raises WrongAnswer unless the status fits and the body holds all parts, capitals apart."""
    body = answer.body.lower()
    missing = [part for part in parts if part.lower().encode() not in body]
    if answer.status != status or missing:
        raise WrongAnswer(
            f"status {answer.status}, wanted {status}; missing {missing}; {answer.body[:200]!r}"
        )
    return answer


PLENTY = 900
"""Pages from which on no client has to ask for the same one twice."""
HEADING = re.compile(r"^#+ +(.+?)\s*$", re.MULTILINE)


class Tasks:
    """The rows for one wiki. Counters are shared by all clients, so no page is asked for twice as a first."""

    def __init__(self, wiki: Wiki, *, ours: bool) -> None:
        self._wiki = wiki
        self._ours = ours
        self._fresh = itertools.cycle(wiki.others)
        self._number = itertools.count(1)

    def all(self) -> Iterator[Task]:
        """All rows; first the reading ones."""
        page = path_of(self._wiki.page)
        yield Task("page view, first", self._first_view, first=len(self._wiki.others) > PLENTY)
        yield Task("page view, repeated", lambda: self._view(self._wiki.page))
        yield Task("page view, after a new page", self._view_after_new, writes=True, rate=False)
        yield Task("editor", lambda: lambda client: expect(client.get(f"/{page}/edit"), 200, "saveform"))
        yield Task("save in the browser", self._save, writes=True)
        yield Task("changelog", lambda: lambda client: expect(client.get("/-/changelog"), 200, "bench"))
        yield Task("history in the browser", lambda: self._history)
        yield Task("search in the browser", lambda: self._search)
        yield Task("search in the browser, exact words", lambda: self._exact_search)
        if self._wiki.folder:
            yield Task(f"index of a folder of {self._wiki.siblings:,} pages", lambda: self._folder)
        yield from self.rest()

    def rest(self) -> Iterator[Task]:
        """The rows of /api/v1."""
        yield Task("REST read", self._rest_read, rest=True, first=len(self._wiki.others) > PLENTY)
        yield Task("REST list all", lambda: self._rest_list, rest=True)
        yield Task("REST history", lambda: self._rest_history, rest=True)
        yield Task("REST links", lambda: self._rest_links, rest=True)
        yield Task("REST search", lambda: self._rest_search, rest=True)
        yield Task("REST save", self._rest_save, rest=True, writes=True)

    def growth(self) -> Iterator[Task]:
        """The rows that must not depend on the size of the wiki."""
        yield Task("page view, first", self._first_view, first=True, rate=False)
        yield Task("save in the browser", self._save, writes=True, rate=False)
        yield Task("REST read", self._rest_read, rest=True, first=True, rate=False)
        yield Task("REST save", self._rest_save, rest=True, writes=True, rate=False)

    # The browser

    def _title(self, key: str) -> str:
        found = HEADING.search(self._wiki.text(key))
        plain = found is not None and re.fullmatch(r"[\w ,.-]+", found[1])
        return html.escape(found[1]) if found and plain else "</head>"

    def _view(self, key: str) -> Step:
        address, title = f"/{path_of(key)}", self._title(key)
        return lambda client: expect(client.get(address), 200, title, "csrf")

    def _first_view(self) -> Step:
        def step(client: Client) -> Answer:
            return self._view(next(self._fresh))(client)

        return step

    def _new_name(self) -> str:
        folder = f"{self._wiki.folder}/" if self._wiki.folder else ""
        return f"{folder}zz-bench-{next(self._number)}"

    def _view_after_new(self) -> Step:
        sibling = next(key for key in self._wiki.others if key.rpartition("/")[0] == self._wiki.folder)

        def step(client: Client) -> Answer:
            name = self._new_name()
            fields = {"content": f"# {name}\n", "commit": "bench: a new page"}
            expect(client.form(f"/{path_of(name)}/save", fields), 302)
            return expect(client.get(f"/{path_of(sibling)}"), 200, name)

        return step

    def _own_page(self, client: Client) -> str:
        """A page that no other client writes; small wikis have not enough of them, and get new ones."""
        if len(self._wiki.others) > PLENTY:
            return next(self._fresh)
        name = self._new_name()
        fields = {"content": f"# {name}\n", "commit": "bench: a page of its own"}
        expect(client.form(f"/{path_of(name)}/save", fields), 302)
        return name

    def _save(self) -> Step:
        key, rounds = "", itertools.count(1)

        def step(client: Client) -> Answer:
            nonlocal key
            key = key or self._own_page(client)
            address = f"/{path_of(key)}"
            text = f"# {key}\n\nround {next(rounds)} of {id(rounds)}\n"
            hidden = _hidden(client.get(f"{address}/edit").body) if self._ours else {}
            answer = expect(
                client.form(f"{address}/save", {**hidden, "content": text, "commit": "bench: save"}), 302
            )
            # What was acknowledged must be there; a page's source carries no sidebar.
            expect(client.get(f"{address}/source?raw"), 200, text.strip())
            return answer

        return step

    def _history(self, client: Client) -> Answer:
        return expect(client.get(f"/{path_of(self._wiki.page)}/history"), 200, "history", "revision")

    def _search(self, client: Client) -> Answer:
        word = self._wiki.query.split()[0]
        # Ours searches by words and meaning, which Otter Wiki cannot; the word is marked all the same.
        parts = ("results for", f">{word}</mark>") if self._ours else ("search matched", f">{word}</span>")
        return expect(client.get(f"/-/search/{word}"), 200, *parts)

    def _exact_search(self, client: Client) -> Answer:
        word = self._wiki.query.split()[0]
        end = "</mark>" if self._ours else "</span>"
        return expect(client.get(f"/-/search/{word}?is_exact=y"), 200, "search matched", f">{word}{end}")

    def _folder(self, client: Client) -> Answer:
        answer = expect(client.get(f"/{path_of(self._wiki.folder)}/"), 200)
        links = answer.body.lower().count(f'href="/{path_of(self._wiki.folder)}/'.lower().encode())
        links += answer.body.lower().count(f"href=/{path_of(self._wiki.folder)}/".lower().encode())
        if links < self._wiki.siblings:
            raise WrongAnswer(f"{links} links to {self._wiki.siblings} pages")
        return answer

    # REST

    def _api(self, key: str) -> str:
        return f"/api/v1/pages/{path_of(key)}"

    def _rest_read(self) -> Step:
        def step(client: Client) -> Answer:
            key = next(self._fresh)
            answer = expect(client.get(self._api(key)), 200)
            if not answer.json().get("content") or len(str(answer.json().get("revision"))) != 40:
                raise WrongAnswer(f"no content or revision: {answer.body[:200]!r}")
            return answer

        return step

    def _rest_list(self, client: Client) -> Answer:
        answer = expect(client.get("/api/v1/pages"), 200)
        total = answer.json().get("total")
        if not isinstance(total, int) or total < self._wiki.pages:
            raise WrongAnswer(f"{total} pages listed, {self._wiki.pages} are there")
        return answer

    def _rest_history(self, client: Client) -> Answer:
        return expect(client.get(f"{self._api(self._wiki.page)}/history"), 200, '"revision"', '"author"')

    def _rest_links(self, client: Client) -> Answer:
        return expect(client.get(f"/api/v1/links/{path_of(self._wiki.page)}"), 200, "links_to", "linked_from")

    def _rest_search(self, client: Client) -> Answer:
        query = path_of(self._wiki.query)
        answer = expect(client.get(f"/api/v1/search?q={query}"), 200, "results")
        if not answer.json().get("total"):
            raise WrongAnswer("nothing found")
        return answer

    def _rest_save(self) -> Step:
        key, revision, rounds = "", "", itertools.count(1)

        def step(client: Client) -> Answer:
            nonlocal key, revision
            key = key or self._own_page(client)
            address = self._api(key)
            revision = revision or str(client.get(address).json().get("revision"))
            body = {"content": f"# {key}\n\nround {next(rounds)} of {id(rounds)}\n", "revision": revision}
            answer = expect(client.send("PUT", address, body), 200)
            revision = str(answer.json()["revision"])
            there = expect(client.get(address), 200).json()
            if (there["content"], there["revision"]) != (body["content"], revision):
                raise WrongAnswer("what was acknowledged is not there")
            return answer

        return step


def _hidden(form: bytes) -> dict[str, str]:
    """The hidden fields of the editor's save form, the base revision among them."""
    part = form[form.find(b'id="saveform"') :]
    part = part[: part.find(b"</form>")]
    fields: dict[str, str] = {}
    for tag in re.findall(rb"<input[^>]+>", part):
        name, value = re.search(rb'name="?([\w-]+)', tag), re.search(rb'value="([^"]*)"', tag)
        if name and value and b"hidden" in tag:
            fields[name[1].decode()] = html.unescape(value[1].decode())
    fields.pop("csrf_token", None)
    return fields
