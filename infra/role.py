"""What the function is: a role that may have network interfaces, write its log and send traces."""

from dataclasses import dataclass

import pulumi
import pulumi_aws.iam as iam

from infra.component import Component
from infra.place import Place
from infra.policies import Statement, grant, trust

# AWS Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC".
INTERFACES = (
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
)


@dataclass(frozen=True)
class RoleArgs:
    """The function's name and its log group; other parts add what the role may do with them."""

    place: Place
    function_name: str
    log_group_arn: pulumi.Output[str]
    key_arn: pulumi.Output[str]


class Role(Component):
    """`name`, `arn`; `ready`: the grants that the function needs at its start."""

    def __init__(self, name: str, args: RoleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        made = iam.Role(
            name,
            name=name,
            description="What the wiki's function may do",
            assume_role_policy=trust("lambda.amazonaws.com"),
            opts=self.own,
        )
        self.name, self.arn = made.name, made.arn
        granted = grant(
            name,
            made.name,
            self.own,
            Statement("NetworkInterfaces", INTERFACES, ["*"]),
            # Lambda needs them, the code in the function does not (same page, "Security best practices").
            Statement(
                "NoNetworkByCode",
                INTERFACES,
                ["*"],
                condition={
                    "ArnEquals": {
                        "lambda:SourceFunctionArn": args.place.arn("lambda", f"function:{args.function_name}")
                    }
                },
                effect="Deny",
            ),
            Statement(
                "WriteLog",
                ["logs:CreateLogStream", "logs:PutLogEvents"],
                [pulumi.Output.concat(args.log_group_arn, ":*")],
            ),
            Statement("Traces", ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], ["*"]),
            Statement("UseKey", ["kms:Decrypt", "kms:GenerateDataKey"], [args.key_arn]),
        )
        self.ready: list[pulumi.Resource] = [granted]
        self.register_outputs({"arn": self.arn})
