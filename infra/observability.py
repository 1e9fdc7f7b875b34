"""Alarms for each failure mode, the topic that they write to, and a dashboard of the same metrics."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws.cloudwatch as cloudwatch
import pulumi_aws.sns as sns

from infra.alarms import ALARMS, Alarm
from infra.component import Component
from infra.place import Place
from infra.policies import Statement, document

Dimensions = Mapping[str, str | pulumi.Output[str]]
WIDTH, HEIGHT = 8, 6
"""Of a widget, on a grid of 24 columns."""


@dataclass(frozen=True)
class ObservabilityArgs:
    """`subjects`: the dimensions by `Alarm.about`; `figures`: what `Alarm.share_of` names."""

    place: Place
    key_arn: pulumi.Output[str]
    email: str
    subjects: Mapping[str, Dimensions]
    figures: Mapping[str, float]


class Observability(Component):
    """`topic_arn`: where the budget writes to as well; `dashboard`: its name."""

    def __init__(
        self, name: str, args: ObservabilityArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(name, opts)
        self._label, self._args = name, args
        self.topic_arn = self._topic(name)
        self._alarms = [self._alarm(name, alarm) for alarm in ALARMS]
        dashboard = cloudwatch.Dashboard(
            name, dashboard_name=name, dashboard_body=self._board(), opts=self.own
        )
        self.dashboard = dashboard.dashboard_name
        self.register_outputs({"topic_arn": self.topic_arn})

    def _topic(self, name: str) -> pulumi.Output[str]:
        topic = sns.Topic(name, name=name, kms_master_key_id=self._args.key_arn, opts=self.own)
        services = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"]
        account = self._args.place.account
        publish = Statement(
            "TellUs",
            ["sns:Publish"],
            [topic.arn],
            {"Service": services},
            {"StringEquals": {"aws:SourceAccount": account}},
        )
        sns.TopicPolicy(name, arn=topic.arn, policy=document(publish), opts=self.own)
        sns.TopicSubscription(
            name, topic=topic.arn, protocol="email", endpoint=self._args.email, opts=self.own
        )
        return topic.arn

    def _threshold(self, alarm: Alarm) -> float:
        return alarm.threshold * self._args.figures.get(alarm.share_of, 1)

    def _alarm(self, name: str, alarm: Alarm) -> cloudwatch.MetricAlarm:
        percentile = alarm.statistic.startswith("p")
        return cloudwatch.MetricAlarm(
            f"{name}-{alarm.name}",
            name=f"{name}-{alarm.name}",
            alarm_description=f"{alarm.failure}; what to do: docs/operations.md, {alarm.name}",
            namespace=alarm.namespace.format(stack=name),
            metric_name=alarm.metric,
            dimensions=self._args.subjects[alarm.about],
            statistic=None if percentile else alarm.statistic,
            extended_statistic=alarm.statistic if percentile else None,
            comparison_operator=alarm.comparison,
            threshold=self._threshold(alarm),
            period=alarm.period,
            evaluation_periods=alarm.periods,
            treat_missing_data="breaching" if alarm.silent else "notBreaching",
            alarm_actions=[self.topic_arn],
            ok_actions=[self.topic_arn],
            opts=self.own,
        )

    def _board(self) -> pulumi.Output[str]:
        alarms = [made.arn for made in self._alarms]
        state = {
            "type": "alarm",
            "width": 24,
            "height": 3,
            "properties": {"title": "Alarms", "alarms": alarms},
        }
        return pulumi.Output.json_dumps({"widgets": [state, *(self._widget(alarm) for alarm in ALARMS)]})

    def _widget(self, alarm: Alarm) -> dict[str, object]:
        dimensions = [part for pair in self._args.subjects[alarm.about].items() for part in pair]
        return {
            "type": "metric",
            "width": WIDTH,
            "height": HEIGHT,
            "properties": {
                "title": alarm.failure,
                "region": self._args.place.region,
                "period": alarm.period,
                "stat": alarm.statistic,
                "metrics": [[alarm.namespace.format(stack=self._label), alarm.metric, *dimensions]],
                "annotations": {"horizontal": [{"label": alarm.name, "value": self._threshold(alarm)}]},
            },
        }
