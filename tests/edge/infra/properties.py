"""What a property of the graph is: a check that names what breaks it, and mutations that it has to notice."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.edge.infra.graph import Graph, Resource

Mutation = Callable[[Graph], None]


@dataclass(frozen=True)
class Property:
    """`check` gives a line for each break; each of `mutations` breaks it."""

    name: str
    check: Callable[[Graph], Iterable[str]]
    mutations: Mapping[str, Mutation]

    def problems(self, graph: Graph) -> list[str]:
        return list(self.check(graph))


def put(kind: str, path: str, value: object, name: str = "") -> Mutation:
    """Set an input, by its path with dots, of the first resource of the kind with the name in its own."""

    def mutate(graph: Graph) -> None:
        place, last = _place(_first(graph, kind, name).inputs, path)
        place[last] = value

    return mutate


def drop(kind: str, path: str = "", name: str = "") -> Mutation:
    """Remove an input, or without a path the resource itself."""

    def mutate(graph: Graph) -> None:
        found = _first(graph, kind, name)
        if path:
            place, last = _place(found.inputs, path)
            del place[last]
        else:
            graph.resources.remove(found)

    return mutate


def _place(inputs: Any, path: str) -> tuple[Any, str | int]:
    """Where the path leads: what holds the last part, and the last part as a key of it."""
    *folders, last = path.split(".")
    for folder in folders:
        inputs = inputs[int(folder) if isinstance(inputs, list) else folder]
    return inputs, int(last) if isinstance(inputs, list) else last


def add(kind: str, inputs: dict[str, Any]) -> Mutation:
    """One more resource; `kind` as in `aws:s3/bucket:Bucket`."""
    return lambda graph: graph.resources.append(Resource(kind, "added", inputs))


def reword(sid: str, **changes: object) -> Mutation:
    """Change parts of the first statement with this Sid; None removes a part."""

    def mutate(graph: Graph) -> None:
        for resource in graph.resources:
            for key in ("policy", "assumeRolePolicy"):
                if _reworded(resource, key, sid, changes):
                    return
        raise AssertionError(f"no statement {sid}")

    return mutate


def _reworded(resource: Resource, key: str, sid: str, changes: Mapping[str, object]) -> bool:
    text = resource.inputs.get(key)
    if not isinstance(text, str):
        return False
    policy = json.loads(text)
    for statement in policy["Statement"]:
        if statement["Sid"] == sid:
            statement.update(changes)
            for part in [part for part, value in changes.items() if value is None]:
                del statement[part]
            resource.inputs[key] = json.dumps(policy)
            return True
    return False


def _first(graph: Graph, kind: str, name: str) -> Resource:
    return next(resource for resource in graph.of(kind) if name in resource.name)
