"""A network of two private subnets in two zones: out over IPv6, nothing in; NAT to IPv4 by a setting."""

import ipaddress
from dataclasses import dataclass

import pulumi
import pulumi_aws.ec2 as ec2

from infra.component import Component
from infra.place import Place

ZONES = 2


@dataclass(frozen=True)
class NetworkArgs:
    """`cidr` is cut into four: two private subnets, a public one for NAT, and a spare."""

    place: Place
    cidr: str
    nat: bool


class Network(Component):
    """`vpc_id`, `subnet_ids` (private), `route_table_id` (theirs)."""

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._args = args
        self._v4 = [str(part) for part in ipaddress.IPv4Network(args.cidr).subnets(prefixlen_diff=2)]
        self.vpc = ec2.Vpc(
            name,
            cidr_block=args.cidr,
            assign_generated_ipv6_cidr_block=True,
            enable_dns_hostnames=True,
            enable_dns_support=True,
            tags={"Name": name},
            opts=self.own,
        )
        self.vpc_id = self.vpc.id
        # The group that a new interface gets when nobody names one lets nothing through.
        ec2.DefaultSecurityGroup(name, vpc_id=self.vpc_id, ingress=[], egress=[], opts=self.own)
        self.subnets = [self._subnet(f"{name}-{zone}", zone) for zone in range(ZONES)]
        self.subnet_ids = [subnet.id for subnet in self.subnets]
        self.route_table_id = self._routes(name)
        self.register_outputs({"vpc_id": self.vpc_id})

    def _subnet(self, name: str, zone: int) -> ec2.Subnet:
        return ec2.Subnet(
            name,
            vpc_id=self.vpc_id,
            availability_zone=self._args.place.zones.apply(lambda names: names[zone]),
            cidr_block=self._v4[zone],
            ipv6_cidr_block=self._v6(zone),
            assign_ipv6_address_on_creation=True,
            map_public_ip_on_launch=False,
            tags={"Name": name},
            opts=self.own,
        )

    def _v6(self, number: int) -> pulumi.Output[str]:
        """AWS gives a network a /56 and its subnets a /64 each."""
        return self.vpc.ipv6_cidr_block.apply(lambda block: _part(block, number))

    def _routes(self, name: str) -> pulumi.Output[str]:
        table = ec2.RouteTable(
            f"{name}-private", vpc_id=self.vpc_id, tags={"Name": f"{name}-private"}, opts=self.own
        )
        out = ec2.EgressOnlyInternetGateway(name, vpc_id=self.vpc_id, tags={"Name": name}, opts=self.own)
        ec2.Route(
            f"{name}-ipv6",
            route_table_id=table.id,
            destination_ipv6_cidr_block="::/0",
            egress_only_gateway_id=out.id,
            opts=self.own,
        )
        for zone, subnet in enumerate(self.subnets):
            ec2.RouteTableAssociation(
                f"{name}-{zone}", route_table_id=table.id, subnet_id=subnet.id, opts=self.own
            )
        if self._args.nat:
            self._nat(f"{name}-nat", table.id)
        return table.id

    def _nat(self, name: str, table_id: pulumi.Output[str]) -> None:
        """For where a peer has no IPv6 address; one gateway, in one zone."""
        gateway = ec2.InternetGateway(name, vpc_id=self.vpc_id, tags={"Name": name}, opts=self.own)
        public = ec2.Subnet(
            name,
            vpc_id=self.vpc_id,
            availability_zone=self._args.place.zones.apply(lambda names: names[0]),
            cidr_block=self._v4[ZONES],
            map_public_ip_on_launch=False,
            tags={"Name": name},
            opts=self.own,
        )
        routes = ec2.RouteTable(name, vpc_id=self.vpc_id, tags={"Name": name}, opts=self.own)
        outside = ec2.Route(
            f"{name}-public",
            route_table_id=routes.id,
            destination_cidr_block="0.0.0.0/0",
            gateway_id=gateway.id,
            opts=self.own,
        )
        ec2.RouteTableAssociation(name, route_table_id=routes.id, subnet_id=public.id, opts=self.own)
        address = ec2.Eip(name, domain="vpc", tags={"Name": name}, opts=self.own)
        nat = ec2.NatGateway(
            name, allocation_id=address.id, subnet_id=public.id, tags={"Name": name}, opts=self.after(outside)
        )
        ec2.Route(
            f"{name}-ipv4",
            route_table_id=table_id,
            destination_cidr_block="0.0.0.0/0",
            nat_gateway_id=nat.id,
            opts=self.own,
        )


def _part(block: str, number: int) -> str:
    parts = ipaddress.IPv6Network(block).subnets(new_prefix=64)
    return str(next(part for index, part in enumerate(parts) if index == number))
