"""Packages on their way to Lambda: a zip of more than 50 MB goes through a bucket."""

from dataclasses import dataclass

import pulumi
import pulumi_aws.s3 as s3

from infra.bucket import BucketArgs, PrivateBucket
from infra.component import Component

OLD_DAYS = 90
"""Days in which an earlier package can be rolled back to."""


@dataclass(frozen=True)
class ArtifactsArgs:
    """Paths of the two zips, from the folder infra."""

    key_arn: pulumi.Output[str]
    package: str
    layer: str


class Artifacts(Component):
    """`bucket`, `arn`, and the two objects; each upload is a new version."""

    def __init__(self, name: str, args: ArtifactsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._store = PrivateBucket(f"{name}-packages", BucketArgs(args.key_arn, OLD_DAYS), self.own)
        self.bucket, self.arn = self._store.bucket, self._store.arn
        self.package = self._object(f"{name}-package", "wikibot.zip", args.package)
        self.layer = self._object(f"{name}-layer", "git-layer.zip", args.layer)
        self.register_outputs({"bucket": self.bucket})

    def _object(self, name: str, key: str, path: str) -> s3.BucketObjectv2:
        return s3.BucketObjectv2(
            name,
            bucket=self.bucket,
            key=key,
            source=pulumi.FileAsset(path),
            opts=self.after(self._store.encrypted, self._store.closed),
        )
