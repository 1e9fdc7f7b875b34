"""A wrong archive is told in one sentence, before anything is touched."""

import json
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.backup.wiki import Wiki, everything, members, packed, restored
from wiki_app.errors import InvalidInput


@pytest.fixture
def archive(kept_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(kept_once, tmp_path))


def refused(archive: Path, wiki: Wiki, tmp_path: Path) -> str:
    """The sentence; neither a wiki that is there nor a folder that is not is touched."""
    before = everything(wiki.settings.data)
    with pytest.raises(InvalidInput) as error:
        restored(archive, wiki.settings.data, replace=True)
    assert everything(wiki.settings.data) == before
    with pytest.raises(InvalidInput):
        restored(archive, tmp_path / "new")
    assert not (tmp_path / "new").exists()
    sentence = error.value.message
    assert "\n" not in sentence
    return sentence


def with_manifest(contents: dict[str, bytes], change: Callable[[dict[str, Any]], object]) -> dict[str, bytes]:
    manifest = json.loads(contents["manifest.json"])
    change(manifest)
    return {**contents, "manifest.json": json.dumps(manifest).encode()}


def test_an_archive_that_was_packed_anew_is_taken(archive: Path, tmp_path: Path) -> None:
    """The twin of all below: only the one thing that each changes makes it wrong."""
    assert restored(packed(tmp_path / "again.zip", members(archive)), tmp_path / "new").pages == 2


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_one(archive: Path, wiki: Wiki, tmp_path: Path, share: float) -> None:
    data = archive.read_bytes()
    archive.write_bytes(data[: int(len(data) * share)])
    assert "is no whole backup" in refused(archive, wiki, tmp_path)


@pytest.mark.parametrize("name", ["repository.bundle", "wiki.db", "auth.db", "settings.json"])
def test_one_with_a_flipped_bit(archive: Path, wiki: Wiki, tmp_path: Path, name: str) -> None:
    contents = members(archive)
    middle = len(contents[name]) // 2
    contents[name] = (
        contents[name][:middle] + bytes([contents[name][middle] ^ 1]) + contents[name][middle + 1 :]
    )
    wrong = packed(tmp_path / "flipped.zip", contents)
    assert f"is damaged: {name} is not what the manifest says" in refused(wrong, wiki, tmp_path)


@pytest.mark.parametrize("share", [0.2, 0.4, 0.6, 0.8])
def test_one_with_a_flipped_bit_in_its_file(archive: Path, wiki: Wiki, tmp_path: Path, share: float) -> None:
    data = bytearray(archive.read_bytes())
    data[int(len(data) * share)] ^= 0x10
    archive.write_bytes(data)
    refused(archive, wiki, tmp_path)


@pytest.mark.parametrize(
    "data", [b"", b"Rar!\x1a\x07\0" * 100, b"# v2 git bundle\n"], ids=["empty", "rar", "git"]
)
def test_a_foreign_file(wiki: Wiki, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "other").write_bytes(data)
    assert "is no whole backup" in refused(tmp_path / "other", wiki, tmp_path)


def test_a_file_that_is_not_there(wiki: Wiki, tmp_path: Path) -> None:
    assert "There is no file" in refused(tmp_path / "nothing.zip", wiki, tmp_path)


def test_a_foreign_zip(wiki: Wiki, tmp_path: Path) -> None:
    wrong = packed(tmp_path / "other.zip", {"letter.txt": b"Dear"})
    assert "it has no manifest" in refused(wrong, wiki, tmp_path)


def test_one_of_a_newer_version(archive: Path, wiki: Wiki, tmp_path: Path) -> None:
    contents = with_manifest(members(archive), lambda told: told.update(format=2, wikibot="9.0.0"))
    sentence = refused(packed(tmp_path / "newer.zip", contents), wiki, tmp_path)
    assert "a newer wikibot (9.0.0): install that version" in sentence


NAMES = ["../evil", "/etc/evil", "repository/.git/hooks/post-checkout", "..\\evil", "secret_key", "cache/x"]


@pytest.mark.parametrize("listed", [False, True], ids=["beside the manifest", "in the manifest"])
@pytest.mark.parametrize("name", NAMES)
def test_one_with_a_name_that_leads_elsewhere(
    archive: Path, wiki: Wiki, tmp_path: Path, name: str, listed: bool
) -> None:
    contents = members(archive) | {name: b"evil"}
    part = {"size": 4, "sha256": sha256(b"evil").hexdigest()}
    if listed:
        contents = with_manifest(contents, lambda told: told["parts"].update({name: part}))
    refused(packed(tmp_path / "evil.zip", contents), wiki, tmp_path)
    assert not list(tmp_path.rglob("evil"))


WRONG: dict[str, Callable[[dict[str, Any]], object]] = {
    "no parts": lambda told: told.pop("parts"),
    "a part without its hash": lambda told: told["parts"]["wiki.db"].pop("sha256"),
    "no bundle": lambda told: told["parts"].pop("repository.bundle"),
    "a branch that is none": lambda told: told.update(branch="--upload-pack=evil"),
    "a branch that leads elsewhere": lambda told: told.update(branch="refs/heads/gone"),
    "another commit": lambda told: told.update(commit="0" * 40),
    "a reference that is not in the bundle": lambda told: told["refs"].update(
        {"refs/heads/x": told["commit"]}
    ),
    "an old layout": lambda told: told.update(format=0),
    "no object": lambda told: told.update(refs=[]),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=list(WRONG))
def test_a_manifest_that_is_not_to_be_believed(
    archive: Path, wiki: Wiki, tmp_path: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    contents = with_manifest(members(archive), change)
    refused(packed(tmp_path / "wrong.zip", contents), wiki, tmp_path)


@pytest.mark.parametrize("text", [b"", b"[]", b"null", b"{", b'"x"', b"\xff", b"1"])
def test_a_manifest_that_is_none(archive: Path, wiki: Wiki, tmp_path: Path, text: bytes) -> None:
    wrong = packed(tmp_path / "wrong.zip", members(archive) | {"manifest.json": text})
    assert "no backup of a wikibot" in refused(wrong, wiki, tmp_path)


def test_a_bundle_that_is_none_but_hashes_well(archive: Path, wiki: Wiki, tmp_path: Path) -> None:
    part = {"size": 5, "sha256": sha256(b"hello").hexdigest()}
    contents = members(archive) | {"repository.bundle": b"hello"}
    contents = with_manifest(contents, lambda told: told["parts"].update({"repository.bundle": part}))
    sentence = refused(packed(tmp_path / "wrong.zip", contents), wiki, tmp_path)
    assert "The repository in the backup cannot be read" in sentence
