"""Files that belong to a page."""

import binascii
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from gateway.errors import GatewayError
from gateway.rest.answers import answer
from gateway.rest.call import ACTING, Call
from gateway.rest.contract import Routes, require
from gateway.rest.inputs import STRING, Body, Upload, header
from gateway.rest.pages import page_answer
from gateway.rest.serving import model_of
from gateway.threads import in_thread
from wiki_app.errors import NotFound
from wiki_app.pages import AttachmentView, PageService

if TYPE_CHECKING:
    from gateway.rest.bodies import AttachBody, MessageBody  # late: pydantic

routes = Routes("attachments")

BYTES = "application/octet-stream"

ACCEPT = header("accept")
MESSAGE: "Body[MessageBody]" = Body("MessageBody", needed=False)
FILE = Upload(
    "AttachBody",
    {
        "multipart/form-data": {
            "type": "object",
            "required": ["file"],
            "properties": {
                "file": {**STRING, "contentMediaType": BYTES},
                "filename": STRING,
                "commit_message": STRING,
            },
        }
    },
)


@routes.of_page("GET", "/attachments", "read", "AttachmentList", errors=(404,))
async def list_attachments(call: Call) -> Response:
    """The files in the folder named like the page."""
    found = await in_thread(call.pages.attachments, call.path)
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


@routes.of_page(
    "POST", "/attachments", "attach", "Attached", takes=ACTING, body=FILE, success=(201,), errors=(404, 413)
)
async def attach(call: Call) -> Response:
    """Add a file, or replace the one of that name: as JSON with base64, or as multipart/form-data."""
    filename, data, message = await _upload(call.request)
    info = await in_thread(call.pages.attach, call.path, filename, data, call.actor, message=message)
    added = {"filename": info.filename, "path": info.path, "size": info.size, "mime_type": info.mime_type}
    return answer(added, 201)


async def _upload(request: Request) -> tuple[str, bytes, str | None]:
    if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        return await _from_form(request)
    body: AttachBody = await model_of(FILE.name, await request.body())
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


@routes.of_page("GET", "/attachments/{filename}", "read", "Attachment", takes=[ACCEPT], errors=(404,))
async def read_attachment(call: Call) -> Response:
    """The file as base64, or its bytes for `Accept: application/octet-stream`.

    Where there is no such file, this address belongs to the page `…/attachments/<filename>`, if there is one.
    """
    as_bytes = BYTES in (call[ACCEPT] or "")
    return await in_thread(_file_or_page, call.pages, call.path, _filename(call), as_bytes)


def _filename(call: Call) -> str:
    filename: str = call.request.path_params["filename"]
    return filename


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


@routes.of_page(
    "DELETE", "/attachments/{filename}", "detach", "Detached", takes=ACTING, body=MESSAGE, errors=(404,)
)
async def detach(call: Call) -> Response:
    """Delete the file; history keeps it. Without such a file, the page of that path, as for GET."""
    filename, message = _filename(call), call[MESSAGE].commit_message

    def file_or_page() -> Response:
        try:
            call.pages.detach(call.path, filename, call.actor, message=message)
        except NotFound as missing:
            return _delete_page(call, _page_below(call.path, filename), message, missing)
        return answer({"deleted": True, "filename": filename})

    return await in_thread(file_or_page)


def _delete_page(call: Call, path: str, message: str | None, missing: NotFound) -> Response:
    """The page whose path looks like an attachment's; `missing` is raised when there is none."""
    try:
        call.pages.read(path)
    except NotFound:
        raise missing from None
    require(call.request, "delete")
    deleted = call.pages.delete(path, call.actor, message=message)
    return answer({"deleted": True, "path": deleted.path})
