"""The whole graph of a stack, as the provider would be asked for it, and what the stack exports."""

import copy
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
INFRA = ROOT / "infra"
SECRETS = {
    "wikibot:authkitClientId": "client_A1B2C3",
    "wikibot:authkitClientSecret": "sk_live_never_to_be_seen",
    "wikibot:secretKey": "k" * 64,
}
SECRET = "<secret>"
"""Stands in a recorded graph where Pulumi was told to keep a value secret."""


@dataclass
class Resource:
    """One resource: its type as `aws:s3/bucket:Bucket`, its name, inputs as Pulumi's schema names them."""

    kind: str
    name: str
    inputs: dict[str, Any]

    @property
    def policies(self) -> list[dict[str, Any]]:
        """The policy documents among its inputs, read."""
        keys = ("policy", "assumeRolePolicy")
        return [json.loads(self.inputs[key]) for key in keys if isinstance(self.inputs.get(key), str)]


@dataclass
class Graph:
    """All resources of one stack, what it exports (a secret as SECRET), its environment in plain."""

    resources: list[Resource] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)

    def of(self, kind: str) -> list[Resource]:
        """The resources whose type ends so: `Bucket`, `Function`."""
        return [resource for resource in self.resources if resource.kind.endswith(f":{kind}")]

    def one(self, kind: str, name: str = "") -> Resource:
        """The only one of this type (with this in its name)."""
        (found,) = [resource for resource in self.of(kind) if name in resource.name]
        return found

    def copy(self) -> "Graph":
        """To be changed without harm."""
        return copy.deepcopy(self)

    def statements(self) -> Iterator[tuple[Resource, dict[str, Any]]]:
        """Every statement of every policy, with the resource that carries it."""
        for resource in self.resources:
            for policy in resource.policies:
                for statement in policy["Statement"]:
                    yield resource, statement


def stack_file(stack: str) -> dict[str, str]:
    """The configuration that the repository brings for a stack; keys with their namespace."""
    text = (INFRA / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8")
    found: dict[str, str] = yaml.safe_load(text)["config"]
    return {key: value for key, value in found.items() if key.startswith("wikibot:")}


def build(stack: str, **changes: str) -> Graph:
    """The graph of a stack as its file configures it, with changes by key (without the namespace).

    A process of its own runs the program, as Pulumi does, and gets the configuration the way Pulumi gives it.
    """
    changed = {f"wikibot:{key}": value for key, value in changes.items()}
    done = subprocess.run(
        [sys.executable, "-m", "tests.edge.infra.record", stack],
        cwd=ROOT,
        env={
            **os.environ,
            "PULUMI_CONFIG": json.dumps({**stack_file(stack), **SECRETS, **changed}),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(SECRETS)),
        },
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    recorded = json.loads(done.stdout)
    return Graph(
        [Resource(**resource) for resource in recorded["resources"]],
        recorded["outputs"],
        recorded["environment"],
    )
