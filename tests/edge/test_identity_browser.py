"""Signing in, connecting an agent and signing out in a real browser: by keyboard, light and dark."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest

from tests.edge.browser import Watched, browsing
from tests.edge.consenting import ANN, PASSWORD, add_account
from tests.edge.server import Server, serving

pytestmark = pytest.mark.edge
NAME = "<script>alert(1)</script>"
REGISTRATION = {"redirect_uris": ["http://127.0.0.1/callback"], "client_name": NAME}
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"  # RFC 7636, appendix B


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("browser") / "data"
    add_account(data)
    with serving(data) as running:
        yield running


def sign_in(wiki: Watched) -> None:
    """By keyboard alone: the address has the focus."""
    wiki.wait_for_focus("input[name=email]")
    wiki.page.keyboard.type(ANN)
    wiki.page.keyboard.press("Tab")
    wiki.page.keyboard.type(PASSWORD)
    with wiki.page.expect_navigation():
        wiki.page.keyboard.press("Enter")


@pytest.mark.parametrize("dark", [False, True])
def test_a_person_signs_in_from_the_wikis_menu_and_out_again(
    server: Server, dark: bool, pictures: Path | None
) -> None:
    name = "dark" if dark else "light"
    with browsing(server.url, dark=dark) as wiki:
        wiki.open("/")
        assert wiki.page.locator("a[href*='/-/login']").count() >= 1
        wiki.open("/-/login?next=/home")
        wiki.picture(pictures, f"sign-in-{name}")
        background = wiki.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        sign_in(wiki)
        assert wiki.page.url.endswith("/home")
        assert wiki.page.locator("a[href$='/-/logout']").count() == 1
        wiki.open("/-/settings")
        assert wiki.page.url.endswith("/-/auth/account")
        wiki.picture(pictures, f"account-{name}")
        wiki.open("/-/logout")
        wiki.wait_for_focus("button")
        with wiki.page.expect_navigation():
            wiki.page.keyboard.press("Enter")
        wiki.open("/-/auth/tokens")
        assert "/-/login" in wiki.page.url
    assert (background == "rgb(37, 40, 44)") is dark


def test_who_is_signed_in_edits_and_who_is_not_is_asked(server: Server) -> None:
    with browsing(server.url) as wiki:
        wiki.open("/browser-page/edit")
        assert "/-/login" in wiki.page.url
        sign_in(wiki)
        assert "/browser-page/edit" in wiki.page.url
        wiki.type_text("# By Ann\n\nwritten in the browser")
        wiki.save("by hand")
    page = httpx.get(f"{server.url}/api/v1/pages/browser-page").json()
    assert page["last_commit"]["author"] == "Ann"


class _Callback(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"thanks")

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def callback() -> Iterator[str]:
    """Where the agent waits for its answer."""
    with HTTPServer(("127.0.0.1", 0), _Callback) as waiting:
        threading.Thread(target=waiting.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"127.0.0.1:{waiting.server_port}"
        waiting.shutdown()


def test_a_person_connects_an_agent_and_cuts_it_off(
    server: Server, callback: str, pictures: Path | None
) -> None:
    registered = httpx.post(f"{server.url}/-/oauth/register", json=REGISTRATION).json()
    asked = (
        f"/-/oauth/authorize?response_type=code&client_id={registered['client_id']}&state=s"
        f"&redirect_uri=http://{callback}/callback&code_challenge={CHALLENGE}&code_challenge_method=S256"
    )
    with browsing(server.url) as wiki:
        wiki.open(asked)
        sign_in(wiki)
        assert NAME in wiki.text()
        assert callback in wiki.text()
        wiki.picture(pictures, "consent")
        with wiki.page.expect_navigation(url=re.compile("/callback")):
            wiki.page.get_by_role("button", name="Allow", exact=True).press("Enter")
        assert "code=owc_" in wiki.page.url
        wiki.open("/-/auth/agents")
        assert NAME in wiki.text()
        with wiki.page.expect_navigation():
            wiki.page.get_by_role("button", name=re.compile("Disconnect")).first.press("Enter")
        assert "No agent is connected" in wiki.text()


def test_a_token_is_made_in_the_browser(server: Server, pictures: Path | None) -> None:
    with browsing(server.url) as wiki:
        wiki.open("/-/auth/tokens")
        sign_in(wiki)
        wiki.page.fill("#name", "ci")
        with wiki.page.expect_navigation():
            wiki.page.get_by_role("button", name="Make it").press("Enter")
        secret = wiki.page.inner_text("code.secret")
        wiki.picture(pictures, "token")
    bearer = {"Authorization": f"Bearer {secret}"}
    assert (
        httpx.put(f"{server.url}/api/v1/pages/ci", json={"content": "x"}, headers=bearer).status_code == 201
    )
