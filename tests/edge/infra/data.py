"""Properties of what is stored: encryption, buckets, files, secrets."""

import json
from collections.abc import Iterator
from typing import Any

from tests.edge.infra.graph import SECRET, SECRETS, Graph
from tests.edge.infra.properties import Property, add, drop, put, reword

# Which input of which kind names our key.
ENCRYPTED = {
    "Function": "kmsKeyArn",
    "FileSystem": "kmsKeyId",
    "LogGroup": "kmsKeyId",
    "Topic": "kmsMasterKeyId",
    "Vault": "kmsKeyArn",
}
CLOSED = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def everything_is_encrypted_with_our_key(graph: Graph) -> Iterator[str]:
    for kind, key in ENCRYPTED.items():
        for resource in graph.of(kind):
            if "arn:aws:kms:" not in str(resource.inputs.get(key)):
                yield f"{resource.kind} {resource.name}"
    for files in graph.of("FileSystem"):
        if files.inputs.get("encrypted") is not True:
            yield files.name
    for queue in graph.of("Queue"):
        if queue.inputs.get("sqsManagedSseEnabled") is not True:
            yield queue.name
    for made in graph.of("Key"):
        if made.inputs.get("enableKeyRotation") is not True:
            yield f"{made.name} never turns"


def _names(graph: Graph, kind: str) -> set[str]:
    return {resource.inputs["bucket"] for resource in graph.of(kind)}


def buckets_are_closed(graph: Graph) -> Iterator[str]:
    buckets = {bucket.name for bucket in graph.of("Bucket")}
    for kind in ("BucketPublicAccessBlock", "BucketOwnershipControls", "BucketPolicy", "BucketVersioning"):
        yield from (f"{name} has no {kind}" for name in sorted(buckets - _names(graph, kind)))
    for block in graph.of("BucketPublicAccessBlock"):
        yield from (f"{block.name}: {part}" for part in CLOSED if block.inputs.get(part) is not True)
    for owned in graph.of("BucketOwnershipControls"):
        if owned.inputs["rule"]["objectOwnership"] != "BucketOwnerEnforced":
            yield f"{owned.name}: owners of objects"
    for kind in ("BucketAcl", "BucketWebsiteConfiguration", "BucketCorsConfiguration"):
        yield from (made.kind for made in graph.of(kind))
    yield from (f"{bucket.name}: acl" for bucket in graph.of("Bucket") if "acl" in bucket.inputs)


def buckets_are_encrypted_with_our_key(graph: Graph) -> Iterator[str]:
    configured = graph.of("BucketServerSideEncryptionConfiguration")
    buckets = {bucket.name for bucket in graph.of("Bucket")}
    yield from sorted(buckets - {made.inputs["bucket"] for made in configured})
    for made in configured:
        default = made.inputs["rules"][0]["applyServerSideEncryptionByDefault"]
        if default["sseAlgorithm"] != "aws:kms" or "arn:aws:kms:" not in str(default.get("kmsMasterKeyId")):
            yield made.name


def buckets_keep_and_forget(graph: Graph) -> Iterator[str]:
    for versioned in graph.of("BucketVersioning"):
        if versioned.inputs["versioningConfiguration"]["status"] != "Enabled":
            yield f"{versioned.name}: versions"
    for cycle in graph.of("BucketLifecycleConfiguration"):
        if not cycle.inputs["rules"][0].get("noncurrentVersionExpiration", {}).get("noncurrentDays"):
            yield f"{cycle.name}: old versions stay for ever"
    archives = graph.one("BucketLifecycleConfiguration", "archives").inputs["rules"][0]
    if not archives.get("expiration", {}).get("days"):
        yield "archives stay for ever"


def transport_is_tls(graph: Graph) -> Iterator[str]:
    for kind in ("BucketPolicy", "QueuePolicy", "FileSystemPolicy"):
        for resource in graph.of(kind):
            refused = [
                statement
                for policy in resource.policies
                for statement in policy["Statement"]
                if statement["Effect"] == "Deny"
                and statement["Principal"] == "*"
                and statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
            ]
            if not refused:
                yield f"{resource.kind} {resource.name}"
    for domain in graph.of("DomainName"):
        if domain.inputs["domainNameConfiguration"]["securityPolicy"] != "TLS_1_2":
            yield domain.name


def files_are_mounted_by_the_function_alone(graph: Graph) -> Iterator[str]:
    (policy,) = graph.one("FileSystemPolicy").policies
    allowed = [s for s in policy["Statement"] if s["Effect"] == "Allow"]
    for statement in allowed:
        condition = statement.get("Condition", {})
        if "elasticfilesystem:AccessPointArn" not in condition.get("StringEquals", {}):
            yield "without the access point"
        if not str(statement["Principal"].get("AWS")).endswith("-function"):
            yield f"by {statement['Principal']}"
        if set(statement["Action"]) != {"elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"}:
            yield f"with {statement['Action']}"
    point = graph.one("AccessPoint").inputs
    if point["posixUser"] != {"uid": 1000, "gid": 1000} or point["rootDirectory"]["path"] != "/wiki":
        yield "as another user, or from the root"
    if point["rootDirectory"]["creationInfo"]["permissions"] != "0750":
        yield "readable by others"


def secrets_are_secret(graph: Graph) -> Iterator[str]:
    """The environment as a whole is a secret of Pulumi's, and no secret stands anywhere else."""
    function = graph.one("Function").inputs
    variables = function["environment"]
    if SECRET not in (variables, variables.get("variables") if isinstance(variables, dict) else None):
        yield "the environment is in plain text"
    written = json.dumps([[r.inputs for r in graph.resources], graph.outputs])
    yield from (key for key, value in SECRETS.items() if value in written)


