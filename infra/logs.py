"""Log groups that forget after a while and are encrypted with our key."""

from dataclasses import dataclass

import pulumi
import pulumi_aws.cloudwatch as cloudwatch

from infra.component import Component

NAMESPACE = "wikibot/{stack}"
"""Of our own metrics; a metric filter takes no constant dimension, so the stack stands in here."""
ERRORS = "LogErrors"


@dataclass(frozen=True)
class LogsArgs:
    """`days`: how long a line is kept."""

    function_name: str
    key_arn: pulumi.Output[str]
    days: int


class Logs(Component):
    """`function`, `gateway`: the groups; a metric counts the function's lines of level error."""

    def __init__(self, name: str, args: LogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._args = args
        self.function = self._group(f"{name}-function", f"/aws/lambda/{args.function_name}")
        self.gateway = self._group(f"{name}-gateway", f"/aws/vendedlogs/apigateway/{args.function_name}")
        cloudwatch.LogMetricFilter(
            name,
            log_group_name=self.function.name,
            pattern='{ $.level = "error" || $.level = "critical" }',  # as gateway/logs.py writes them
            metric_transformation=cloudwatch.LogMetricFilterMetricTransformationArgs(
                namespace=NAMESPACE.format(stack=args.function_name),
                name=ERRORS,
                value="1",
                default_value="0",
            ),
            opts=self.own,
        )
        self.register_outputs({})

    def _group(self, name: str, group: str) -> cloudwatch.LogGroup:
        return cloudwatch.LogGroup(
            name, name=group, retention_in_days=self._args.days, kms_key_id=self._args.key_arn, opts=self.own
        )
