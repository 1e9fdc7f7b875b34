"""A bucket that nobody outside reads: encrypted with our key, versioned, TLS only, owned by the account."""

from dataclasses import dataclass

import pulumi
import pulumi_aws.s3 as s3

from infra.component import Component
from infra.policies import Statement, document

RULE = s3.BucketServerSideEncryptionConfigurationRuleArgs
EXPIRES = s3.BucketLifecycleConfigurationRuleExpirationArgs
OLD_EXPIRES = s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs
ABORTS = s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs
DEFAULT = s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs


@dataclass(frozen=True)
class BucketArgs:
    """`old_days`: how long an old version is kept; `days`: when an object is deleted, if ever."""

    key_arn: pulumi.Output[str]
    old_days: int
    days: int | None = None


class PrivateBucket(Component):
    """`bucket` (its name), `arn`."""

    def __init__(self, name: str, args: BucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        made = s3.Bucket(name, bucket_prefix=f"{name}-", opts=self.kept())
        self.bucket, self.arn = made.bucket, made.arn
        self.closed = s3.BucketPublicAccessBlock(
            name,
            bucket=self.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self.own,
        )
        s3.BucketOwnershipControls(
            name,
            bucket=self.bucket,
            rule=s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
            opts=self.own,
        )
        self.encrypted = s3.BucketServerSideEncryptionConfiguration(
            name,
            bucket=self.bucket,
            rules=[
                RULE(
                    apply_server_side_encryption_by_default=DEFAULT(
                        sse_algorithm="aws:kms", kms_master_key_id=args.key_arn
                    ),
                    bucket_key_enabled=True,
                )
            ],
            opts=self.own,
        )
        self._versions(name, args)
        s3.BucketPolicy(name, bucket=self.bucket, policy=self._tls_only(), opts=self.after(self.closed))
        self.register_outputs({"bucket": self.bucket, "arn": self.arn})

    def _versions(self, name: str, args: BucketArgs) -> None:
        versioned = s3.BucketVersioning(
            name,
            bucket=self.bucket,
            versioning_configuration=s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
            opts=self.own,
        )
        s3.BucketLifecycleConfiguration(
            name,
            bucket=self.bucket,
            rules=[
                s3.BucketLifecycleConfigurationRuleArgs(
                    id="old-versions",
                    status="Enabled",
                    filter=s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
                    expiration=EXPIRES(days=args.days) if args.days else None,
                    noncurrent_version_expiration=OLD_EXPIRES(noncurrent_days=args.old_days),
                    abort_incomplete_multipart_upload=ABORTS(days_after_initiation=7),
                )
            ],
            opts=self.after(versioned),
        )

    def _tls_only(self) -> pulumi.Output[str]:
        return document(
            Statement(
                "OnlyEncrypted",
                ["s3:*"],
                [self.arn, pulumi.Output.concat(self.arn, "/*")],
                "*",
                {"Bool": {"aws:SecureTransport": "false"}},
                effect="Deny",
            )
        )
