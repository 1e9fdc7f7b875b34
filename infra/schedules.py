"""What the function does by the clock; what fails is kept in a queue, and the queue rings an alarm."""

import json
from dataclasses import dataclass
from types import MappingProxyType

import pulumi
import pulumi_aws.iam as iam
import pulumi_aws.lambda_ as lambda_
import pulumi_aws.scheduler as scheduler
import pulumi_aws.sqs as sqs

from infra.component import Component
from infra.place import Place
from infra.policies import Statement, document, grant, trust

# By the event that the handler knows (gateway/aws_lambda.py): when it is sent.
SCHEDULES = MappingProxyType({"backup": "rate(1 hour)", "index": "rate(5 minutes)"})
ATTEMPTS = 2
"""Further attempts of an event that failed, before it goes to the queue."""
OLDEST = 1800
"""Seconds after which an event that was not delivered goes to the queue: the next one follows soon."""
KEPT = 14 * 24 * 3600
"""Seconds that a failed event is kept for whoever looks."""


@dataclass(frozen=True)
class SchedulesArgs:
    """The alias that the events go to, and the role of the function that hands over what failed."""

    place: Place
    alias: lambda_.Alias
    role: pulumi.Output[str]


class Schedules(Component):
    """`group`, `queue`: names, for alarms."""

    def __init__(self, name: str, args: SchedulesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        failed = self._queue(f"{name}-failed")
        self.queue = failed.name
        group = scheduler.ScheduleGroup(name, name=name, opts=self.own)
        self.group = group.name
        role = self._role(name, args, failed.arn)
        for event, expression in SCHEDULES.items():
            self._schedule(f"{name}-{event}", event, expression, args.alias.arn, role.arn, failed.arn)
        self._failures(name, args, failed.arn)
        self.register_outputs({})

    def _queue(self, name: str) -> sqs.Queue:
        queue = sqs.Queue(
            name, name=name, sqs_managed_sse_enabled=True, message_retention_seconds=KEPT, opts=self.own
        )
        tls_only = Statement(
            "OnlyEncrypted",
            ["sqs:*"],
            [queue.arn],
            "*",
            {"Bool": {"aws:SecureTransport": "false"}},
            effect="Deny",
        )
        sqs.QueuePolicy(name, queue_url=queue.url, policy=document(tls_only), opts=self.own)
        return queue

    def _role(self, name: str, args: SchedulesArgs, queue_arn: pulumi.Output[str]) -> iam.Role:
        role = iam.Role(
            name,
            name=name,
            description="What sends the wiki's scheduled events",
            assume_role_policy=trust("scheduler.amazonaws.com", args.place.account),
            opts=self.own,
        )
        send = Statement("SendEvents", ["lambda:InvokeFunction"], [args.alias.arn])
        keep = Statement("KeepUndelivered", ["sqs:SendMessage"], [queue_arn])
        grant(name, role.name, self.own, send, keep)
        return role

    def _schedule(
        self,
        name: str,
        event: str,
        expression: str,
        target: pulumi.Output[str],
        role_arn: pulumi.Output[str],
        queue_arn: pulumi.Output[str],
    ) -> None:
        scheduler.Schedule(
            name,
            name=name,
            group_name=self.group,
            schedule_expression=expression,
            flexible_time_window=scheduler.ScheduleFlexibleTimeWindowArgs(mode="OFF"),
            target=scheduler.ScheduleTargetArgs(
                arn=target,
                role_arn=role_arn,
                input=json.dumps({"wikibot": event}),
                retry_policy=scheduler.ScheduleTargetRetryPolicyArgs(
                    maximum_retry_attempts=ATTEMPTS, maximum_event_age_in_seconds=OLDEST
                ),
                dead_letter_config=scheduler.ScheduleTargetDeadLetterConfigArgs(arn=queue_arn),
            ),
            opts=self.own,
        )

    def _failures(self, name: str, args: SchedulesArgs, queue_arn: pulumi.Output[str]) -> None:
        """Lambda takes a scheduled event first and runs it then: what fails there is Lambda's to report."""
        granted = grant(
            f"{name}-failed", args.role, self.own, Statement("KeepFailed", ["sqs:SendMessage"], [queue_arn])
        )
        lambda_.FunctionEventInvokeConfig(
            name,
            function_name=args.alias.function_name,
            qualifier=args.alias.name,
            maximum_retry_attempts=ATTEMPTS,
            maximum_event_age_in_seconds=OLDEST,
            destination_config=lambda_.FunctionEventInvokeConfigDestinationConfigArgs(
                on_failure=lambda_.FunctionEventInvokeConfigDestinationConfigOnFailureArgs(
                    destination=queue_arn
                )
            ),
            opts=self.after(granted),
        )
