"""Search by meaning: the function may ask one model of Bedrock, by a setting over an endpoint inside."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws.ec2 as ec2

from infra.component import Component
from infra.place import Place
from infra.policies import Statement, document, grant

MODEL = "amazon.titan-embed-text-v2:0"
"""The model that WIKIBOT_BEDROCK_MODEL names by default."""


@dataclass(frozen=True)
class EmbeddingsArgs:
    """`security_group_id`: that of the endpoint; None: no endpoint, Bedrock is reached over the way out."""

    place: Place
    role: pulumi.Output[str]
    role_arn: pulumi.Output[str]
    vpc_id: pulumi.Output[str]
    subnet_ids: Sequence[pulumi.Output[str]]
    security_group_id: pulumi.Output[str] | None


class Embeddings(Component):
    """`ready`: the grant."""

    def __init__(self, name: str, args: EmbeddingsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        model = pulumi.Output.format("arn:aws:bedrock:{0}::foundation-model/{1}", args.place.region, MODEL)
        granted = grant(name, args.role, self.own, Statement("Embed", ["bedrock:InvokeModel"], [model]))
        self.ready: list[pulumi.Resource] = [granted]
        if args.security_group_id is not None:
            self._endpoint(name, args, args.security_group_id, model)
        self.register_outputs({})

    def _endpoint(
        self,
        name: str,
        args: EmbeddingsArgs,
        security_group_id: pulumi.Output[str],
        model: pulumi.Output[str],
    ) -> None:
        """In one zone: the second costs as much again, and the function reaches it from both."""
        ec2.VpcEndpoint(
            name,
            vpc_id=args.vpc_id,
            vpc_endpoint_type="Interface",
            service_name=pulumi.Output.format("com.amazonaws.{0}.bedrock-runtime", args.place.region),
            private_dns_enabled=True,
            subnet_ids=args.subnet_ids[:1],
            security_group_ids=[security_group_id],
            policy=document(
                Statement(
                    "EmbedOnly",
                    ["bedrock:InvokeModel"],
                    [model],
                    "*",
                    {"ArnEquals": {"aws:PrincipalArn": args.role_arn}},
                )
            ),
            tags={"Name": name},
            opts=self.own,
        )
