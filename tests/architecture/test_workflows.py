"""CI holds no key, gives away no right, and runs what it does not choose by itself."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).resolve().parents[2] / ".github" / "workflows"
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
KEYS = re.compile(r"aws-?_?(access-?_?key|secret)|secrets\.", re.IGNORECASE)
Workflow = dict[Any, Any]


def read(name: str) -> Workflow:
    found: Workflow = yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))
    return found


def steps(workflow: Workflow) -> Iterator[dict[str, Any]]:
    for job in workflow["jobs"].values():
        yield from job["steps"]


def problems(workflow: Workflow) -> list[str]:
    """What is wrong with a workflow, whatever it is for."""
    return [*_rights(workflow), *_actions(workflow), *_commands(workflow)]


def _rights(workflow: Workflow) -> Iterator[str]:
    if workflow.get("permissions") != {"contents": "read"}:
        yield "the usual permissions are not contents: read alone"
    for name, job in workflow["jobs"].items():
        wanted = {"contents": "read", "id-token": "write"} if name == "deploy" else None
        if job.get("permissions") != wanted:
            yield f"permissions of the job {name}"
        if name == "deploy" and not job.get("environment"):
            yield "no environment: the role is given to one"
    if KEYS.search(yaml.safe_dump(workflow)):
        yield "a stored key"


def _actions(workflow: Workflow) -> Iterator[str]:
    for step in steps(workflow):
        used = step.get("uses")
        if used is not None and not PINNED.fullmatch(used):
            yield f"{used} is not pinned by its commit"
        if (
            used
            and used.startswith("actions/checkout@")
            and step["with"].get("persist-credentials") is not False
        ):
            yield "a checkout keeps its credentials"


def _commands(workflow: Workflow) -> Iterator[str]:
    """An expression in a command is code from outside: GitHub, "Security hardening", script injection."""
    yield from (step["run"] for step in steps(workflow) if "${{" in step.get("run", ""))
    triggers = workflow[True]  # YAML 1.1 reads `on` as true
    yield from (name for name in ("pull_request_target", "workflow_run") if name in triggers)


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.yml")))
def test_a_workflow_is_in_order(name: str) -> None:
    assert problems(read(name)) == []


def spoil_rights(workflow: Workflow) -> None:
    workflow["permissions"] = "write-all"


def spoil_job(workflow: Workflow) -> None:
    workflow["jobs"]["package"]["permissions"] = {"id-token": "write"}


def spoil_environment(workflow: Workflow) -> None:
    del workflow["jobs"]["deploy"]["environment"]


def spoil_key(workflow: Workflow) -> None:
    workflow["jobs"]["deploy"]["env"]["AWS_SECRET_ACCESS_KEY"] = "${{ secrets.KEY }}"


def spoil_pin(workflow: Workflow) -> None:
    next(step for step in steps(workflow) if "uses" in step)["uses"] = "actions/checkout@v4"


def spoil_checkout(workflow: Workflow) -> None:
    next(step for step in steps(workflow) if "uses" in step)["with"] = {}


def spoil_command(workflow: Workflow) -> None:
    next(step for step in steps(workflow) if "run" in step)["run"] = "echo ${{ inputs.stack }}"


def spoil_trigger(workflow: Workflow) -> None:
    workflow[True]["pull_request_target"] = None


SPOILED: list[Callable[[Workflow], None]] = [
    spoil_rights,
    spoil_job,
    spoil_environment,
    spoil_key,
    spoil_pin,
    spoil_checkout,
    spoil_command,
    spoil_trigger,
]


@pytest.mark.parametrize("spoil", SPOILED, ids=lambda spoil: spoil.__name__)
def test_what_would_be_wrong_is_noticed(spoil: Callable[[Workflow], None]) -> None:
    workflow = read("deploy")
    spoil(workflow)
    assert len(problems(workflow)) == 1


def test_ci_runs_the_gates_of_the_desk() -> None:
    assert [step.get("run") for step in steps(read("ci"))][-1] == ".ci/run"


def test_a_deployment_is_packaged_released_and_asked() -> None:
    commands = [step["run"].split()[:2] for step in steps(read("deploy")) if "run" in step]
    order = [tuple(command) for command in commands]
    wanted = [("make", "package"), ("pulumi", "up"), ("make", "smoke")]
    assert [command for command in order if command in wanted] == wanted
    assert order[-1] == ("make", "smoke")


def test_the_stacks_to_choose_from_are_those_of_the_program() -> None:
    options = read("deploy")[True]["workflow_dispatch"]["inputs"]["stack"]["options"]
    files = (FOLDER.parents[1] / "infra").glob("Pulumi.*.yaml")
    assert sorted(options) == sorted(path.name.split(".")[1] for path in files)


def test_the_version_of_pulumi_is_the_one_that_was_tested() -> None:
    locked = (FOLDER.parents[1] / "requirements" / "edge.txt").read_text(encoding="utf-8")
    version = next(step["with"] for step in steps(read("deploy")) if "pulumi/actions" in step.get("uses", ""))
    assert f"pulumi=={version['pulumi-version']} " in locked
