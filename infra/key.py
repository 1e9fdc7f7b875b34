"""One key of our own encrypts files, buckets, logs, alarms and the function's settings."""

from dataclasses import dataclass

import pulumi
import pulumi_aws.kms as kms

from infra.component import Component
from infra.place import Place
from infra.policies import Statement, document


@dataclass(frozen=True)
class KeyArgs:
    """Where the key stands."""

    place: Place


class Key(Component):
    """A symmetric key that turns every year; `arn` for all who encrypt with it."""

    def __init__(self, name: str, args: KeyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        place = args.place
        self.key = kms.Key(
            name,
            description=f"{name}: the wiki's files, backups, logs and settings",
            enable_key_rotation=True,
            deletion_window_in_days=30,
            policy=document(
                Statement(
                    "AccountDecides",
                    ["kms:*"],
                    ["*"],
                    {"AWS": pulumi.Output.format("arn:aws:iam::{0}:root", place.account)},
                ),
                Statement(
                    "LogsEncrypt",
                    [
                        "kms:Encrypt",
                        "kms:Decrypt",
                        "kms:ReEncrypt*",
                        "kms:GenerateDataKey*",
                        "kms:DescribeKey",
                    ],
                    ["*"],
                    {"Service": pulumi.Output.format("logs.{0}.amazonaws.com", place.region)},
                    {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": place.arn("logs", "log-group:*")}},
                ),
                Statement(
                    "AlarmsEncrypt",
                    ["kms:Decrypt", "kms:GenerateDataKey*"],
                    ["*"],
                    {"Service": ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"]},
                    {"StringEquals": {"aws:SourceAccount": place.account}},
                ),
            ),
            opts=self.kept(),
        )
        kms.Alias(name, name=f"alias/{name}", target_key_id=self.key.key_id, opts=self.own)
        self.arn = self.key.arn
        self.register_outputs({"arn": self.arn})
