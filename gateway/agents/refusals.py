"""What an agent reads when a call fails: what kind of error, what is wrong, what to do next."""

import difflib
import logging
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from gateway.agents.call import Call
from gateway.agents.cutting import cut_lines
from gateway.agents.spec import Body, ToolSpec
from gateway.errors import GatewayError
from search.errors import SearchError
from wiki_app.errors import WikiError

log = logging.getLogger(__name__)

Coded = WikiError | SearchError | GatewayError
CODED = (WikiError, SearchError, GatewayError)

DIFF_TOKENS = 3_000
SHOWN_PROBLEMS = 5
LONGEST = 500
"""Characters of a sentence or of a field."""

NEXT: Mapping[str, str] = MappingProxyType(
    {
        "invalid_input": "Correct the arguments and call again.",
        "not_found": "Look for the page with search or list_pages.",
        "conflict": "Read the page again, make the change on its text of now, and repeat with its revision.",
        "permission_denied": "Ask the wiki's owner for the right; repeating the call does not help.",
        "unauthenticated": "Connect with a token or sign in, then repeat the call.",
        "insufficient_scope": "Authorise the wider scope, then repeat the call.",
        "too_large": "Split it: several smaller pages or calls.",
        "rate_limited": "Wait a moment, then repeat the call.",
        "unavailable": "Wait a moment, then repeat the call.",
        "method_not_allowed": "Use one of the tools that are listed.",
    }
)


def of_error(error: Coded, spec: ToolSpec[Any], arguments: Mapping[str, object], call: Call) -> Body:
    """The body for an error that was foreseen; its sentence, its fields and the next step."""
    body: Body = {"error": _short(error.message), "code": error.code}
    fields = {name: _short(value) if name != "diff" else value for name, value in error.fields.items()}
    diff = fields.pop("diff", None)
    body |= fields
    if isinstance(diff, str):
        body["diff_since_your_revision"] = cut_lines(diff, DIFF_TOKENS)
    body["next_step"] = NEXT.get(error.code, NEXT["invalid_input"])
    if error.code == "not_found":
        body |= _nearest(arguments, fields, call)
    elif error.code == "conflict":
        body |= _repetition(spec, arguments, fields)
    elif "occurrences" in fields:
        body["next_step"] = (
            "Read the page and copy the text as it stands, with enough around it to be unique."
        )
    return body


def _short(value: object) -> Any:
    """What a caller sent is not sent back at length."""
    return f"{value[:LONGEST]}…" if isinstance(value, str) and len(value) > LONGEST else value


def _nearest(arguments: Mapping[str, object], fields: Mapping[str, object], call: Call) -> Body:
    if "sections" in fields or "revision" in fields or "filename" in fields:
        step = "Take one of the sections named here." if fields.get("sections") else _HOW_TO_FIND
        return {"next_step": step}
    asked = arguments.get("path") or fields.get("path") or arguments.get("id")
    near = [path for path in call.pages.similar(str(asked)) if call.sees(path)] if asked else []
    if not near:
        return {}
    return {
        "similar_pages": near,
        "next_step": f"If you meant {near[0]!r}, repeat the call with that path; else look with search.",
    }


_HOW_TO_FIND = (
    "Revisions are in page_history, attachments in attachments, headings in read_page with outline."
)


def _repetition(spec: ToolSpec[Any], arguments: Mapping[str, object], fields: Mapping[str, object]) -> Body:
    """The call that repeats the change, without what the agent has to make anew."""
    path, revision = fields.get("path"), fields.get("current_revision")
    if not revision:
        if spec.name == "write_page":
            return {
                "next_step": f"The page exists: read_page(path={path!r}) gives its revision to pass along."
            }
        return {"next_step": "Choose another new_path, or delete what is there first."}
    kept = {name: value for name, value in arguments.items() if name in {"path", "new_path", "section"}}
    return {
        "read_call": {"tool": "read_page", "arguments": {"path": path}},
        "repeat_call": {"tool": spec.name, "arguments": {**kept, "path": path, "revision": revision}},
    }


def of_arguments(error: ValidationError, spec: ToolSpec[Any]) -> Body:
    """The body for arguments of a wrong shape. Values are not repeated: they may be large."""
    problems = [
        _problem(item["loc"], item["msg"], item["type"], spec) for item in error.errors(include_url=False)
    ]
    shown = problems[:SHOWN_PROBLEMS]
    more = f" (and {len(problems) - len(shown)} more)" if len(problems) > len(shown) else ""
    return {
        "error": f"The arguments of {spec.name} are not valid: {'; '.join(shown)}{more}.",
        "code": "invalid_input",
        "next_step": f"{spec.name} takes {', '.join(spec.shape.model_fields)}; correct them and call again.",
    }


def _problem(location: tuple[int | str, ...], message: str, kind: str, spec: ToolSpec[Any]) -> str:
    where = ".".join(str(part)[:80] for part in location)
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(str(location[-1]), spec.shape.model_fields, n=1)
        return f"{where} is no argument" + (f", did you mean {near[0]}?" if near else "")
    if kind == "missing":
        return f"{where} is required"
    return f"{where}: {message[:1].lower()}{message[1:]}" if where else message


def unknown_tool(name: str, known: Sequence[str]) -> Body:
    """The body for a tool that there is not."""
    near = difflib.get_close_matches(name[:80], known, n=1, cutoff=0.4)
    guess = f"Did you mean {near[0]}? " if near else ""
    return {
        "error": f"Unknown tool: {name[:80]!r}",
        "code": "not_found",
        "next_step": f"{guess}The tools are {', '.join(known)}.",
    }


def of_fault(error: Exception, spec: ToolSpec[Any]) -> Body:
    """The body for a fault of ours: its trace is in the log, and nothing of it goes out."""
    log.error("fault in tool %s", spec.name, exc_info=error)
    return {
        "error": "The wiki failed to answer; the fault is in its log.",
        "code": "unavailable",
        "next_step": "Repeat the call once; if it fails again, tell the wiki's owner.",
    }
