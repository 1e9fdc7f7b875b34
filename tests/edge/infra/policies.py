"""Properties of who may do what."""

from collections.abc import Iterator
from typing import Any

from infra.policies import WILDCARDS
from tests.edge.infra.graph import Graph
from tests.edge.infra.properties import Property, add, put, reword

POLICY = "aws:iam/rolePolicy:RolePolicy"
MANAGED = ("AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForRestores")
"""The policies of AWS that are attached: only those of AWS Backup, to its own role."""


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def is_wild(statement: dict[str, Any]) -> bool:
    parts = [statement.get(key) for key in ("Action", "Resource", "Principal")]
    return any("*" in text for part in parts for text in _texts(part))


def wildcards_are_written_down(graph: Graph) -> Iterator[str]:
    for resource, statement in graph.statements():
        if is_wild(statement) and statement.get("Sid") not in WILDCARDS:
            yield f"{resource.name}: {statement}"


def everything_goes_only_to_refusals(graph: Graph) -> Iterator[str]:
    """A bare * or a whole service stands in refusals, and in the key's policy for the account."""
    for resource, statement in graph.statements():
        whole = [action for action in _texts(statement["Action"]) if action == "*" or action.endswith(":*")]
        if whole and statement["Effect"] == "Allow" and statement["Sid"] != "AccountDecides":
            yield f"{resource.name}: {whole}"


def nobody_in_general_is_allowed(graph: Graph) -> Iterator[str]:
    """A principal of * is allowed something only under a condition that names the account or the role."""
    naming = {"aws:PrincipalAccount", "aws:PrincipalArn"}
    for resource, statement in graph.statements():
        if statement["Effect"] == "Allow" and "*" in _texts(statement.get("Principal")):
            terms = {term for operator in statement.get("Condition", {}).values() for term in operator}
            if not terms & naming:
                yield f"{resource.name}: {statement['Sid']}"


def services_act_for_this_account(graph: Graph) -> Iterator[str]:
    """The confused deputy: a service that says for whom it acts is held to this account (IAM User Guide)."""
    speaking = {"scheduler.amazonaws.com", "cloudwatch.amazonaws.com", "budgets.amazonaws.com"}
    for resource, statement in graph.statements():
        services = set(_texts(statement.get("Principal", {})))
        if services & speaking:
            equals = statement.get("Condition", {}).get("StringEquals", {})
            if equals.get("aws:SourceAccount") != "123456789012":
                yield f"{resource.name}: {statement['Sid']}"


def deployment_is_one_environments(graph: Graph) -> Iterator[str]:
    for resource, statement in graph.statements():
        if statement["Action"] != ["sts:AssumeRoleWithWebIdentity"]:
            continue
        equals = statement.get("Condition", {}).get("StringEquals", {})
        subject = str(equals.get("token.actions.githubusercontent.com:sub"))
        if not subject.startswith("repo:example/wikibot:environment:") or "*" in subject:
            yield f"{resource.name}: {subject}"
        if equals.get("token.actions.githubusercontent.com:aud") != "sts.amazonaws.com":
            yield f"{resource.name}: any audience"
    if not any(s["Action"] == ["sts:AssumeRoleWithWebIdentity"] for _, s in graph.statements()):
        yield "no role for the deployment"


def deployment_changes_no_rights(graph: Graph) -> Iterator[str]:
    """The role of CI may hand the function its role; nothing else of IAM, network or keys."""
    closed = ("iam:", "ec2:Create", "ec2:Authorize", "kms:Put", "kms:Schedule", "efs:", "elasticfilesystem:")
    policy = graph.one("RolePolicy", "-deploy").policies[0]
    for statement in policy["Statement"]:
        for action in _texts(statement["Action"]):
            if action.startswith(closed) and action != "iam:PassRole":
                yield action
        if "iam:PassRole" in statement["Action"] and "iam:PassedToService" not in str(
            statement.get("Condition")
        ):
            yield "PassRole to any service"


def code_makes_no_interfaces(graph: Graph) -> Iterator[str]:
    statements = [s for _, s in graph.statements() if s["Sid"] == "NoNetworkByCode"]
    if [s["Effect"] for s in statements] != ["Deny"]:
        yield "the function's code may make network interfaces"


def managed_policies_are_those_of_backup(graph: Graph) -> Iterator[str]:
    for resource in graph.of("RolePolicyAttachment"):
        if not resource.inputs["policyArn"].endswith(MANAGED):
            yield resource.inputs["policyArn"]


