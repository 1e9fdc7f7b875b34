"""REST.md: attachments."""

from base64 import b64decode, b64encode

import pytest

from gateway.rest import models
from tests.functional.rest import Rest

PICTURE = bytes(range(256))


async def add(rest: Rest, filename: str = "Picture One.png", data: bytes = PICTURE, **fields: object) -> None:
    body = {"filename": filename, "content": b64encode(data).decode(), **fields}
    response = await rest.http.post("pages/guide/attachments", json=body)
    assert response.status_code == 201, response.text


async def test_attachments_are_listed_without_pages_and_folders(rest: Rest) -> None:
    await rest.put("docs/setup/page", "a page below\n")
    rest.commit("docs/setup/folder/file.txt", "deeper")

    response = await rest.http.get("pages/docs/setup/attachments")

    models.AttachmentList.model_validate(response.json())
    entry = response.json()["attachments"][0]
    assert "T" in entry.pop("last_modified")
    assert entry == {"filename": "notes.txt", "size": 11, "mime_type": "text/plain"}
    assert (response.json()["total"], response.json()["path"]) == (1, "Docs/Setup")


async def test_a_page_without_attachments_has_an_empty_list(rest: Rest) -> None:
    body = (await rest.http.get("pages/home/attachments")).json()

    assert body == {"attachments": [], "total": 0, "path": "Home"}


async def test_a_file_comes_and_goes_as_base64(rest: Rest) -> None:
    body = {"filename": "../Picture One.png", "content": b64encode(PICTURE).decode()}
    added = await rest.http.post("pages/guide/attachments", json=body)
    read = await rest.http.get("pages/guide/attachments/Picture_One.png")

    assert added.status_code == 201
    expected = {"filename": "Picture_One.png", "path": "Guide", "size": 256, "mime_type": "image/png"}
    assert added.json() == expected
    assert set(read.json()) == {"filename", "content", "size", "mime_type"}
    assert b64decode(read.json()["content"]) == PICTURE
    assert (rest.repository / "guide/Picture_One.png").read_bytes() == PICTURE
    entry = (await rest.http.get("changelog?limit=1")).json()["entries"][0]
    assert entry["message"] == "[api] Attach: Picture_One.png"


async def test_a_file_comes_as_multipart_too(rest: Rest) -> None:
    response = await rest.http.post(
        "pages/guide/attachments",
        files={"file": ("picture.png", PICTURE)},
        data={"commit_message": "a picture"},
    )
    read = await rest.http.get("pages/guide/attachments/picture.png")

    assert (response.status_code, response.json()["size"]) == (201, 256)
    assert b64decode(read.json()["content"]) == PICTURE
    assert (await rest.http.get("changelog?limit=1")).json()["entries"][0]["message"] == "a picture"


async def test_a_file_of_the_same_name_is_replaced(rest: Rest) -> None:
    await add(rest, "a.bin", b"first")
    await add(rest, "a.bin", b"second")

    body = (await rest.http.get("pages/guide/attachments")).json()

    assert [(entry["filename"], entry["size"]) for entry in body["attachments"]] == [("a.bin", 6)]


async def test_the_bytes_themselves_come_when_asked_for(rest: Rest) -> None:
    await add(rest)

    response = await rest.http.get(
        "pages/guide/attachments/Picture_One.png", headers={"Accept": "application/octet-stream"}
    )

    assert response.content == PICTURE
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.headers["content-disposition"] == "attachment; filename*=UTF-8''Picture_One.png"


async def test_a_file_is_deleted(rest: Rest) -> None:
    await add(rest, "a.bin")

    response = await rest.http.delete("pages/guide/attachments/a.bin")

    assert (response.status_code, response.json()) == (200, {"deleted": True, "filename": "a.bin"})
    assert (await rest.http.get("pages/guide/attachments/a.bin")).status_code == 404
    entry = (await rest.http.get("changelog?limit=1")).json()["entries"][0]
    assert entry["message"] == "[api] Delete attachment: a.bin"


async def test_messages_of_attachments_can_be_given(rest: Rest) -> None:
    await add(rest, "a.bin", commit_message="here")
    await rest.http.request("DELETE", "pages/guide/attachments/a.bin", json={"commit_message": "gone"})

    entries = (await rest.http.get("changelog?limit=2")).json()["entries"]

    assert [entry["message"] for entry in entries] == ["gone", "here"]


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("GET", "pages/nothing/attachments"),
        ("GET", "pages/nothing/attachments/a.bin"),
        ("GET", "pages/home/attachments/a.bin"),
        ("GET", "pages/docs/attachments/setup.md"),
        ("DELETE", "pages/nothing/attachments/a.bin"),
        ("DELETE", "pages/home/attachments/a.bin"),
    ],
)
async def test_a_missing_page_or_file_is_404(rest: Rest, method: str, url: str) -> None:
    response = await rest.http.request(method, url)

    assert (response.status_code, response.json()["code"]) == (404, "not_found")


async def test_a_file_for_a_missing_page_is_404(rest: Rest) -> None:
    response = await rest.http.post("pages/nothing/attachments", json={"filename": "a", "content": ""})

    assert response.status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"filename": "a.bin"},
        {"filename": "a.bin", "content": "not base64!"},
        {"filename": "a.bin", "content": "YQ"},
        {"filename": "a.bin", "content": 5},
        {"filename": 5, "content": ""},
        {"filename": "", "content": ""},
        {"filename": "../..", "content": ""},
        {"filename": "日本", "content": ""},
        {"filename": "page.md", "content": ""},
    ],
)
async def test_a_bad_upload_is_422(rest: Rest, body: dict[str, object]) -> None:
    response = await rest.http.post("pages/guide/attachments", json=body)

    assert (response.status_code, response.json()["code"]) == (422, "invalid_input")


async def test_base64_may_have_line_breaks(rest: Rest) -> None:
    response = await rest.http.post(
        "pages/guide/attachments", json={"filename": "a", "content": "YW\r\nI=\n"}
    )

    assert response.json()["size"] == 2


async def test_multipart_without_a_file_is_422(rest: Rest) -> None:
    response = await rest.http.post(
        "pages/guide/attachments", files={"other": ("a.bin", b"x")}, data={"filename": "a.bin"}
    )

    assert response.status_code == 422


async def test_ten_mebibytes_fit_and_no_byte_more(rest: Rest) -> None:
    limit = 10 * 1024 * 1024

    fits = await rest.http.post("pages/guide/attachments", files={"file": ("a.bin", bytes(limit))})
    over = await rest.http.post("pages/guide/attachments", files={"file": ("b.bin", bytes(limit + 1))})

    assert fits.status_code == 201
    assert (over.status_code, over.json()["code"]) == (413, "too_large")
