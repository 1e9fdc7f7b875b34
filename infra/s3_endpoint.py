"""The way to S3 inside AWS, free of charge, and to our own buckets only."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws.ec2 as ec2

from infra.component import Component
from infra.place import Place
from infra.policies import Statement, document


@dataclass(frozen=True)
class S3EndpointArgs:
    """`bucket_arns`: what the network may reach of S3."""

    place: Place
    vpc_id: pulumi.Output[str]
    route_table_id: pulumi.Output[str]
    bucket_arns: Sequence[pulumi.Output[str]]


class S3Endpoint(Component):
    """`prefix_list_id`: S3's addresses, for security groups."""

    def __init__(self, name: str, args: S3EndpointArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        objects = [pulumi.Output.concat(arn, "/*") for arn in args.bucket_arns]
        endpoint = ec2.VpcEndpoint(
            name,
            vpc_id=args.vpc_id,
            vpc_endpoint_type="Gateway",
            service_name=pulumi.Output.format("com.amazonaws.{0}.s3", args.place.region),
            route_table_ids=[args.route_table_id],
            policy=document(
                Statement(
                    "OurBuckets",
                    ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListBucket"],
                    [*args.bucket_arns, *objects],
                    "*",
                    {"StringEquals": {"aws:PrincipalAccount": args.place.account}},
                )
            ),
            tags={"Name": name},
            opts=self.own,
        )
        self.prefix_list_id = endpoint.prefix_list_id
        self.register_outputs({})
