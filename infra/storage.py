"""The wiki's files: an encrypted EFS file system whose one access point the function alone may mount."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws.efs as efs

from infra.component import Component
from infra.policies import Statement, document, grant

OWNER = 1000
"""User and group that every file belongs to; git is told not to mind (wiki_app/gitcommand.py)."""
MOUNT_ACTIONS = ("elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite")


@dataclass(frozen=True)
class StorageArgs:
    """Where the file system stands, who encrypts it, and the role (name and ARN) that may mount it."""

    key_arn: pulumi.Output[str]
    subnet_ids: Sequence[pulumi.Output[str]]
    security_group_id: pulumi.Output[str]
    role: pulumi.Output[str]
    role_arn: pulumi.Output[str]


class Storage(Component):
    """`access_point_arn`, `file_system_arn`, `file_system_id`; `ready`: what has to stand before a mount."""

    def __init__(self, name: str, args: StorageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        files = efs.FileSystem(
            name,
            encrypted=True,
            kms_key_id=args.key_arn,
            throughput_mode="bursting",
            lifecycle_policies=[efs.FileSystemLifecyclePolicyArgs(transition_to_ia="AFTER_30_DAYS")],
            tags={"Name": name},
            opts=self.kept(),
        )
        self.file_system_id, self.file_system_arn = files.id, files.arn
        targets = [
            efs.MountTarget(
                f"{name}-{zone}",
                file_system_id=files.id,
                subnet_id=subnet_id,
                security_groups=[args.security_group_id],
                opts=self.own,
            )
            for zone, subnet_id in enumerate(args.subnet_ids)
        ]
        point = self._access_point(name)
        self.access_point_arn = point.arn
        self._policy(name, args)
        granted = grant(
            name,
            args.role,
            self.own,
            Statement(
                "MountFiles",
                MOUNT_ACTIONS,
                [files.arn],
                condition={"StringEquals": {"elasticfilesystem:AccessPointArn": point.arn}},
            ),
        )
        self.ready: list[pulumi.Resource] = [*targets, granted]
        self.register_outputs({"access_point_arn": self.access_point_arn})

    def _access_point(self, name: str) -> efs.AccessPoint:
        return efs.AccessPoint(
            name,
            file_system_id=self.file_system_id,
            posix_user=efs.AccessPointPosixUserArgs(uid=OWNER, gid=OWNER),
            root_directory=efs.AccessPointRootDirectoryArgs(
                path="/wiki",
                creation_info=efs.AccessPointRootDirectoryCreationInfoArgs(
                    owner_uid=OWNER, owner_gid=OWNER, permissions="0750"
                ),
            ),
            tags={"Name": name},
            opts=self.own,
        )

    def _policy(self, name: str, args: StorageArgs) -> None:
        efs.FileSystemPolicy(
            name,
            file_system_id=self.file_system_id,
            policy=document(
                Statement(
                    "MountThroughAccessPoint",
                    MOUNT_ACTIONS,
                    [self.file_system_arn],
                    {"AWS": args.role_arn},
                    {
                        "StringEquals": {"elasticfilesystem:AccessPointArn": self.access_point_arn},
                        "Bool": {"aws:SecureTransport": "true"},
                    },
                ),
                Statement(
                    "OnlyEncrypted",
                    ["*"],
                    [self.file_system_arn],
                    "*",
                    {"Bool": {"aws:SecureTransport": "false"}},
                    effect="Deny",
                ),
            ),
            opts=self.own,
        )
