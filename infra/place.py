"""The account and the region that a stack stands in."""

from dataclasses import dataclass

import pulumi
from pulumi_aws.get_availability_zones import get_availability_zones_output
from pulumi_aws.get_caller_identity import get_caller_identity_output
from pulumi_aws.get_region import get_region_output


@dataclass(frozen=True)
class Place:
    """Outputs: the account's number, the region's name, the names of its zones."""

    account: pulumi.Output[str]
    region: pulumi.Output[str]
    zones: pulumi.Output[list[str]]

    def arn(self, service: str, resource: str | pulumi.Output[str]) -> pulumi.Output[str]:
        """The ARN of something of ours in this region."""
        return pulumi.Output.format("arn:aws:{0}:{1}:{2}:{3}", service, self.region, self.account, resource)


def here() -> Place:
    """Where the provider's credentials and region lead."""
    return Place(
        account=get_caller_identity_output().account_id,
        region=get_region_output().region,
        zones=get_availability_zones_output(state="available").names,
    )
