"""Git over HTTP, and remote repositories."""

import hashlib
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.wiki_app.git import commit_file, git
from tests.wiki_app.otter.served import ServedWiki, Visitor

COOKIE = "http.extraHeader=Cookie: as={}"


@pytest.fixture(scope="module")
def ada(served: ServedWiki) -> Visitor:
    return served.visitor("ada")


def clone(served: ServedWiki, to: Path, caller: str = "ada") -> Path:
    git(to, "-c", COOKIE.format(caller), "clone", "-q", f"{served.url}/.git", "clone")
    return to / "clone"


def push(work: Path, caller: str = "ada") -> None:
    git(work, "-c", COOKIE.format(caller), "push", "-q", "origin", "HEAD")


def test_the_wiki_is_cloned_and_pushed_to(served: ServedWiki, ada: Visitor, tmp_path: Path) -> None:
    ada.save("Shared", "# Shared\n\nin the browser")
    work = clone(served, tmp_path)
    assert (work / "shared.md").read_text() == "# Shared\n\nin the browser\n"
    commit_file(work, "shared.md", "# Shared\n\nby a push\n")
    commit_file(work, "pushed.md", "# Pushed\n")
    push(work)
    assert "by a push" in ada.get("/Shared")
    assert (served.repository / "pushed.md").read_text() == "# Pushed\n"
    assert served.git("status", "--porcelain") == ""


def test_a_push_that_is_behind_is_refused(served: ServedWiki, ada: Visitor, tmp_path: Path) -> None:
    work = clone(served, tmp_path)
    ada.save("Ahead", "# Ahead")
    commit_file(work, "behind.md", "behind\n")
    with pytest.raises(subprocess.CalledProcessError):
        push(work)
    assert "ahead.md" in served.git("ls-tree", "--name-only", "HEAD")


def test_a_reader_clones_but_does_not_push(served: ServedWiki, ada: Visitor, tmp_path: Path) -> None:
    work = clone(served, tmp_path, "reader")
    commit_file(work, "forbidden.md", "x\n")
    with pytest.raises(subprocess.CalledProcessError):
        push(work, "reader")


def test_a_password_lets_nobody_in(served: ServedWiki) -> None:
    answer = httpx.get(f"{served.url}/.git/info/refs?service=git-upload-pack", auth=("ada@example.org", "x"))
    assert answer.status_code == 403
    assert httpx.get(f"{served.url}/.git/info/refs?service=git-upload-pack").status_code == 401


def test_a_remote_is_pushed_to_after_each_change_and_pulled_from(
    served: ServedWiki, ada: Visitor, tmp_path: Path
) -> None:
    remote = tmp_path / "remote.git"
    git(tmp_path, "init", "-q", "--bare", "-b", "main", str(remote))
    set_remote(ada, push_url=str(remote), pull_url=str(remote))
    ada.save("Published", "# Published")
    ada.post("/-/admin/repository_management", git_push="1")
    work = tmp_path / "work"
    git(tmp_path, "clone", "-q", str(remote), str(work))
    assert (work / "published.md").exists()
    commit_file(work, "published.md", "# Published\n\nelsewhere\n")
    git(work, "push", "-q", "origin", "HEAD")
    ada.post("/-/admin/repository_management", git_pull="1")
    assert "elsewhere" in ada.get("/Published")
    assert served.git("status", "--porcelain") == ""
    set_remote(ada)


def set_remote(ada: Visitor, push_url: str = "", pull_url: str = "") -> None:
    fields = {"git_remote_push_url": push_url, "git_remote_pull_url": pull_url, "git_web_server": "True"}
    if push_url:
        fields |= {"git_remote_push_enabled": "True", "git_remote_pull_enabled": "True"}
    ada.send("/-/admin/repository_management", fields)


def test_the_old_pull_address_is_closed(served: ServedWiki, ada: Visitor, tmp_path: Path) -> None:
    set_remote(ada, pull_url=str(tmp_path), push_url=str(tmp_path))
    guessed = hashlib.sha256(f"{tmp_path}otterwiki".encode()).hexdigest()
    assert httpx.get(f"{served.url}/-/api/v1/pull/{guessed}").status_code == 404
    set_remote(ada)
