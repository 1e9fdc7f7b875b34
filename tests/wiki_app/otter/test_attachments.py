"""Attachments and pictures, through HTTP."""

import io

import PIL.Image
import pytest

from tests.wiki_app.otter.served import ServedWiki, Visitor


@pytest.fixture(scope="module")
def ada(served: ServedWiki) -> Visitor:
    visitor = served.visitor("ada")
    visitor.save("Album", "# Album\n\n![](./teal.png)")
    visitor.upload("Album", "teal.png", picture((640, 480)))
    return visitor


def picture(size: tuple[int, int]) -> bytes:
    file = io.BytesIO()
    PIL.Image.new("RGB", size, "teal").save(file, "PNG")
    return file.getvalue()


def test_an_attachment_is_listed_served_and_committed(ada: Visitor, served: ServedWiki) -> None:
    assert "teal.png" in ada.get("/Album/attachments")
    assert ada.http.get("/Album/teal.png").content == picture((640, 480))
    assert served.git("ls-files", "album") == "album/teal.png\n"
    assert served.git("status", "--porcelain") == ""


@pytest.mark.parametrize(("query", "size"), [("?thumbnail=80", (80, 60)), ("?width=320", (320, 240))])
def test_a_picture_is_made_smaller(ada: Visitor, query: str, size: tuple[int, int]) -> None:
    answer = ada.http.get(f"/Album/teal.png{query}")
    assert PIL.Image.open(io.BytesIO(answer.content)).size == size


def test_the_editor_uploads_a_picture_in_place(ada: Visitor) -> None:
    token = {"X-CSRFToken": ada.token()}
    files = {"file": ("inline.png", picture((10, 10)))}
    answer = ada.http.post("/Album/inline_attachment", files=files, headers=token).json()
    assert answer["filename"] == "./inline.png"
    assert "inline.png" in [attachment["filename"] for attachment in answer["attachments"]]


def test_an_old_revision_of_an_attachment_is_served_whole(ada: Visitor, served: ServedWiki) -> None:
    ada.upload("Album", "notes.txt", b"first\n")
    ada.upload("Album", "notes.txt", b"second\n")
    old = served.git("log", "--format=%h", "--abbrev=6", "--", "album/notes.txt").split()[1]
    assert ada.http.get(f"/Album/a/notes.txt/{old}").content == b"first\n"
    assert ada.http.get("/Album/notes.txt").content == b"second\n"


def test_an_attachment_is_renamed_and_deleted(ada: Visitor, served: ServedWiki) -> None:
    ada.upload("Album", "plan.txt", b"plan")
    ada.post("/Album/attachment/plan.txt", new_filename="scheme.txt", message="renamed")
    assert ada.get("/Album/scheme.txt") == "plan"
    assert "renamed" in ada.get("/Album/attachment/scheme.txt")
    ada.post("/Album/attachment/scheme.txt", delete="delete", message="gone")
    ada.get("/Album/scheme.txt", 404)
    assert served.git("status", "--porcelain") == ""


def test_a_reader_may_not_attach(served: ServedWiki, ada: Visitor) -> None:
    reader = served.visitor("reader")
    reader.post("/Album/attachments", 403, files={"file": ("x.txt", b"x")}, message="x")
    assert reader.http.get("/Album/teal.png").status_code == 200


def test_a_table_of_an_attachment_is_embedded(ada: Visitor) -> None:
    ada.upload("Album", "table.csv", b"city,people\nYork,200000\n")
    ada.save("Album", "# Album\n\n{{DataTable\n|src=./table.csv\n}}\n")
    assert "York" in ada.get("/Album")
