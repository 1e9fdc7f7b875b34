"""Files that belong to a page."""

import binascii
from base64 import b64decode, b64encode
from typing import Annotated
from urllib.parse import quote

from fastapi import Header
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from gateway.errors import GatewayError
from gateway.rest import models
from gateway.rest.answers import answer
from gateway.rest.bodies import AttachBody, MessageBody
from gateway.rest.context import Caller, Pages
from gateway.rest.contract import contract, require, router
from gateway.rest.pages import page_answer
from gateway.rest.paths import of_page
from gateway.threads import in_thread
from wiki_app.errors import NotFound
from wiki_app.pages import Actor, AttachmentView, PageService

routes = router("attachments")

BYTES = "application/octet-stream"

_UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": AttachBody.model_json_schema()},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "contentMediaType": BYTES},
                        "filename": {"type": "string"},
                        "commit_message": {"type": "string"},
                    },
                }
            },
        },
    }
}


@of_page(routes, "GET", "/attachments", **contract("read", models.AttachmentList, 404))
async def list_attachments(path: str, pages: Pages) -> Response:
    """The files in the folder named like the page."""
    found = await in_thread(pages.attachments, path)
    entries = [
        {
            "filename": info.filename,
            "size": info.size,
            "mime_type": info.mime_type,
            "last_modified": info.last_modified.isoformat(),
        }
        for info in found.attachments
    ]
    return answer({"attachments": entries, "total": len(entries), "path": found.path})


@of_page(
    routes, "POST", "/attachments", **contract("attach", models.Attached, 404, 413, status=201, extra=_UPLOAD)
)
async def attach(path: str, request: Request, pages: Pages, caller: Caller) -> Response:
    """Add a file, or replace the one of that name: as JSON with base64, or as multipart/form-data."""
    filename, data, message = await _upload(request)
    info = await in_thread(pages.attach, path, filename, data, caller, message=message)
    added = {"filename": info.filename, "path": info.path, "size": info.size, "mime_type": info.mime_type}
    return answer(added, 201)


async def _upload(request: Request) -> tuple[str, bytes, str | None]:
    if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        return await _from_form(request)
    try:
        body = AttachBody.model_validate_json(await request.body())
    except ValidationError as error:
        problems = [{**item, "loc": ("body", *item["loc"])} for item in error.errors(include_url=False)]
        raise RequestValidationError(problems) from error
    return body.filename, await in_thread(_decoded, body.content), body.commit_message


async def _from_form(request: Request) -> tuple[str, bytes, str | None]:
    async with request.form(max_files=1) as form:
        file, name, message = form.get("file"), form.get("filename"), form.get("commit_message")
        if not isinstance(file, UploadFile):
            raise GatewayError("invalid_input", "file is required: the part with the file.")
        given = name if isinstance(name, str) and name else file.filename or ""
        return given, await file.read(), message if isinstance(message, str) else None


def _decoded(content: str) -> bytes:
    """Base64, with or without line breaks."""
    try:
        return b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise GatewayError("invalid_input", "content is not valid base64.") from error


@of_page(routes, "GET", "/attachments/{filename}", **contract("read", models.Attachment, 404))
async def read_attachment(
    path: str, filename: str, pages: Pages, accept: Annotated[str | None, Header()] = None
) -> Response:
    """The file as base64, or its bytes for `Accept: application/octet-stream`.

    Where there is no such file, this address belongs to the page `…/attachments/<filename>`, if there is one.
    """
    return await in_thread(_file_or_page, pages, path, filename, BYTES in (accept or ""))


def _file_or_page(pages: PageService, path: str, filename: str, as_bytes: bool) -> Response:
    try:
        found = pages.attachment(path, filename)
    except NotFound as error:
        try:
            return page_answer(pages, _page_below(path, filename))
        except NotFound:
            raise error from None
    return _bytes(found) if as_bytes else _base64(found)


def _page_below(path: str, filename: str) -> str:
    return f"{path}/attachments/{filename}"


def _bytes(found: AttachmentView) -> Response:
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.info.filename, safe='')}",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(found.data, headers=headers, media_type=BYTES)


def _base64(found: AttachmentView) -> Response:
    return answer(
        {
            "filename": found.info.filename,
            "content": b64encode(found.data).decode("ascii"),
            "size": found.info.size,
            "mime_type": found.info.mime_type,
        }
    )


@of_page(routes, "DELETE", "/attachments/{filename}", **contract("detach", models.Detached, 404))
async def detach(
    path: str,
    filename: str,
    request: Request,
    pages: Pages,
    caller: Caller,
    body: MessageBody | None = None,
) -> Response:
    """Delete the file; history keeps it. Without such a file, the page of that path, as for GET."""
    message = body.commit_message if body else None

    def file_or_page() -> Response:
        try:
            pages.detach(path, filename, caller, message=message)
        except NotFound as missing:
            return _delete_page(request, pages, caller, message, _page_below(path, filename), missing)
        return answer({"deleted": True, "filename": filename})

    return await in_thread(file_or_page)


def _delete_page(
    request: Request, pages: PageService, caller: Actor, message: str | None, path: str, missing: NotFound
) -> Response:
    """The page whose path looks like an attachment's; `missing` is raised when there is none."""
    try:
        pages.read(path)
    except NotFound:
        raise missing from None
    require(request, "delete")
    deleted = pages.delete(path, caller, message=message)
    return answer({"deleted": True, "path": deleted.path})
