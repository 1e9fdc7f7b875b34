"""The OpenAPI document of the declared routes, once a process. Loaded when it is asked for."""

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from gateway.errors import STATUS
from gateway.rest import bodies, models
from gateway.rest.contract import Declared
from gateway.rest.inputs import STRING, Body, Param

Document = dict[str, Any]

ABOUT = """Pages of the wiki for programs. `Authorization: Bearer <token>` where the wiki asks for one.

Every error is {"error": a sentence, "code": a stable word, …}. A page's `revision` is the newest commit
that changed it; a change of an existing page names the revision that it is based on, and a conflict (409)
brings the current revision and the diff since.

A page whose path ends like a route is reached by /page?path=…
"""
_SCHEMAS = "#/components/schemas/"
_PART = re.compile(r"{(\w+)(?::path)?}")


@cache
def describe(routes: tuple[Declared, ...]) -> Document:
    """OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1.html), made once: nobody may change the answer."""
    paths: dict[str, Document] = {}
    for route in routes:
        if route.answers is not None:
            address = _PART.sub(r"{\1}", route.path)
            paths.setdefault(address, {})[route.method.lower()] = _operation(route, address)
    return {
        "openapi": "3.1.0",
        "info": {"title": "wikibot", "description": ABOUT, "version": "1"},
        "servers": [{"url": "/api/v1"}],
        "paths": paths,
        "components": {
            "schemas": _schemas(routes),
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"bearer": []}, {}],
    }


def _operation(route: Declared, address: str) -> Document:
    name = str(getattr(route.handler, "__name__", ""))
    parameters = [*_parts(route.path), *_given(route.takes, "query"), *_given(route.takes, "header")]
    return {
        "tags": [route.tag],
        "summary": _title(name),
        "description": inspect.getdoc(route.handler),
        "operationId": re.sub(r"\W", "_", f"{name}{address}") + f"_{route.method.lower()}",
        **({"parameters": parameters} if parameters else {}),
        **_body(route),
        "responses": dict(_responses(route)),
        **({"x-operation": route.operation} if route.operation else {"security": []}),
    }


def _parts(path: str) -> Iterator[Document]:
    for name in _PART.findall(path):
        yield {"name": name, "in": "path", "required": True, "schema": {**STRING, "title": _title(name)}}


def _given(takes: Iterable[Param[Any]], place: str) -> Iterator[Document]:
    for param in takes:
        if param.place == place:
            yield {
                "name": param.name,
                "in": place,
                "required": param.required,
                "schema": {**param.schema, "title": _title(param.name)},
                **({"description": param.description} if param.description else {}),
            }


def _body(route: Declared) -> Document:
    if route.body is None:
        return {}
    schema = _reference(route.body.name)
    if isinstance(route.body, Body):
        if route.body.needed:
            return {"requestBody": {"required": True, "content": _json(schema)}}
        optional = {"anyOf": [schema, {"type": "null"}], "title": "Body"}
        return {"requestBody": {"content": _json(optional)}}
    forms = {kind: {"schema": form} for kind, form in route.body.forms.items()}
    return {"requestBody": {"required": True, "content": _json(schema) | forms}}


def _responses(route: Declared) -> Iterator[tuple[str, Document]]:
    for status in route.success:
        yield str(status), {"description": "Success", "content": _json(_reference(str(route.answers)))}
    refused = (401, 403) if route.operation else ()
    for status in sorted({*route.errors, *refused, 422}):
        codes = " or ".join(code for code, known in STATUS.items() if known == status)
        yield str(status), {"description": f"code: {codes}", "content": _json(_reference("Problem"))}


def _json(schema: Mapping[str, object]) -> Document:
    return {"application/json": {"schema": schema}}


def _reference(name: str) -> Document:
    return {"$ref": f"{_SCHEMAS}{name}"}


def _schemas(routes: tuple[Declared, ...]) -> Document:
    taken = {route.body.name for route in routes if route.body is not None}
    named: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        *((getattr(bodies, name), "validation") for name in sorted(taken)),
        *((model, "serialization") for model in vars(models).values() if _is_answer(model)),
    ]
    _, schema = models_json_schema(named, ref_template=f"{_SCHEMAS}{{model}}")
    found: Document = schema["$defs"]
    return found


def _is_answer(found: object) -> bool:
    return isinstance(found, type) and issubclass(found, BaseModel) and found.__module__ == models.__name__


def _title(name: str) -> str:
    return name.replace("_", " ").title()
