"""The matrix over real sockets: account × credential × door × operation, from the policy table alone.

Browser, REST and MCP are asked of one server, and answer alike. Which of Otter Wiki's endpoints is which
operation stands here; a test fails when it has one that stands nowhere.
"""

import ast
import asyncio
import importlib.util
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import httpx
import pytest

from auth import OPERATIONS
from gateway.services import open_services
from gateway.settings import Settings
from tests.edge.server import Server, serving
from tests.functional.agents import message
from tests.functional.matrix import (
    BY_PROGRAMS,
    MCP,
    PREFERENCES,
    REST,
    SESSIONS,
    TOKENS,
    UNAPPROVED,
    VISITOR,
    WRITER,
    Case,
    add_accounts,
    of_mcp,
    of_rest,
)
from tests.functional.people import PASSWORD, Person
from tests.wiki_app.git import commit_file
from wiki_app.preferences import save_preference

pytestmark = pytest.mark.edge
CSRF = re.compile(r'name="csrf-token" content="([^"]+)"')


@dataclass(frozen=True)
class Form:
    """What a browser sends: a link that is followed, or a form with its fields, and perhaps a file."""

    operation: str
    path: str
    fields: Mapping[str, str] | None = None
    file: bool = False


ACCESS = {"READ_access": "APPROVED", "WRITE_access": "NOBODY", "ATTACHMENT_access": "NOBODY"}

# {old} is a commit of the page none, which has the file none.txt beside it.
FORMS: Mapping[str, tuple[Form, ...]] = MappingProxyType(
    {
        "index": (Form("read", "/"),),
        "view": (Form("read", "/none"),),
        "pageview": (Form("read", "/none/view"),),
        "source": (Form("read", "/none/source"),),
        "attachments": (
            Form("read", "/none/attachments"),
            Form("attach", "/none/attachments", {}, file=True),
        ),
        "get_attachment": (Form("read", "/none/a/none.txt"),),
        "get_attachment_thumbnail": (Form("read", "/none/t/none.txt"),),
        "search": (Form("search", "/-/search/none"), Form("search", "/-/search", {"query": "none"})),
        "changelog": (Form("history", "/-/changelog"), Form("history", "/-/log")),
        "changelog_feed_rss": (Form("history", "/-/changelog/feed.rss"),),
        "changelog_feed_atom": (Form("history", "/-/changelog/feed.atom"),),
        "show_commit": (Form("history", "/-/commit/{old}"),),
        "history": (Form("history", "/none/history"),),
        "diff": (Form("history", "/none/diff/{old}/{old}"),),
        "blame": (Form("history", "/none/blame"),),
        "pageindex": (Form("list", "/-/index"),),
        "sitemap": (Form("list", "/sitemap.xml"),),
        "create": (Form("write", "/-/create"), Form("write", "/-/create", {"pagename": "another"})),
        "edit": (Form("edit", "/none/edit"),),
        "preview": (Form("edit", "/none/preview", {"content": "x"}),),
        "draft": (Form("edit", "/none/draft", {"content": "x"}),),
        "save": (
            Form("write", "/{who}/save", {"content": "x", "commit": ""}),
            Form("edit", "/none/save", {"content": "{who}", "commit": ""}),
        ),
        "inline_attachment": (Form("attach", "/none/inline_attachment", {}, file=True),),
        "edit_attachment": (
            Form("detach", "/none/attachment/none.txt", {"new_filename": "none.txt"}),
            Form("detach", "/none/attachment/{who}.txt", {"delete": "Delete"}),
        ),
        "revert": (Form("revert", "/-/revert/{old}"), Form("revert", "/-/revert/{old}", {"message": "x"})),
        "rename": (
            Form("move", "/none/rename"),
            Form("move", "/moved-{who}/rename", {"new_pagename": "x-{who}"}),
        ),
        "delete": (Form("delete", "/none/delete"), Form("delete", "/gone-{who}/delete", {"message": ""})),
        "housekeeping": (
            Form("write", "/-/housekeeping"),
            Form("write", "/-/housekeeping", {"task": "emptypages"}),
        ),
        "security_check": (Form("administer", "/-/housekeeping/security-check"),),
        "admin": (
            Form("administer", "/-/admin"),
            Form("administer", "/-/admin", {"update_preferences": "true"}),
        ),
        "admin_user_management": (Form("administer", "/-/auth/accounts"),),
        "admin_sidebar_preferences": (Form("administer", "/-/admin/sidebar_preferences"),),
        "admin_permissions_and_registration": (
            Form("administer", "/-/admin/permissions_and_registration"),
            Form("administer", "/-/admin/permissions_and_registration", ACCESS),
        ),
        "admin_content_and_editing": (Form("administer", "/-/admin/content_and_editing"),),
        "admin_repository_management": (Form("administer", "/-/admin/repository_management"),),
        "admin_mail_preferences": (Form("administer", "/-/admin/mail_preferences"),),
        "plugin_url_admin_request": (Form("administer", "/-/admin/plugin/none/none"),),
    }
)
FOR_EVERYBODY = frozenset(
    {
        *("robotstxt", "favicon", "webmanifest", "well_known_change_password", "healthz", "about", "syntax"),
        *("help", "plugin_static_css", "plugin_url_request", "dotgit"),
    }
)
"""Endpoints that show nothing of the wiki's pages; plugins (there are none) answer for themselves."""
OF_ACCOUNTS = frozenset(
    {
        *("login", "logout", "register", "lost_password", "confirm_email", "recover_password"),
        *("request_confirmation_link", "settings", "user"),
    }
)
"""Ours stand in their place, or nothing does."""
BY_GIT = frozenset({"git_info_refs", "git_upload_pack", "git_receive_pack", "pull_webhook"})
"""tests/edge/test_threats.py: tokens only; the old pull address is closed."""
OF_A_DRAFT = frozenset({"discard_draft"})
"""Whoever has none discards none."""
NOT_IN_THE_BROWSER = {"links", "batch", "reindex", "fetch", "push"}


