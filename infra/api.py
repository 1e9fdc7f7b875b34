"""The HTTP API: everything goes to the function's alias, as often as is set, and each request is logged."""

import json
from dataclasses import dataclass
from types import MappingProxyType

import pulumi
import pulumi_aws.apigatewayv2 as apigatewayv2
import pulumi_aws.lambda_ as lambda_

from infra.component import Component

INTEGRATION_TIMEOUT = 30_000
"""Milliseconds; the most that an HTTP API waits."""
# No query string: it may carry a code of the sign-in.
ACCESS_LOG = MappingProxyType(
    {
        "time": "$context.requestTime",
        "id": "$context.requestId",
        "method": "$context.httpMethod",
        "path": "$context.path",
        "status": "$context.status",
        "bytes": "$context.responseLength",
        "milliseconds": "$context.responseLatency",
        "error": "$context.integrationErrorMessage",
        "address": "$context.identity.sourceIp",
        "client": "$context.identity.userAgent",
    }
)


@dataclass(frozen=True)
class ApiArgs:
    """`rate`: requests a second; `burst`: at once."""

    alias: lambda_.Alias
    log_group_arn: pulumi.Output[str]
    rate: int
    burst: int


class Api(Component):
    """`id`, `stage` (its name). Reached through the custom domain only."""

    def __init__(self, name: str, args: ApiArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        api = apigatewayv2.Api(
            name,
            name=name,
            protocol_type="HTTP",
            disable_execute_api_endpoint=True,
            ip_address_type="dualstack",
            opts=self.own,
        )
        self.id = api.id
        integration = apigatewayv2.Integration(
            name,
            api_id=api.id,
            integration_type="AWS_PROXY",
            integration_uri=args.alias.invoke_arn,
            integration_method="POST",
            payload_format_version="2.0",
            timeout_milliseconds=INTEGRATION_TIMEOUT,
            opts=self.own,
        )
        apigatewayv2.Route(
            name,
            api_id=api.id,
            route_key="$default",
            target=pulumi.Output.concat("integrations/", integration.id),
            opts=self.own,
        )
        self.stage = self._stage(name, args).name
        lambda_.Permission(
            name,
            action="lambda:InvokeFunction",
            function=args.alias.function_name,
            qualifier=args.alias.name,
            principal="apigateway.amazonaws.com",
            source_arn=pulumi.Output.concat(api.execution_arn, "/*/$default"),  # any stage, this route
            opts=self.own,
        )
        self.register_outputs({"id": self.id})

    def _stage(self, name: str, args: ApiArgs) -> apigatewayv2.Stage:
        return apigatewayv2.Stage(
            name,
            api_id=self.id,
            name="$default",
            auto_deploy=True,
            access_log_settings=apigatewayv2.StageAccessLogSettingsArgs(
                destination_arn=args.log_group_arn, format=json.dumps(dict(ACCESS_LOG))
            ),
            default_route_settings=apigatewayv2.StageDefaultRouteSettingsArgs(
                detailed_metrics_enabled=True,
                throttling_rate_limit=args.rate,
                throttling_burst_limit=args.burst,
            ),
            opts=self.own,
        )
