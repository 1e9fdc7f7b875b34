"""Security groups: who may open a connection to whom, one rule a line."""

from dataclasses import dataclass

import pulumi
import pulumi_aws.ec2 as ec2
import pulumi_aws.vpc as vpc

from infra.component import Component

HTTPS, NFS = 443, 2049


@dataclass(frozen=True)
class WallsArgs:
    """`s3_prefix_list`: the addresses of S3 in this region, behind the gateway endpoint."""

    vpc_id: pulumi.Output[str]
    s3_prefix_list: pulumi.Output[str]
    nat: bool
    bedrock_endpoint: bool


class Walls(Component):
    """`function`, `files`, `bedrock`: ids of groups. Nothing comes in from outside."""

    def __init__(self, name: str, args: WallsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._vpc_id = args.vpc_id
        self.function = self._group(f"{name}-function", "the wiki's function")
        self.files = self._group(f"{name}-files", "the wiki's files")
        self._open(f"{name}-files", self.function, self.files, NFS)
        self._out(f"{name}-s3", "backups, to S3", prefix_list_id=args.s3_prefix_list)
        self._out(f"{name}-ipv6", "the sign-in provider's keys and tokens", cidr_ipv6="::/0")
        if args.nat:
            self._out(f"{name}-ipv4", "the same, where it has no IPv6 address", cidr_ipv4="0.0.0.0/0")
        self.bedrock: pulumi.Output[str] | None = None
        if args.bedrock_endpoint:
            self.bedrock = self._group(f"{name}-bedrock", "the endpoint of Bedrock")
            self._open(f"{name}-bedrock", self.function, self.bedrock, HTTPS)
        self.register_outputs({"function": self.function, "files": self.files})

    def _group(self, name: str, what: str) -> pulumi.Output[str]:
        group = ec2.SecurityGroup(
            name, vpc_id=self._vpc_id, description=what, tags={"Name": name}, opts=self.own
        )
        return group.id

    def _open(self, name: str, source: pulumi.Output[str], target: pulumi.Output[str], port: int) -> None:
        vpc.SecurityGroupEgressRule(
            f"{name}-out",
            security_group_id=source,
            referenced_security_group_id=target,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            opts=self.own,
        )
        vpc.SecurityGroupIngressRule(
            f"{name}-in",
            security_group_id=target,
            referenced_security_group_id=source,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            opts=self.own,
        )

    def _out(
        self,
        name: str,
        what: str,
        *,
        cidr_ipv4: str | None = None,
        cidr_ipv6: str | None = None,
        prefix_list_id: pulumi.Output[str] | None = None,
    ) -> None:
        vpc.SecurityGroupEgressRule(
            f"{name}-out",
            security_group_id=self.function,
            description=what,
            cidr_ipv4=cidr_ipv4,
            cidr_ipv6=cidr_ipv6,
            prefix_list_id=prefix_list_id,
            ip_protocol="tcp",
            from_port=HTTPS,
            to_port=HTTPS,
            opts=self.own,
        )
