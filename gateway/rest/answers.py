"""Answers as JSON, made from plain values.

A listing of thousands of pages is not validated on its way out: that takes longer than to make it. The
contract tests hold every answer against its model instead.
"""

import json
from collections.abc import Mapping

from starlette.responses import Response

from gateway import etags
from wiki_app.catalog import Change
from wiki_app.pages import LoggedCommit, Revision


def answer(
    body: Mapping[str, object], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """A JSON answer."""
    return Response(encode(body), status, headers, media_type="application/json")


def encode(body: Mapping[str, object]) -> bytes:
    """JSON in UTF-8; lone surrogates, which UTF-8 does not know, as escapes."""
    try:
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(body, separators=(",", ":")).encode()


def tagged(body: Mapping[str, object], if_none_match: str | None) -> Response:
    """The answer with an ETag of its bytes, or 304 when the caller has them."""
    content = encode(body)
    return etags.tagged(content, etags.tag_of(content), if_none_match, "application/json")


def revision(change: Revision) -> dict[str, object]:
    """A revision of a page as history and `last_commit` show it."""
    return {**_commit(change), **attribution(change)}


def logged(entry: LoggedCommit) -> dict[str, object]:
    """A commit of the wiki as the changelog shows it."""
    return {**_commit(entry), "pages_affected": list(entry.pages), **attribution(entry)}


def attribution(entry: Revision | LoggedCommit) -> dict[str, object]:
    """Agent and client where they are known (DECISIONS 15); old clients know no such keys."""
    known = {"agent": entry.agent, "client": entry.client}
    return {name: value for name, value in known.items() if value is not None}


def _commit(entry: Change | LoggedCommit) -> dict[str, object]:
    commit = entry.commit
    return {
        "revision": commit.revision,
        "author": commit.author.name,
        "date": commit.authored.isoformat(),
        "message": commit.message,
    }
