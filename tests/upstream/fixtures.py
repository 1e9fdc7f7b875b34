"""A pytest plugin: the fixtures that Otter Wiki's tests expect, on stock storage or on ours.

One process has one Otter Wiki, so each test gets the same app with a fresh repository, an empty database and
the configuration that it started with. `UPSTREAM_STORAGE` says which storage, `UPSTREAM_REPORT` where the
outcomes go.
"""

import json
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.upstream.wikis import OurWiki, StockWiki, Wiki

PASSWORD = "password1234"
SETTINGS = """
SITE_NAME = "TEST WIKI"
DEBUG = True
TESTING = True
MAIL_SUPPRESS_SEND = True
SECRET_KEY = "Testing Testing Testing"
SQLALCHEMY_DATABASE_URI = "sqlite:///{database}"
REPOSITORY = "{repository}"
"""


WIKI: Wiki = OurWiki() if os.environ.get("UPSTREAM_STORAGE") == "ours" else StockWiki()


class CSRFTestClient(FlaskClient):
    """Sends the session's CSRF token with each POST, as a browser's forms do."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        if kwargs.get("method", "").upper() == "POST" and self.application.config["WTF_CSRF_ENABLED"]:
            kwargs["headers"] = {**dict(kwargs.get("headers") or {}), "X-CSRFToken": self._token()}
        return super().open(*args, **kwargs)

    def _token(self) -> str:
        page = super().open("/-/about", method="GET").get_data(as_text=True)
        found = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert found
        return found.group(1)


@pytest.fixture(scope="session")
def wiki(tmp_path_factory: pytest.TempPathFactory) -> Wiki:
    """The one Otter Wiki of this process."""
    home = tmp_path_factory.mktemp("wiki")
    wiki = WIKI
    repository = wiki.make_repository(home / "repository")
    settings = home / "settings.cfg"
    settings.write_text(SETTINGS.format(database=home / "wiki.db", repository=repository))
    os.environ["OTTERWIKI_SETTINGS"] = str(settings)
    wiki.start()
    return wiki


@pytest.fixture(autouse=True)
def _stores() -> Iterator[None]:
    yield
    WIKI.close()


@pytest.fixture
def create_app(wiki: Wiki, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The app with a fresh repository; afterwards its configuration is put back."""
    from otterwiki.server import app, db, mail, storage  # late: it reads the environment

    wiki.turn_to(tmp_path_factory.mktemp("repository"))
    welcome = Path(app.root_path, "initial_home.md").read_text()
    storage.store(
        "home.md", welcome, author=("Otterwiki Robot", "noreply@otterwiki"), message="Initial commit"
    )
    app._otterwiki_tempdir = storage.path
    app.storage = storage
    app.test_mail = mail
    app.test_client_class = CSRFTestClient
    before = dict(app.config)
    yield app
    app.config.clear()
    app.config.update(before)
    with app.app_context():
        for table in reversed(db.metadata.sorted_tables):
            db.session.execute(table.delete())
        db.session.commit()
        db.session.remove()


@pytest.fixture
def req_ctx(create_app: Any) -> Iterator[Any]:
    """A request that is being answered."""
    with create_app.test_request_context() as context:
        yield context


@pytest.fixture
def test_client(create_app: Any) -> Any:
    """A visitor's browser."""
    return create_app.test_client()


@pytest.fixture
def app_with_user(create_app: Any) -> Iterator[Any]:
    """The app with an administrator and another account."""
    with create_app.app_context():
        _add_user("Test User", "mail@example.org", admin=True)
        _add_user("Another User", "another@user.org", admin=False, password="password4567")
        yield create_app


def _add_user(name: str, email: str, *, admin: bool, password: str = PASSWORD) -> None:
    from otterwiki.auth import SimpleAuth, db, generate_password_hash  # late: it needs the app

    db.session.add(
        SimpleAuth.User(
            name=name,
            email=email,
            password_hash=generate_password_hash(password, method="scrypt"),
            first_seen=datetime.now(UTC),
            last_seen=datetime.now(UTC),
            email_confirmed=True,
            is_approved=True,
            is_admin=admin,
        )
    )
    db.session.commit()


@pytest.fixture
def admin_client(app_with_user: Any) -> Any:
    """The administrator's browser, signed in."""
    return _signed_in(app_with_user, "mail@example.org", PASSWORD)


@pytest.fixture
def other_client(app_with_user: Any) -> Any:
    """The other account's browser, signed in."""
    return _signed_in(app_with_user, "another@user.org", "password4567")


def _signed_in(app: Any, email: str, password: str) -> Any:
    client = app.test_client()
    answer = client.post("/-/login", data={"email": email, "password": password}, follow_redirects=True)
    assert "You logged in successfully." in answer.get_data(as_text=True)
    return client


class Outcomes:
    """Collects what became of each test."""

    def __init__(self) -> None:
        self.failed: set[str] = set()
        self.collected: list[str] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.collected = [item.nodeid for item in session.items]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.outcome != "passed":
            self.failed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        outcome = {"collected": self.collected, "failed": sorted(self.failed)}
        Path(os.environ["UPSTREAM_REPORT"]).write_text(json.dumps(outcome))


def pytest_configure(config: pytest.Config) -> None:
    """Puts the storage in place before the tests are imported, and registers the collector."""
    WIKI.prepare()
    config.pluginmanager.register(Outcomes())
