"""attachments: the files of a page."""

import binascii
from base64 import b64decode
from collections.abc import Mapping
from typing import ClassVar, Literal
from urllib.parse import quote

from pydantic import Field

from gateway.agents.call import Call
from gateway.agents.changes import ChangeShape
from gateway.agents.cutting import cut_lines
from gateway.agents.spec import CHANGES, Answer, Body, Picture, ToolSpec
from gateway.agents.tokens import PAGE_TEXT, fitting
from gateway.errors import GatewayError
from wiki_app.pages import AttachmentInfo

TEXT_TYPES = ("text/", "application/json", "application/xml", "application/yaml", "image/svg+xml")
OPERATIONS = {"add": "attach", "delete": "detach"}


class AttachmentsArguments(ChangeShape):
    path: str = Field(description="Page")
    action: Literal["list", "read", "add", "delete"] = Field("list", description="What to do")
    name: str = Field("", description="File name")
    content: str = Field("", description="add: the file")
    encoding: Literal["text", "base64"] = Field("text", description="How content is written")

    more_aliases: ClassVar[Mapping[str, str]] = {"filename": "name", "file": "name"}


def attachments(call: Call, asked: AttachmentsArguments) -> Body | Answer:
    """One of four actions; adding and deleting need the right to upload."""
    call.require(OPERATIONS.get(asked.action, "read"), asked.path)
    if asked.action != "list" and not asked.name.strip():
        raise GatewayError("invalid_input", f"{asked.action} needs the name of a file.")
    if asked.action == "list":
        return _list(call, asked.path)
    if asked.action == "read":
        return _read(call, asked)
    return _add(call, asked) if asked.action == "add" else _delete(call, asked)


def _list(call: Call, path: str) -> Body:
    found = call.pages.attachments(path)
    entries = [_entry(call, info) for info in found.attachments]
    count = fitting(map(str, entries), PAGE_TEXT)
    return {"path": found.path, "attachments": entries[:count], "total": len(entries)}


def _entry(call: Call, info: AttachmentInfo) -> Body:
    return {
        "name": info.filename,
        "size": info.size,
        "mime_type": info.mime_type,
        "updated": info.last_modified.isoformat(),
        "url": call.url(f"{info.path}/a/{info.filename}"),
    }


def _read(call: Call, asked: AttachmentsArguments) -> Body | Answer:
    found = call.pages.attachment(asked.path, asked.name)
    body: Body = {"path": found.info.path, **_entry(call, found.info)}
    kind = found.info.mime_type
    if kind.startswith("image/") and kind != "image/svg+xml":
        from wiki_app.pictures import scaled  # late: most doors never show a picture

        picture = scaled(found.data)
        body |= {"width": picture.width, "height": picture.height, "note": "The picture is scaled down."}
        return Answer(body, Picture(picture.data, picture.mime_type))
    text = _text(found.data, kind)
    if text is None:
        return body | {"note": "This is no text and no picture: people get it at its url."}
    shown = cut_lines(text, PAGE_TEXT)
    return body | {"content": shown} | ({"truncated": True} if shown != text else {})


def _text(data: bytes, kind: str) -> str | None:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if kind.startswith(TEXT_TYPES) or "\0" not in text else None


def _add(call: Call, asked: AttachmentsArguments) -> Body:
    data = _data(asked)
    if asked.dry_run:
        known = {info.filename for info in call.pages.attachments(asked.path).attachments}
        return {"dry_run": True, "would": "replace" if asked.name in known else "add", "size": len(data)}
    actor = call.actor(asked.idempotency_key)
    info = call.pages.attach(asked.path, asked.name, data, actor, asked.message or None)
    embed = f"![](/{quote(info.path)}/a/{quote(info.filename)})"
    return {
        "added": True,
        "path": info.path,
        **_entry(call, info),
        "revision": info.revision,
        "markdown": embed,
    }


def _data(asked: AttachmentsArguments) -> bytes:
    if asked.encoding == "text":
        return asked.content.encode("utf-8", "replace")
    try:
        return b64decode("".join(asked.content.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise GatewayError("invalid_input", "content is not valid base64.") from error


def _delete(call: Call, asked: AttachmentsArguments) -> Body:
    if asked.dry_run:
        info = call.pages.attachment(asked.path, asked.name).info
        return {"dry_run": True, "would": "delete", "name": info.filename}
    actor = call.actor(asked.idempotency_key)
    revision = call.pages.detach(asked.path, asked.name, actor, asked.message or None)
    return {"deleted": True, "path": asked.path, "name": asked.name, "revision": revision}


ATTACHMENTS = ToolSpec(
    name="attachments",
    title="Files of a page",
    description="List, read, add or delete a page's files. Pictures come scaled, text files as text.",
    operation="read",
    hints=CHANGES,
    shape=AttachmentsArguments,
    run=attachments,
    by_action=OPERATIONS,
)
