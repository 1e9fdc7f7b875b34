"""Who may release from CI: one environment of one repository on GitHub, without any long-lived key.

The role changes what a release changes (package, layer, function, alias, Pulumi's state). Network, roles and
keys are drawn by an administrator's own `pulumi up`; in CI such a change stops with AccessDenied.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws.iam as iam

from infra.component import Component
from infra.configuration import Delivery
from infra.place import Place
from infra.policies import Statement, document, grant

ISSUER = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"
HOUR = 3600
RELEASE = (
    "lambda:GetFunction",
    "lambda:GetFunctionConfiguration",
    "lambda:GetFunctionCodeSigningConfig",
    "lambda:GetAlias",
    "lambda:ListVersionsByFunction",
    "lambda:UpdateFunctionCode",
    "lambda:UpdateFunctionConfiguration",
    "lambda:PublishVersion",
    "lambda:UpdateAlias",
)
LAYER = ("lambda:PublishLayerVersion", "lambda:GetLayerVersion")
OBJECTS = (
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:GetObjectTagging",
    "s3:PutObject",
    "s3:PutObjectTagging",
)


@dataclass(frozen=True)
class DeployRoleArgs:
    """What a release touches."""

    place: Place
    delivery: Delivery
    function_name: str
    function_role_arn: pulumi.Output[str]
    artifacts_arn: pulumi.Output[str]
    key_arn: pulumi.Output[str]


class DeployRole(Component):
    """`arn`: for the workflow's `role-to-assume`."""

    def __init__(self, name: str, args: DeployRoleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._args = args
        role = iam.Role(
            name,
            name=name,
            description=f"Releases from {args.delivery.repository}, environment {args.delivery.environment}",
            assume_role_policy=self._trust(self._github(name)),
            max_session_duration=HOUR,
            opts=self.own,
        )
        self.arn = role.arn
        grant(name, role.name, self.own, *self._release(), *self._state())
        self.register_outputs({"arn": self.arn})

    def _github(self, name: str) -> pulumi.Output[str]:
        """An account has one provider for GitHub; a second stack in it uses what is there."""
        if not self._args.delivery.create_provider:
            return pulumi.Output.format(
                "arn:aws:iam::{0}:oidc-provider/{1}", self._args.place.account, ISSUER
            )
        made = iam.OpenIdConnectProvider(
            name, url=f"https://{ISSUER}", client_id_lists=[AUDIENCE], opts=self.own
        )
        return made.arn

    def _trust(self, provider_arn: pulumi.Output[str]) -> pulumi.Output[str]:
        delivery = self._args.delivery
        return document(
            Statement(
                "Trust",
                ["sts:AssumeRoleWithWebIdentity"],
                principal={"Federated": provider_arn},
                condition={
                    "StringEquals": {
                        f"{ISSUER}:aud": AUDIENCE,
                        f"{ISSUER}:sub": f"repo:{delivery.repository}:environment:{delivery.environment}",
                    }
                },
            )
        )

    def _release(self) -> Sequence[Statement]:
        args, place = self._args, self._args.place
        function = place.arn("lambda", f"function:{args.function_name}")
        layer = place.arn("lambda", f"layer:{args.function_name}-git")
        return [
            Statement("Release", RELEASE, [function, pulumi.Output.concat(function, ":*")]),
            Statement("ReleaseLayer", LAYER, [layer, pulumi.Output.concat(layer, ":*")]),
            Statement("Artifacts", OBJECTS, [pulumi.Output.concat(args.artifacts_arn, "/*")]),
            Statement("ArtifactsList", ["s3:ListBucket"], [args.artifacts_arn]),
            Statement(
                "PassRole",
                ["iam:PassRole"],
                [args.function_role_arn],
                condition={"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}},
            ),
            Statement("UseKey", ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"], [args.key_arn]),
            Statement(
                "LendKey",
                ["kms:CreateGrant"],
                [args.key_arn],
                condition={"Bool": {"kms:GrantIsForAWSResource": "true"}},
            ),
            Statement(
                "Look", ["ec2:DescribeAvailabilityZones", "ec2:DescribeVpcs", "ec2:DescribeSubnets"], ["*"]
            ),
        ]

    def _state(self) -> Sequence[Statement]:
        """Pulumi's own bucket, and the key of its secrets, where they are named."""
        delivery = self._args.delivery
        made: list[Statement] = []
        if delivery.state_bucket:
            bucket = f"arn:aws:s3:::{delivery.state_bucket}"
            made += [
                Statement("State", ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], [f"{bucket}/*"]),
                Statement("StateList", ["s3:ListBucket", "s3:GetBucketLocation"], [bucket]),
            ]
        if delivery.state_key:
            made.append(Statement("StateKey", ["kms:Encrypt", "kms:Decrypt"], [delivery.state_key]))
        return made