def outputs_are_no_secrets(graph: Graph) -> Iterator[str]:
    yield from (name for name, value in graph.outputs.items() if value == SECRET)


def texts_are_protected(graph: Graph) -> Iterator[str]:
    plan = graph.one("Plan").inputs["rules"][0]
    if not plan["lifecycle"].get("deleteAfter"):
        yield "copies are kept for ever, or not at all"
    if not plan["schedule"].startswith("cron("):
        yield "copies are not daily"
    (selected,) = graph.of("Selection")
    if [arn for arn in selected.inputs["resources"] if ":efs:" not in arn] or not selected.inputs[
        "resources"
    ]:
        yield "the files are not copied"


def _plain(graph: Graph) -> Any:
    graph.one("Function").inputs["environment"] = {"variables": {"SECRET_KEY": SECRETS["wikibot:secretKey"]}}


def _exported(graph: Graph) -> Any:
    graph.outputs["environment"] = SECRET


def _untied(graph: Graph, kind: str) -> None:
    reword("OnlyEncrypted", Condition={})(Graph(graph.of(kind)))


def _older(graph: Graph) -> None:
    """A domain with an older TLS; where the stack has none yet, one is added."""
    old = {"domainNameConfiguration": {"securityPolicy": "TLS_1_0"}}
    add("aws:apigatewayv2/domainName:DomainName", old)(graph)


PROPERTIES = [
    Property(
        "everything is encrypted with our key",
        everything_is_encrypted_with_our_key,
        {
            "function": drop("Function", "kmsKeyArn"),
            "files in plain": put("FileSystem", "encrypted", value=False),
            "files with another key": drop("FileSystem", "kmsKeyId"),
            "logs": drop("LogGroup", "kmsKeyId", "gateway"),
            "alarms": drop("Topic", "kmsMasterKeyId"),
            "copies": drop("Vault", "kmsKeyArn"),
            "failed events": drop("Queue", "sqsManagedSseEnabled"),
            "a key for ever": put("Key", "enableKeyRotation", value=False),
        },
    ),
    Property(
        "no bucket is public",
        buckets_are_closed,
        {
            **{part: put("BucketPublicAccessBlock", part, value=False) for part in CLOSED},
            "no block": drop("BucketPublicAccessBlock", name="archives"),
            "no policy": drop("BucketPolicy", name="packages"),
            "a bucket on its own": add("aws:s3/bucket:Bucket", {}),
            "a list of rights": add("aws:s3/bucketAcl:BucketAcl", {"acl": "public-read"}),
            "a web site": add("aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration", {}),
            "objects of others": put("BucketOwnershipControls", "rule.objectOwnership", "ObjectWriter"),
        },
    ),
    Property(
        "buckets are encrypted with our key",
        buckets_are_encrypted_with_our_key,
        {
            "none": drop("BucketServerSideEncryptionConfiguration"),
            "S3's key": put(
                "BucketServerSideEncryptionConfiguration",
                "rules.0.applyServerSideEncryptionByDefault.sseAlgorithm",
                "AES256",
            ),
        },
    ),
    Property(
        "buckets keep old versions for a while",
        buckets_keep_and_forget,
        {
            "not versioned": put("BucketVersioning", "versioningConfiguration.status", "Suspended"),
            "for ever": drop("BucketLifecycleConfiguration", "rules.0.noncurrentVersionExpiration"),
            "archives for ever": drop("BucketLifecycleConfiguration", "rules.0.expiration", "archives"),
        },
    ),
    Property(
        "transport is TLS 1.2",
        transport_is_tls,
        {
            "buckets": reword("OnlyEncrypted", Condition={}),
            "files": lambda graph: _untied(graph, "FileSystemPolicy"),
            "queue": lambda graph: _untied(graph, "QueuePolicy"),
            "domain": _older,
        },
    ),
    Property(
        "the function alone mounts the files, as one user",
        files_are_mounted_by_the_function_alone,
        {
            "past the access point": reword("MountThroughAccessPoint", Condition={}),
            "any role": reword(
                "MountThroughAccessPoint", Principal={"AWS": "arn:aws:iam::123456789012:root"}
            ),
            "as root": reword("MountThroughAccessPoint", Action=["elasticfilesystem:ClientRootAccess"]),
            "another user": put("AccessPoint", "posixUser", {"uid": 0, "gid": 0}),
            "the root folder": put("AccessPoint", "rootDirectory.path", "/"),
            "open folders": put("AccessPoint", "rootDirectory.creationInfo.permissions", "0777"),
        },
    ),
    Property(
        "secrets stand in no plain text",
        secrets_are_secret,
        {
            "in the environment": _plain,
            "in a description": put(
                "Function", "description", f"key {SECRETS['wikibot:authkitClientSecret']}"
            ),
            "in an output": lambda graph: graph.outputs.update(id=SECRETS["wikibot:authkitClientId"]),
        },
    ),
    Property("outputs need no secret", outputs_are_no_secrets, {"the environment": _exported}),
    Property(
        "files are copied daily and copies end",
        texts_are_protected,
        {
            "for ever": put("Plan", "rules.0.lifecycle", {}),
            "never": put("Plan", "rules.0.schedule", ""),
            "nothing": put("Selection", "resources", []),
        },
    ),
]
