"""A person in front of a real server, over HTTP: signs in when asked, and says yes to an agent."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.edge.server import wikibot

ANN, PASSWORD = "ann@example.org", "correct horse battery"
TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
OWN = {"Sec-Fetch-Site": "same-origin"}


def add_account(data: Path, email: str = ANN, *more: str) -> None:
    """By the command line."""
    done = wikibot(
        "user", "add", "--name", "Ann", "--email", email, "--password", PASSWORD, *more, "--data", str(data)
    )
    assert done.returncode == 0, done.stderr


async def answer(url: str, authorization_url: str, said: str = "allow") -> str:
    """Follow an agent's link, sign in, answer; where the browser is sent then, with the code."""
    async with httpx.AsyncClient(base_url=url, timeout=30) as browser:
        page = await browser.get(authorization_url, follow_redirects=True)
        form = {"form_token": _token(page.text), "email": ANN, "password": PASSWORD}
        back = await browser.post("/-/login", data={**form, "next": page.url.params["next"]}, headers=OWN)
        question = await browser.get(back.headers["location"])
        txn = parse_qs(urlsplit(back.headers["location"]).query)["txn"][0]
        form = {"form_token": _token(question.text), "txn": txn, "answer": said}
        done = await browser.post("/-/oauth/consent", data=form, headers=OWN)
        return done.headers["location"]


def expire_access_tokens(data: Path) -> None:
    """As if an hour had gone by."""
    with closing(sqlite3.connect(data / "auth.db", timeout=10)) as connection, connection:
        connection.execute("UPDATE token SET expires = 1 WHERE kind = 'access'")


def end_all_grants(data: Path) -> None:
    """As the person does on the page of connected agents."""
    with closing(sqlite3.connect(data / "auth.db", timeout=10)) as connection, connection:
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("DELETE FROM grant_family")


def _token(page: str) -> str:
    found = TOKEN.search(page)
    assert found is not None, page
    return found[1]
