"""The page at /docs: every route of the OpenAPI document as plain HTML, without scripts and from no CDN."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

Document = Mapping[str, Any]

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
body{color:#222;background:#fff}
code,pre{font:14px/1.4 ui-monospace,monospace;background:#f2f3f5;border-radius:4px;padding:.1em .3em}
pre{padding:.8em;overflow-x:auto}
details{border:1px solid #d5d8dc;border-radius:6px;margin:.5rem 0;padding:.4rem .8rem}
summary{cursor:pointer}
summary b{display:inline-block;min-width:4.5rem}
table{border-collapse:collapse;margin:.5rem 0}
td,th{border-bottom:1px solid #e3e5e8;padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top}
@media (prefers-color-scheme:dark){
body{color:#ddd;background:#16181b}
code,pre{background:#24272b}
details{border-color:#3a3f45}
td,th{border-color:#33383d}
}
"""


def docs_page(document: Document, root: str) -> str:
    """The HTML page; `root` is the path under which the interface is mounted."""
    info = document["info"]
    body = "".join(_route(root, *item, document) for item in _operations(document))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(info['title'])}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(info['title'])}</h1>{_paragraphs(info.get('description', ''))}"
        f'<p>For programs: <a href="{escape(root)}/openapi.json">openapi.json</a> (OpenAPI 3.1)</p>{body}'
        "</body></html>"
    )


def _operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def _route(root: str, method: str, path: str, operation: Document, document: Document) -> str:
    return (
        f"<details><summary><b>{method}</b> <code>{escape(root + path)}</code> "
        f"{escape(operation.get('summary', ''))}</summary>{_paragraphs(operation.get('description', ''))}"
        f"{_parameters(operation)}{_body(operation, document)}{_answers(operation, document)}</details>"
    )


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n") if part.strip())


def _parameters(operation: Document) -> str:
    rows = [
        f"<tr><td><code>{escape(item['name'])}</code></td><td>{escape(item['in'])}</td>"
        f"<td>{escape(_type(item.get('schema', {})))}{', required' if item.get('required') else ''}</td>"
        f"<td>{escape(item.get('description', ''))}</td></tr>"
        for item in operation.get("parameters", [])
    ]
    return f"<table>{''.join(rows)}</table>" if rows else ""


def _body(operation: Document, document: Document) -> str:
    content = operation.get("requestBody", {}).get("content", {})
    parts = (
        f"<p>Body, {escape(kind)}:</p>{_fields(item['schema'], document)}" for kind, item in content.items()
    )
    return "".join(parts)


def _answers(operation: Document, document: Document) -> str:
    parts = []
    for status, response in operation["responses"].items():
        schema = response.get("content", {}).get("application/json", {}).get("schema")
        fields = _fields(schema, document) if schema and status.startswith("2") else ""
        parts.append(f"<p><b>{escape(status)}</b> {escape(response.get('description', ''))}</p>{fields}")
    return "".join(parts)


def _fields(schema: Document, document: Document) -> str:
    resolved = _resolved(schema, document)
    required = set(resolved.get("required", ()))
    rows = [
        f"<tr><td><code>{escape(name)}</code></td><td>{escape(_type(field))}"
        f"{', required' if name in required else ''}</td><td>{escape(field.get('description', ''))}</td></tr>"
        for name, field in resolved.get("properties", {}).items()
    ]
    return f"<table>{''.join(rows)}</table>"


def _resolved(schema: Document, document: Document) -> Document:
    """The schema behind a reference; of alternatives the first, which is not null."""
    if "anyOf" in schema:
        return _resolved(schema["anyOf"][0], document)
    if "$ref" not in schema:
        return schema
    found: Document = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def _type(schema: Document) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_type(part) for part in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return str(schema.get("type", "any"))
