"""Properties of who can reach whom."""

from collections.abc import Iterator
from typing import Any

from tests.edge.infra.graph import Graph
from tests.edge.infra.properties import Property, add, drop, put

PORTS = {443, 2049}
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
ANYWHERE = {"cidrIpv4": "0.0.0.0/0", "cidrIpv6": "::/0"}


def _nat(graph: Graph) -> bool:
    return bool(graph.of("NatGateway"))


def nothing_comes_in(graph: Graph) -> Iterator[str]:
    """Each group lets in another group; nobody by address, and no group has rules of its own."""
    for rule in graph.of("SecurityGroupIngressRule"):
        if (
            "cidrIpv4" in rule.inputs
            or "cidrIpv6" in rule.inputs
            or not rule.inputs.get("referencedSecurityGroupId")
        ):
            yield rule.name
    for group in graph.of("SecurityGroup"):
        if group.inputs.get("ingress") or group.inputs.get("egress"):
            yield group.name
    yield from (rule.name for rule in graph.of("SecurityGroupRule"))
    closed = [
        not group.inputs.get("ingress") and not group.inputs.get("egress")
        for group in graph.of("DefaultSecurityGroup")
    ]
    if closed != [True]:
        yield "the default group lets something through"


def one_port_a_rule(graph: Graph) -> Iterator[str]:
    for rule in [*graph.of("SecurityGroupIngressRule"), *graph.of("SecurityGroupEgressRule")]:
        given: dict[str, Any] = rule.inputs
        if (
            given["ipProtocol"] != "tcp"
            or given.get("fromPort") != given.get("toPort")
            or given.get("fromPort") not in PORTS
        ):
            yield rule.name


def out_goes_only_where_it_must(graph: Graph) -> Iterator[str]:
    """Addresses in general over 443 only, and those of IPv4 only where NAT was asked for."""
    for rule in graph.of("SecurityGroupEgressRule"):
        general = [key for key in ANYWHERE if key in rule.inputs]
        if general and rule.inputs.get("fromPort") != 443:
            yield rule.name
        if "cidrIpv4" in general and not _nat(graph):
            yield f"{rule.name}: IPv4 without NAT"
        if "function" not in str(rule.inputs["securityGroupId"]):
            yield f"{rule.name}: somebody else than the function"


def subnets_are_private(graph: Graph) -> Iterator[str]:
    gateways = graph.of("InternetGateway")
    if gateways and not _nat(graph):
        yield "an internet gateway without NAT"
    for subnet in graph.of("Subnet"):
        if subnet.inputs.get("mapPublicIpOnLaunch"):
            yield f"{subnet.name} gives public addresses"
    for route in graph.of("Route"):
        if route.inputs.get("gatewayId") and "-nat" not in str(route.inputs["routeTableId"]):
            yield f"{route.name} leads out from a private subnet"
    placed = {resource.inputs["subnetId"] for resource in graph.of("MountTarget")}
    inside = set(graph.one("Function").inputs["vpcConfig"]["subnetIds"])
    if placed != inside or any("nat" in subnet for subnet in inside) or len(inside) != 2:
        yield "function and files are not side by side in two private subnets"


def one_way_in(graph: Graph) -> Iterator[str]:
    """The custom domain: no address of API Gateway's own, no function URL."""
    if graph.one("Api").inputs.get("disableExecuteApiEndpoint") is not True:
        yield "execute-api is open"
    yield from (url.name for url in graph.of("FunctionUrl"))
    routes = [route.inputs["routeKey"] for route in graph.resources if "apigatewayv2/route:" in route.kind]
    if routes != ["$default"]:
        yield f"routes {routes}"


def s3_is_our_buckets(graph: Graph) -> Iterator[str]:
    gateways = [end for end in graph.of("VpcEndpoint") if end.inputs["vpcEndpointType"] == "Gateway"]
    for end in gateways:
        for policy in end.policies:
            resources = [text for statement in policy["Statement"] for text in statement["Resource"]]
            yield from (
                text for text in resources if not text.startswith("arn:aws:s3:") or "wikibot-" not in text
            )
        if not end.policies:
            yield f"{end.name}: all of S3"
    if len(gateways) != 1:
        yield f"{len(gateways)} endpoints of S3"