def one_model(graph: Graph) -> Iterator[str]:
    for resource, statement in graph.statements():
        if "bedrock:InvokeModel" in statement["Action"]:
            ends = [
                text for text in _texts(statement["Resource"]) if not text.endswith("titan-embed-text-v2:0")
            ]
            yield from (f"{resource.name}: {text}" for text in ends)


def only_the_gateways_route_calls(graph: Graph) -> Iterator[str]:
    permissions = graph.of("Permission")
    for permission in permissions:
        source = str(permission.inputs.get("sourceArn"))
        if permission.inputs["principal"] != "apigateway.amazonaws.com":
            yield f"{permission.name}: {permission.inputs['principal']}"
        if (
            "apigateway" not in source
            or not source.endswith("/*/$default")
            or not permission.inputs.get("qualifier")
        ):
            yield f"{permission.name}: {source}"
    if len(permissions) != 1:
        yield f"{len(permissions)} permissions"


def _open_role(action: str) -> dict[str, Any]:
    policy = (
        '{"Version": "2012-10-17", "Statement": [{"Sid": "New", "Effect": "Allow", '
        f'"Action": ["{action}"], "Resource": ["*"]}}]}}'
    )
    return {"role": "wikibot", "policy": policy}


def _retrust(graph: Graph, subject: str | None) -> None:
    """Write the trust of the deployment's role anew: another subject, or None for any audience."""
    prefix = "token.actions.githubusercontent.com"
    terms = {f"{prefix}:sub": subject or "repo:example/wikibot:environment:small"}
    if subject:
        terms[f"{prefix}:aud"] = "sts.amazonaws.com"
    role = graph.one("Role", "-deploy")
    reword("Trust", Condition={"StringEquals": terms})(Graph([role]))


PROPERTIES = [
    Property(
        "each wildcard is in the written list, with its reason",
        wildcards_are_written_down,
        {
            "a grant on all resources": add(POLICY, _open_role("s3:GetObject")),
            "a whole service": reword("UseKey", Action=["kms:*"]),
            "any resource": reword("MountFiles", Resource=["*"]),
            "any log group by another name": reword("WriteLog", Sid="WriteAnyLog"),
        },
    ),
    Property(
        "whole services are only refused",
        everything_goes_only_to_refusals,
        {
            "all of S3": reword("BackupObjects", Action=["s3:*"]),
            "everything": reword("MountThroughAccessPoint", Action=["*"]),
            "the refusal turned round": reword("OnlyEncrypted", Effect="Allow"),
        },
    ),
    Property(
        "nobody in general is allowed anything",
        nobody_in_general_is_allowed,
        {
            "S3's endpoint for any account": reword("OurBuckets", Condition={}),
            "a mount by anybody": reword("MountThroughAccessPoint", Principal={"AWS": "*"}),
        },
    ),
    Property(
        "services act for this account only",
        services_act_for_this_account,
        {
            "alarms of any account": reword("TellUs", Condition={}),
            "the key for any account's alarms": reword(
                "AlarmsEncrypt", Condition={"StringEquals": {"aws:SourceAccount": "999999999999"}}
            ),
        },
    ),
    Property(
        "one environment of one repository deploys",
        deployment_is_one_environments,
        {
            "any branch": lambda graph: _retrust(graph, "repo:example/wikibot:*"),
            "another repository": lambda graph: _retrust(graph, "repo:somebody/else:environment:small"),
            "any audience": lambda graph: _retrust(graph, None),
        },
    ),
    Property(
        "the deployment cannot widen its own rights",
        deployment_changes_no_rights,
        {
            "roles": reword("Look", Action=["iam:PutRolePolicy"]),
            "any service gets the role": reword("PassRole", Condition={}),
            "security groups": reword("Look", Action=["ec2:AuthorizeSecurityGroupIngress"]),
        },
    ),
    Property(
        "the function's code makes no network interfaces",
        code_makes_no_interfaces,
        {
            "allowed": reword("NoNetworkByCode", Effect="Allow"),
            "forgotten": reword("NoNetworkByCode", Sid="Gone"),
        },
    ),
    Property(
        "only AWS Backup's own policies are attached whole",
        managed_policies_are_those_of_backup,
        {
            "an administrator": put(
                "RolePolicyAttachment", "policyArn", "arn:aws:iam::aws:policy/AdministratorAccess"
            )
        },
    ),
    Property(
        "one model of Bedrock",
        one_model,
        {"any model": add(POLICY, _open_role("bedrock:InvokeModel"))},
    ),
    Property(
        "only the HTTP API's route may call the alias",
        only_the_gateways_route_calls,
        {
            "any API": put("Permission", "sourceArn", None),
            "the unpublished code": put("Permission", "qualifier", None),
            "anybody": put("Permission", "principal", "*"),
        },
    ),
]
