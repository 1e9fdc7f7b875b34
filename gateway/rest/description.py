"""The OpenAPI document, once per app."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from gateway.rest import models


def describe(app: FastAPI) -> dict[str, Any]:
    """OpenAPI 3.1, with the models that `contract` refers to. Kept by the app."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
            servers=[{"url": "/api/v1"}],
        )
        components = document.setdefault("components", {})
        components["schemas"] = {**components.get("schemas", {}), **_answers()}
        components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
        document["security"] = [{"bearer": []}, {}]
        app.openapi_schema = document
    return app.openapi_schema


def _answers() -> dict[str, Any]:
    shapes = [
        model
        for model in vars(models).values()
        if isinstance(model, type) and issubclass(model, BaseModel) and model.__module__ == models.__name__
    ]
    _, schema = models_json_schema(
        [(model, "serialization") for model in shapes], ref_template="#/components/schemas/{model}"
    )
    found: dict[str, Any] = schema["$defs"]
    return found
