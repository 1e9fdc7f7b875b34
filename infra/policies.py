"""Policies as data: statements, the document, and a role's grants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import pulumi
import pulumi_aws.iam as iam

Text = str | pulumi.Output[str]
Condition = Mapping[str, Mapping[str, Text | Sequence[Text]]]

# Every statement with a wildcard as its action, resource or principal, by its Sid, and why it may have one.
# A test walks the whole graph and fails for one that is not here, and for a line that no statement needs.
WILDCARDS: Mapping[str, str] = MappingProxyType(
    {
        "AccountDecides": "a key's policy: the account's IAM policies decide, and in it * is this key alone",
        "LogsEncrypt": "a key's policy: * is this key alone; the condition names this account's log groups",
        "AlarmsEncrypt": "a key's policy: * is this key alone, and the condition names this account",
        "NetworkInterfaces": "Lambda makes its network interfaces; EC2 takes no narrower resource for them",
        "NoNetworkByCode": "a refusal: the wider, the better",
        "Traces": "X-Ray has no resources to name",
        "OnlyEncrypted": "a refusal for everybody who comes without TLS",
        "BackupObjects": "the objects below one prefix of one bucket",
        "WriteLog": "the streams of one log group",
        "OurBuckets": "an endpoint's policy: the objects of our own buckets",
        "Artifacts": "the objects of the bucket of packages",
        "State": "the objects of the bucket with Pulumi's state",
        "Release": "the versions of one function",
        "ReleaseLayer": "the versions of one layer",
        "Look": "reads names and settings; these actions take no narrower resource",
        "EmbedOnly": "an endpoint's policy: the role and the model are named, the principal by a condition",
    }
)


@dataclass(frozen=True)
class Statement:
    """One statement of a policy; `sid` names it in the written list of wildcards."""

    sid: str
    actions: Sequence[str]
    resources: Sequence[Text] = ()
    principal: Mapping[str, Text | Sequence[Text]] | str | None = None
    condition: Condition = field(default_factory=dict)
    effect: str = "Allow"

    def rendered(self) -> dict[str, Any]:
        """As IAM writes it; a trust policy has no resource."""
        made: dict[str, Any] = {"Sid": self.sid, "Effect": self.effect, "Action": list(self.actions)}
        if self.resources:
            made["Resource"] = list(self.resources)
        if self.principal is not None:
            made["Principal"] = self.principal
        if self.condition:
            made["Condition"] = {operator: dict(terms) for operator, terms in self.condition.items()}
        return made


def document(*statements: Statement) -> pulumi.Output[str]:
    """The policy as JSON, once its outputs are known."""
    rendered = [statement.rendered() for statement in statements]
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": rendered})


def trust(service: str, account: Text | None = None) -> pulumi.Output[str]:
    """Only this service may take the role, and where the service says for whom, only for this account."""
    condition: Condition = {"StringEquals": {"aws:SourceAccount": account}} if account is not None else {}
    return document(
        Statement("Trust", ["sts:AssumeRole"], principal={"Service": service}, condition=condition)
    )


def grant(
    name: str, role: pulumi.Output[str], opts: pulumi.ResourceOptions, *statements: Statement
) -> iam.RolePolicy:
    """Allow a role something, in the file of the part that it is allowed to use."""
    return iam.RolePolicy(name, role=role, policy=document(*statements), opts=opts)
