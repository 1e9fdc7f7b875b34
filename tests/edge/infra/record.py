"""Runs the Pulumi program with mocks for engine and provider, and prints what it asked for."""

import json
import runpy
import sys
from collections.abc import Mapping
from typing import Any

import pulumi

from tests.edge.infra.graph import INFRA, SECRET

CALLS: Mapping[str, dict[str, Any]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": "123456789012"},
    "aws:index/getRegion:getRegion": {"region": "eu-central-1"},
    "aws:index/getAvailabilityZones:getAvailabilityZones": {"names": ["eu-central-1a", "eu-central-1b"]},
}
PROOF = {
    "domainName": "wiki",
    "resourceRecordName": "_proof.wiki",
    "resourceRecordType": "CNAME",
    "resourceRecordValue": "_value.acm",
}
# What AWS would answer and the program goes on with.
ANSWERS: Mapping[str, dict[str, Any]] = {
    "aws:ec2/vpc:Vpc": {"ipv6CidrBlock": "2001:db8:1200::/56"},
    "aws:acm/certificate:Certificate": {"domainValidationOptions": [PROOF]},
    "aws:lambda/function:Function": {"version": "7"},
}
# pulumi.runtime.rpc: how a secret travels to the engine.
SIGNATURE = "4dabf18193072939515e22adb298388d"
IS_SECRET = "1b47061264138c4ac30d75fd1eb44270"


class Recorder(pulumi.runtime.Mocks):
    """Answers as the provider would, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.resources: list[dict[str, Any]] = []
        self.environment: dict[str, str] = {}

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        return dict(CALLS[args.token]), []

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        if args.typ == "aws:lambda/function:Function":
            self.environment = args.inputs["environment"]["value"]["variables"]
        if args.custom:
            self.resources.append({"kind": args.typ, "name": args.name, "inputs": _plain(args.inputs)})
        return f"{args.name}-id", {**_state(args), **args.inputs, **ANSWERS.get(args.typ, {})}


def _state(args: pulumi.runtime.MockResourceArgs) -> dict[str, Any]:
    """Names and ARNs that AWS would give."""
    service = args.typ.split(":")[1].split("/")[0]
    arn = f"arn:aws:{service}:eu-central-1:123456789012:{args.name}"
    arns = {"arn": arn, "invokeArn": f"{arn}/invocations", "executionArn": arn, "certificateArn": arn}
    names = {"name": args.name, "bucket": args.name, "dashboardName": args.name, "keyId": args.name}
    return {**arns, **names, "url": f"https://{args.name}", "prefixListId": "pl-s3", "versionId": "1"}


def _plain(value: Any) -> Any:
    """A secret is masked; a file is named."""
    if isinstance(value, pulumi.FileAsset):
        return str(value.path)
    if isinstance(value, dict):
        if value.get(SIGNATURE) == IS_SECRET:
            return SECRET
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list) else value


def main(stack: str) -> None:
    """Prints the graph as JSON."""
    recorder, outputs = Recorder(), dict[str, Any]()
    config = pulumi.runtime.config  # as Pulumi's own launcher does it
    config.set_all_config(config.get_config_env(), config.get_config_secret_keys_env())
    pulumi.runtime.set_mocks(recorder, project="wikibot", stack=stack, preview=False)

    def export(name: str, value: object) -> pulumi.Output[None]:
        output: pulumi.Output[Any] = pulumi.Output.from_input(value)
        secret: pulumi.Output[bool] = pulumi.Output.from_input(output.is_secret())
        both = pulumi.Output.all(output, secret)
        return both.apply(lambda pair: outputs.update({name: SECRET if pair[1] else pair[0]}))

    @pulumi.runtime.test  # type: ignore[untyped-decorator]
    def program() -> pulumi.Output[Any]:
        runpy.run_path(str(INFRA), run_name="__main__")
        exported = pulumi.runtime.get_root_resource().outputs  # type: ignore[union-attr]
        return pulumi.Output.all(*[export(name, value) for name, value in exported.items()])

    program()
    recorded = {"resources": recorder.resources, "outputs": outputs, "environment": recorder.environment}
    json.dump(recorded, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
