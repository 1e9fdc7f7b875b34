"""A request's JSON as a model. Loaded with the first body: pydantic takes a tenth of a second to import."""

from pydantic import BaseModel, ValidationError

from gateway.rest import bodies
from gateway.rest.invalid import Invalid, Problem


def read(name: str, content: bytes) -> BaseModel:
    """The body as the model of that name in gateway/rest/bodies.py. Raises Invalid."""
    model: type[BaseModel] = getattr(bodies, name)
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        raise Invalid(
            Problem(field=".".join(map(str, item["loc"])) or "body", problem=item["msg"])
            for item in error.errors(include_url=False, include_input=False)
        ) from error