def endpoints() -> set[str]:
    """The functions of Otter Wiki that answer a request."""
    found = importlib.util.find_spec("otterwiki")
    assert found is not None
    assert found.origin is not None
    tree = ast.parse((Path(found.origin).parent / "views.py").read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return {
        node.name for node in functions if any("app.route" in ast.unparse(d) for d in node.decorator_list)
    }


@dataclass(frozen=True)
class World:
    """A server, and what the matrix has to know of it."""

    server: Server
    old: str
    tokens: Mapping[Case, str | None]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    data = tmp_path_factory.mktemp("matrix") / "data"
    settings = Settings.of({"data": data, "load": "first-use", "otterwiki": {}})
    tokens = asyncio.run(_prepare(settings))
    for name, value in PREFERENCES.items():
        save_preference(settings.database, name, value)
    old = commit_file(settings.repository, "none.md", "# None\n", "a page")
    for case in [VISITOR, *SESSIONS]:
        commit_file(settings.repository, f"none/{case}.txt", "x", "a file to delete")
        commit_file(settings.repository, f"gone-{case}.md", "x", "a page to delete")
        commit_file(settings.repository, f"moved-{case}.md", "x", "a page to move")
    commit_file(settings.repository, "none/none.txt", "x", "a file to keep")
    with serving(data) as server:
        yield World(server, old, tokens)


async def _prepare(settings: Settings) -> dict[Case, str | None]:
    async with open_services(settings) as services:
        add_accounts(services.identity, PASSWORD)
        return {case: case.token(services.identity) for case in [VISITOR, *TOKENS]}


def test_every_endpoint_of_the_wiki_has_its_place() -> None:
    places = [set(FORMS), FOR_EVERYBODY, OF_ACCOUNTS, BY_GIT, OF_A_DRAFT]

    assert set().union(*places) == endpoints()
    assert sum(map(len, places)) == len(endpoints())


def test_every_operation_that_the_browser_has_is_asked() -> None:
    asked = {form.operation for forms in FORMS.values() for form in forms}

    assert asked == set(OPERATIONS) - NOT_IN_THE_BROWSER


@pytest.mark.parametrize("case", [VISITOR, *SESSIONS], ids=str)
async def test_threat_19_the_browser_answers_as_the_table_says(world: World, case: Case) -> None:
    answers, expected = {}, {}
    async with httpx.AsyncClient(base_url=world.server.url, timeout=30) as http:
        if case.account is not None:
            assert (await Person(http).sign_in(case.account)).status_code == 303
        csrf = CSRF.search((await http.get("/-/about")).text)
        assert csrf is not None
        http.headers["X-CSRFToken"] = csrf[1]
        for endpoint, forms in FORMS.items():
            for form in forms:
                row = endpoint, form.path, form.fields is not None
                answers[row] = _of_browser(await _sent(http, form, world.old, str(case)), case)
                expected[row] = case.expected(form.operation)

    assert answers == expected


@pytest.mark.parametrize("case", [VISITOR, *TOKENS], ids=str)
async def test_threat_19_rest_and_mcp_answer_the_same_over_sockets(world: World, case: Case) -> None:
    token, answers, expected = world.tokens[case], {}, {}
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with httpx.AsyncClient(base_url=world.server.url, headers=headers, timeout=30) as http:
        for operation in BY_PROGRAMS:
            method, path = REST[operation]
            answered = await http.request(method, f"/api/v1{path}")
            answers["rest", operation] = of_rest(answered.status_code, answered.json)
            expected["rest", operation] = case.expected(operation)
            if operation in MCP:
                tool, arguments = MCP[operation]
                sent, body = message("tools/call", {"name": tool, "arguments": arguments})
                called = await http.post("/mcp", json=body, headers=sent)
                answers["mcp", operation] = of_mcp(called.status_code, called.json)
                expected["mcp", operation] = case.expected(operation)

    assert answers == expected


@pytest.mark.parametrize("path", ["/-/about", "/-/syntax", "/-/help", "/-/create", "/-/nothing", "/nothing"])
async def test_who_may_not_read_is_shown_no_page_names(world: World, path: str) -> None:
    names = re.compile("(moved|gone)-", re.IGNORECASE)
    shown = {}
    for case in (VISITOR, Case(UNAPPROVED, "session"), Case(WRITER, "session")):
        async with httpx.AsyncClient(base_url=world.server.url, timeout=30, follow_redirects=True) as http:
            if case.account is not None:
                await Person(http).sign_in(case.account)
            shown[str(case)] = bool(names.search((await http.get(path)).text))

    assert shown == {"visitor-nothing": False, "una-session": False, "will-session": path == "/-/create"}


async def _sent(http: httpx.AsyncClient, form: Form, old: str, who: str) -> httpx.Response:
    path = form.path.format(old=old, who=who)
    if form.fields is None:
        return await http.get(path, headers={"Sec-Fetch-Site": "none"})
    fields = {name: value.format(who=who) for name, value in form.fields.items()}
    files = {"file": (f"{who}-new.txt", b"x")} if form.file else None
    return await http.post(path, data=fields, files=files, headers={"Sec-Fetch-Site": "same-origin"})


def _of_browser(answer: httpx.Response, case: Case) -> str:
    """A person reads a page that says no; a visitor may be sent to the sign-in instead."""
    assert answer.status_code not in {400, 405, 500}, (answer.request.url, answer.text[:300])
    to_sign_in = answer.status_code in {302, 303} and "/-/login" in answer.headers["location"]
    if answer.status_code == 403 or to_sign_in:
        return "unauthenticated" if case.account is None else "permission_denied"
    return "allowed"
