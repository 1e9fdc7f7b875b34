"""Arguments: the names that people use, and what is no argument."""

import pytest
from pydantic import Field, ValidationError

from gateway.agents.shapes import Shape, schema_of


class Inner(Shape):
    old_string: str = Field("", description="Old")


class Example(Shape):
    path: str = Field(description="Page")
    edits: list[Inner] = Field([], description="Edits")
    names: list[str] = Field([], description="Names")


@pytest.mark.parametrize("alias", ["name", "title", "page"])
def test_an_alias_stands_for_the_name(alias: str) -> None:
    assert Example.model_validate({alias: "x"}).path == "x"


def test_the_name_itself_goes_before_its_alias() -> None:
    with pytest.raises(ValidationError):
        Example.model_validate({"path": "x", "title": "y", "unknown": 1})
    assert Example.model_validate({"path": "x", "title": "y"}).path == "x"


def test_aliases_work_inside_lists_and_lists_may_be_json() -> None:
    assert Example.model_validate({"path": "x", "edits": '[{"find": "a"}]'}).edits[0].old_string == "a"
    assert Example.model_validate({"path": "x", "names": "one"}).names == ["one"]


def test_null_is_not_given() -> None:
    assert Example.model_validate({"path": "x", "names": None}).names == []


def test_the_schema_has_no_references_and_no_titles() -> None:
    schema = schema_of(Example)
    assert schema["required"] == ["path"]
    assert schema["properties"]["edits"]["items"] == {
        "type": "object",
        "properties": {"old_string": {"type": "string", "default": "", "description": "Old"}},
        "required": [],
    }
