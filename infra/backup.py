"""Two backups: the hourly archive in a bucket, written by the wiki, and AWS's daily copy of all files."""

from dataclasses import dataclass

import pulumi
import pulumi_aws.backup as backup
import pulumi_aws.iam as iam

from infra.bucket import BucketArgs, PrivateBucket
from infra.component import Component
from infra.environment import BACKUP_PREFIX
from infra.policies import Statement, grant, trust

# AWS Backup's own policies for its role, for taking and for giving back.
MANAGED = "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyFor"


@dataclass(frozen=True)
class BackupArgs:
    """`days`: how long a daily copy is kept; `archive_days`: an hourly archive, and as long once deleted."""

    key_arn: pulumi.Output[str]
    role: pulumi.Output[str]
    days: int
    archive_days: int


class Backup(Component):
    """`bucket`, `arn` of the archives; `vault`: that of the daily copies; `copy_daily` names the files."""

    def __init__(self, name: str, args: BackupArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._label, self._args = name, args
        store = PrivateBucket(
            f"{name}-archives", BucketArgs(args.key_arn, args.archive_days, args.archive_days), self.own
        )
        self.bucket, self.arn = store.bucket, store.arn
        self.ready: list[pulumi.Resource] = [self._granted()]
        vault = backup.Vault(name, name=name, kms_key_arn=args.key_arn, opts=self.kept())
        self.vault = vault.name
        self.register_outputs({"bucket": self.bucket})

    def copy_daily(self, file_system_arn: pulumi.Output[str]) -> None:
        """Have AWS copy these files each night."""
        name = self._label
        plan = backup.Plan(
            name,
            name=name,
            rules=[
                backup.PlanRuleArgs(
                    rule_name="daily",
                    target_vault_name=self.vault,
                    schedule="cron(0 3 * * ? *)",
                    lifecycle=backup.PlanRuleLifecycleArgs(delete_after=self._args.days),
                )
            ],
            opts=self.own,
        )
        role = iam.Role(
            name,
            name=name,
            description="What copies the wiki's files each night",
            assume_role_policy=trust("backup.amazonaws.com"),
            opts=self.own,
        )
        for kind in ("Backup", "Restores"):
            iam.RolePolicyAttachment(
                f"{name}-{kind.lower()}", role=role.name, policy_arn=MANAGED + kind, opts=self.own
            )
        backup.Selection(
            name,
            name=name,
            plan_id=plan.id,
            iam_role_arn=role.arn,
            resources=[file_system_arn],
            opts=self.own,
        )

    def _granted(self) -> iam.RolePolicy:
        objects = pulumi.Output.concat(self.arn, "/", BACKUP_PREFIX, "*")
        return grant(
            self._label,
            self._args.role,
            self.own,
            Statement(
                "BackupObjects", ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"], [objects]
            ),
            # Without it S3 says 403, not 404, of an archive that is not there.
            Statement("BackupList", ["s3:ListBucket"], [self.arn]),
        )
