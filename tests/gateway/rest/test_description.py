"""The OpenAPI document says what the declarations say."""

from typing import Any

import pytest

from gateway.rest import bodies, models
from gateway.rest.app import DECLARED
from gateway.rest.contract import Declared
from gateway.rest.description import describe

DESCRIBED = [declared for declared in DECLARED if declared.answers]


def operation(declared: Declared) -> dict[str, Any]:
    address = declared.path.replace(":path", "")
    found: dict[str, Any] = describe(DECLARED)["paths"][address][declared.method.lower()]
    return found


@pytest.mark.parametrize("declared", DESCRIBED, ids=lambda each: f"{each.method} {each.path}")
def test_a_route_is_described_by_what_it_takes_and_answers(declared: Declared) -> None:
    found = operation(declared)

    parameters = {item["name"]: item for item in found.get("parameters", ()) if item["in"] != "path"}
    assert parameters.keys() == {param.name for param in declared.takes}
    assert all(parameters[param.name]["in"] == param.place for param in declared.takes)
    assert set(found["responses"]) >= {str(status) for status in (*declared.success, *declared.errors)}
    assert ("requestBody" in found) == (declared.body is not None)
    assert found["description"]


@pytest.mark.parametrize("declared", DESCRIBED, ids=lambda each: f"{each.method} {each.path}")
def test_the_models_that_a_route_names_are_there(declared: Declared) -> None:
    assert hasattr(models, declared.answers or "")
    assert declared.body is None or hasattr(bodies, declared.body.name)


def test_only_the_description_itself_is_not_described() -> None:
    assert {declared.path for declared in DECLARED if not declared.answers} == {"/openapi.json", "/docs"}


def test_a_parameter_has_its_type_bounds_and_words() -> None:
    listing = next(each for each in DESCRIBED if each.path == "/pages")
    parameters = {item["name"]: item for item in operation(listing)["parameters"]}

    assert parameters["limit"]["schema"]["anyOf"][0] == {"type": "integer", "minimum": 1, "maximum": 10_000}
    assert parameters["updated_since"]["description"] == "ISO 8601"
    assert parameters["prefix"] == {
        "name": "prefix",
        "in": "query",
        "required": False,
        "schema": {"type": "string", "default": "", "title": "Prefix"},
    }


def test_an_upload_may_come_in_two_forms() -> None:
    upload = next(each for each in DESCRIBED if each.method == "POST" and each.path == "/page/attachments")

    assert set(operation(upload)["requestBody"]["content"]) == {"application/json", "multipart/form-data"}