def bedrocks_endpoint_is_narrow(graph: Graph) -> Iterator[str]:
    for end in graph.of("VpcEndpoint"):
        if end.inputs["vpcEndpointType"] == "Interface":
            policies = end.policies
            actions = [s["Action"] for policy in policies for s in policy["Statement"]]
            if actions != [["bedrock:InvokeModel"]] or not end.inputs.get("securityGroupIds"):
                yield end.name


def _wide(kind: str) -> dict[str, Any]:
    return {
        "vpcEndpointType": kind,
        "serviceName": "com.amazonaws.eu-central-1.bedrock-runtime",
    }


def _rule(**terms: object) -> dict[str, Any]:
    return {
        "ipProtocol": "tcp",
        "fromPort": 443,
        "toPort": 443,
        "securityGroupId": "wikibot-small-function-id",
        **terms,
    }


def _ipv4_alone(graph: Graph) -> None:
    for gateway in graph.of("NatGateway"):
        graph.resources.remove(gateway)
    add(EGRESS, _rule(cidrIpv4="0.0.0.0/0"))(graph)


def _foreign(graph: Graph) -> None:
    policy = graph.one("VpcEndpoint", "s3").inputs
    policy["policy"] = policy["policy"].replace("wikibot-", "other-")


PROPERTIES = [
    Property(
        "nothing comes in by address",
        nothing_comes_in,
        {
            "from anywhere": add(INGRESS, _rule(cidrIpv4="0.0.0.0/0")),
            "from anywhere over IPv6": add(INGRESS, _rule(cidrIpv6="::/0")),
            "rules in the group": put("SecurityGroup", "ingress", [{"cidrBlocks": ["0.0.0.0/0"]}]),
            "the default group": put("DefaultSecurityGroup", "ingress", [{"self": True}]),
            "the default group as AWS made it": drop("DefaultSecurityGroup"),
            "a rule of the old kind": add("aws:ec2/securityGroupRule:SecurityGroupRule", {}),
        },
    ),
    Property(
        "each rule opens one port",
        one_port_a_rule,
        {
            "all protocols": put("SecurityGroupIngressRule", "ipProtocol", "-1"),
            "a range": put("SecurityGroupEgressRule", "toPort", 65535),
            "SSH": add(INGRESS, _rule(fromPort=22, toPort=22, referencedSecurityGroupId="x")),
        },
    ),
    Property(
        "the function alone goes out, over 443",
        out_goes_only_where_it_must,
        {
            "the files go out": add(EGRESS, _rule(securityGroupId="wikibot-small-files-id", cidrIpv6="::/0")),
            "another port": add(EGRESS, _rule(fromPort=2049, toPort=2049, cidrIpv6="::/0")),
            "IPv4 without NAT": _ipv4_alone,
        },
    ),
    Property(
        "subnets are private",
        subnets_are_private,
        {
            "public addresses": put("Subnet", "mapPublicIpOnLaunch", value=True),
            "a way in": add(
                "aws:ec2/route:Route", {"gatewayId": "igw", "routeTableId": "wikibot-small-private-id"}
            ),
            "the function elsewhere": put("Function", "vpcConfig.subnetIds", ["wikibot-small-nat-id"]),
            "files elsewhere": drop("MountTarget"),
        },
    ),
    Property(
        "the custom domain is the only way in",
        one_way_in,
        {
            "execute-api": put("Api", "disableExecuteApiEndpoint", value=False),
            "a function URL": add("aws:lambda/functionUrl:FunctionUrl", {}),
            "a further route": add("aws:apigatewayv2/route:Route", {"routeKey": "GET /other"}),
        },
    ),
    Property(
        "S3 is reached for our buckets only",
        s3_is_our_buckets,
        {
            "all of S3": drop("VpcEndpoint", "policy", "s3"),
            "a foreign bucket": _foreign,
            "no endpoint": drop("VpcEndpoint", name="s3"),
        },
    ),
    Property(
        "Bedrock's endpoint embeds and no more",
        bedrocks_endpoint_is_narrow,
        {"without a policy": add("aws:ec2/vpcEndpoint:VpcEndpoint", _wide("Interface"))},
    ),
]
