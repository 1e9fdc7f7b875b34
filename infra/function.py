"""The function: the wiki's package over the git layer, the files mounted, and the alias for traffic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws.lambda_ as lambda_
import pulumi_aws.s3 as s3

from infra.component import Component
from infra.environment import HANDLER, MOUNT

RUNTIME = "python3.13"
TIMEOUT = 29
"""Seconds; the HTTP API waits 30."""


@dataclass(frozen=True)
class FunctionArgs:
    """What it is made of, where it runs, what it may cost. `after`: what must stand before it."""

    name: str
    package: s3.BucketObjectv2
    layer: s3.BucketObjectv2
    environment: Mapping[str, str | pulumi.Output[str]]
    role_arn: pulumi.Output[str]
    key_arn: pulumi.Output[str]
    log_group: pulumi.Output[str]
    access_point_arn: pulumi.Output[str]
    subnet_ids: Sequence[pulumi.Output[str]]
    security_group_id: pulumi.Output[str]
    memory: int
    temporary_storage: int
    concurrency: int
    after: Sequence[pulumi.Resource]


class Function(Component):
    """`name`, `arn`; `alias`: its name, ARN and the ARN by which the HTTP API calls it."""

    def __init__(self, name: str, args: FunctionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        layer = lambda_.LayerVersion(
            name,
            layer_name=f"{args.name}-git",
            description="git, for Amazon Linux 2023",
            compatible_architectures=["arm64"],
            compatible_runtimes=[RUNTIME],
            s3_bucket=args.layer.bucket,
            s3_key=args.layer.key,
            s3_object_version=args.layer.version_id,
            skip_destroy=True,  # an earlier version of the function still stands on an earlier layer
            opts=self.own,
        )
        made = self._function(name, args, layer.arn)
        self.name, self.arn = made.name, made.arn
        self.alias = lambda_.Alias(
            name, name="live", function_name=made.name, function_version=made.version, opts=self.own
        )
        self.register_outputs({"arn": self.arn, "alias": self.alias.arn})

    def _function(self, name: str, args: FunctionArgs, layer_arn: pulumi.Output[str]) -> lambda_.Function:
        return lambda_.Function(
            name,
            name=args.name,
            description="wikibot: browser, REST and agents",
            runtime=RUNTIME,
            architectures=["arm64"],
            handler=HANDLER,
            memory_size=args.memory,
            ephemeral_storage=lambda_.FunctionEphemeralStorageArgs(size=args.temporary_storage),
            timeout=TIMEOUT,
            reserved_concurrent_executions=args.concurrency,
            publish=True,
            s3_bucket=args.package.bucket,
            s3_key=args.package.key,
            s3_object_version=args.package.version_id,
            layers=[layer_arn],
            role=args.role_arn,
            kms_key_arn=args.key_arn,
            environment=lambda_.FunctionEnvironmentArgs(variables=args.environment),
            file_system_config=lambda_.FunctionFileSystemConfigArgs(
                arn=args.access_point_arn, local_mount_path=MOUNT
            ),
            vpc_config=lambda_.FunctionVpcConfigArgs(
                subnet_ids=args.subnet_ids,
                security_group_ids=[args.security_group_id],
                ipv6_allowed_for_dual_stack=True,
            ),
            logging_config=lambda_.FunctionLoggingConfigArgs(log_format="Text", log_group=args.log_group),
            tracing_config=lambda_.FunctionTracingConfigArgs(mode="Active"),
            opts=self.after(*args.after),
        )
