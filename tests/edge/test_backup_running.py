"""A backup beside a real server under writes, and a real server on what is made of it."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.edge.server import serving, wikibot
from tests.edge.writers import Book, write_for_a_while
from tests.wiki_app.git import git

pytestmark = pytest.mark.edge

PAGES = ["one", "two", "three", "four"]
PASSWORD = "correct horse battery"


def pushes(url: str, folder: Path, stop: threading.Event) -> None:
    """Somebody who pushes branches and tags all the time, past the wiki's own lock."""
    git(folder.parent, "clone", "-q", str(url), str(folder))
    number = 0
    while not stop.is_set():
        number += 1
        git(folder, "commit", "-q", "--allow-empty", "-m", f"push {number}")
        git(folder, "push", "-q", "origin", f"HEAD:refs/heads/side-{number}", f"HEAD:refs/tags/t{number}")


def writes_until(
    number: int, url: str, pages: list[str], book: Book, errors: list[str], stop: threading.Event
) -> None:
    """One client of REST and the browser."""
    while not stop.is_set() and not errors:
        number += 10
        write_for_a_while(url, number, 3, pages, book, 0.2, errors)


def test_every_acknowledged_write_before_the_start_is_in_the_backup(tmp_path: Path) -> None:
    book, errors, stop = Book(), list[str](), threading.Event()
    with serving(tmp_path / "data") as server, ThreadPoolExecutor(5) as pool:
        write_for_a_while(server.url, 99, 3, PAGES, book, 0.0, errors)
        side = pool.submit(pushes, str(server.repository), tmp_path / "clone", stop)
        args = (server.url, PAGES, book, errors, stop)
        writing = [pool.submit(writes_until, number, *args) for number in range(3)]
        archives = []
        for number in range(3):
            before = list(book.acknowledged)
            archive = tmp_path / f"{number}.zip"
            done = wikibot("backup", "--data", str(server.data), "--to", str(archive))
            assert done.returncode == 0, done.stderr
            archives.append((archive, before))
        during = len(book.acknowledged) - len(archives[0][1])
        stop.set()
        side.result()
        for task in writing:
            task.result()
    assert errors == []
    assert during, "nobody wrote while the backups were made"
    for archive, before in archives:
        holds(
            archive, tmp_path / f"from-{archive.stem}", [entry.revision for entry in before if entry.revision]
        )


def holds(archive: Path, data: Path, revisions: list[str]) -> None:
    """The archive makes a sound wiki whose branch has these commits."""
    done = wikibot("restore", str(archive), "--data", str(data))
    assert done.returncode == 0, done.stderr
    repository = data / "repository"
    git(repository, "fsck", "--strict")
    assert git(repository, "status", "--porcelain") == ""
    assert revisions
    assert set(revisions) <= set(git(repository, "rev-list", "HEAD").split())


def signs_in(client: httpx.Client, password: str) -> int:
    """What the sign-in page answers to its form."""
    token = re.findall(r'name="form_token" value="([^"]+)"', client.get("/-/login").text)[0]
    form = {"email": "ann@example.org", "password": password, "form_token": token}
    return client.post("/-/login", data=form, headers={"Sec-Fetch-Site": "same-origin"}).status_code


def test_people_sign_in_and_find_the_pages_on_the_restored_wiki(tmp_path: Path) -> None:
    user = ("user", "add", "--name", "Ann", "--email", "ann@example.org", "--password", PASSWORD)
    assert wikibot(*user, "--data", str(tmp_path / "data")).returncode == 0
    token = wikibot(
        "token", "create", "--name", "ci", "--user", "ann@example.org", "--data", str(tmp_path / "data")
    )
    signed = {"Authorization": f"Bearer {token.stdout.strip()}"}
    with serving(tmp_path / "data") as server:
        body = {"content": "# Kept\n\nthe zanzibar clause\n"}
        written = httpx.put(f"{server.url}/api/v1/pages/kept", json=body, headers=signed)
        assert written.status_code == 201
        assert wikibot("backup", "--data", str(server.data), "--to", str(tmp_path / "b.zip")).returncode == 0
    assert wikibot("restore", str(tmp_path / "b.zip"), "--data", str(tmp_path / "new")).returncode == 0
    with serving(tmp_path / "new") as server, httpx.Client(base_url=server.url) as client:
        read = client.get("/api/v1/pages/kept", headers=signed).json()
        found = client.get("/api/v1/search", params={"q": "zanzibar"}, headers=signed).json()
        wrong, right = signs_in(client, "not the password"), signs_in(client, PASSWORD)
    assert read["revision"] == written.json()["revision"]
    assert [hit["path"] for hit in found["results"]] == ["Kept"]
    assert (right, wrong) == (303, 401)


def test_a_restore_over_another_wiki_leaves_no_trace_of_it_in_the_index(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server:
        httpx.put(f"{server.url}/api/v1/pages/kept", json={"content": "the zanzibar clause"})
        assert wikibot("backup", "--data", str(server.data), "--to", str(tmp_path / "b.zip")).returncode == 0
    with serving(tmp_path / "other") as server:
        httpx.put(f"{server.url}/api/v1/pages/gone", json={"content": "the zanzibar clause"})
        assert httpx.get(f"{server.url}/api/v1/search?q=zanzibar").json()["total"] == 1
    back = wikibot("restore", str(tmp_path / "b.zip"), "--data", str(tmp_path / "other"), "--replace")
    assert back.returncode == 0, back.stderr
    with serving(tmp_path / "other") as server:
        found = httpx.get(f"{server.url}/api/v1/search?q=zanzibar").json()
        pages = httpx.get(f"{server.url}/api/v1/pages").json()
    assert [hit["path"] for hit in found["results"]] == ["Kept"]
    assert "Gone" not in [page["path"] for page in pages["pages"]]
