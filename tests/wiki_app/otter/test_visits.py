"""A view that is sent again as it was: only while nothing that it depends on has changed."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from tests.wiki_app.git import commit_file
from tests.wiki_app.otter.served import ServedWiki, Visitor
from wiki_app.mount import Environ
from wiki_app.otter.visits import STATE, Visits
from wiki_app.preferences import save_preference

PAGE = "/Again"
ROOM = 100_000


class Wiki:
    """A WSGI application that counts its answers; `state` is what they depend on."""

    def __init__(self, headers: Iterable[tuple[str, str]] = ()) -> None:
        self.state: str | None = "one"
        self.headers = [("Content-Type", "text/html"), *headers]
        self.answers = 0

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.answers += 1
        if environ.get("kept", True):
            environ[STATE] = self.state
        start_response("200 OK", self.headers)
        return [f"answer {self.answers}".encode()]


def ask(visits: Visits, **more: object) -> str:
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": PAGE, "HTTP_COOKIE": "session=a", **more}
    said: list[str] = []
    body = b"".join(visits(environ, lambda status, _headers: said.append(status)))
    assert said == ["200 OK"]
    return body.decode()


def visits_of(wiki: Wiki, room: int = ROOM) -> Visits:
    return Visits(wiki, lambda: wiki.state, room)


def test_the_same_view_is_sent_again() -> None:
    visits = visits_of(Wiki())
    assert [ask(visits), ask(visits)] == ["answer 1", "answer 1"]


@pytest.mark.parametrize(
    "difference",
    [
        {"PATH_INFO": "/Other"},
        {"QUERY_STRING": "revision=1"},
        {"HTTP_COOKIE": "session=b"},
        {"HTTP_HOST": "wiki.example.org"},
        {"wsgi.url_scheme": "https"},
        {"HTTP_X_OTTERWIKI_PERMISSIONS": "READ"},
        {"HTTP_X_OTTERWIKI_EMAIL": "ben@example.org"},
        {"HTTP_COOKIE": ""},
        {"REQUEST_METHOD": "HEAD"},
    ],
)
def test_a_view_that_differs_in_one_thing_is_another(difference: dict[str, object]) -> None:
    visits = visits_of(Wiki())
    assert [ask(visits), ask(visits, **difference)] == ["answer 1", "answer 2"]


@pytest.mark.parametrize("state", ["two", None])
def test_another_or_unknown_state_asks_anew(state: str | None) -> None:
    wiki = Wiki()
    visits = visits_of(wiki)
    ask(visits)
    wiki.state = state
    assert ask(visits) == "answer 2"


def test_an_answer_that_sets_a_cookie_is_not_sent_again() -> None:
    visits = visits_of(Wiki([("Set-Cookie", "session=b")]))
    assert [ask(visits), ask(visits)] == ["answer 1", "answer 2"]


def test_an_answer_that_does_not_say_its_state_is_not_sent_again() -> None:
    visits = visits_of(Wiki())
    assert [ask(visits, kept=False), ask(visits, kept=False)] == ["answer 1", "answer 2"]


def test_answers_larger_than_the_room_are_not_kept() -> None:
    visits = visits_of(Wiki(), room=10)
    assert [ask(visits), ask(visits)] == ["answer 1", "answer 2"]


def seen(visitor: Visitor, text: str) -> None:
    """More views than it takes for one to be sent again."""
    assert all(text in visitor.get(PAGE) for _ in range(5))


@pytest.fixture
def ada(served: ServedWiki) -> Visitor:
    visitor = served.visitor("ada")
    visitor.save("Again", "# Again\n\nfirst edition")
    seen(visitor, "first edition")
    return visitor


def test_a_commit_by_any_door_is_seen_at_the_next_view(served: ServedWiki, ada: Visitor) -> None:
    commit_file(served.repository, "again.md", "# Again\n\nsecond edition\n")
    seen(ada, "second edition")
    ada.save("Again", "# Again\n\nthird edition")
    seen(ada, "third edition")


def test_a_setting_that_another_process_writes_is_seen_at_the_next_view(
    served: ServedWiki, ada: Visitor
) -> None:
    save_preference(served.data / "wiki.db", "SITE_NAME", "Renamed Outside")
    seen(ada, "Renamed Outside")
    save_preference(served.data / "wiki.db", "SITE_NAME", "Test Wiki")
    seen(ada, "Test Wiki")


def test_a_caller_who_loses_rights_sees_it_at_the_next_view(served: ServedWiki, ada: Visitor) -> None:
    seen(ada, "Create page")
    cookies = {name: value for name, value in ada.http.cookies.items() if name == "session"}
    reader = served.visitor("reader")
    reader.http.cookies.update(cookies)
    assert "Create page" not in reader.get(PAGE)
    ada.http.cookies.set("as", "reader")
    assert "Create page" not in ada.get(PAGE)


def test_a_visitor_without_the_session_gets_a_token_of_their_own(served: ServedWiki, ada: Visitor) -> None:
    assert served.visitor("ada").token(PAGE) != ada.token(PAGE)


def test_the_token_of_a_view_sent_again_works(ada: Visitor) -> None:
    token = ada.token(PAGE)
    answer = ada.http.post("/-/search", data={"query": "edition", "csrf_token": token})
    assert answer.status_code == 200
