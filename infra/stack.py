"""The whole stack on one screen: which part gets what of which other."""

from dataclasses import dataclass

import pulumi

from infra.api import Api, ApiArgs
from infra.artifacts import Artifacts, ArtifactsArgs
from infra.backup import Backup, BackupArgs
from infra.budget import Budget, BudgetArgs
from infra.component import Component
from infra.configuration import Configuration
from infra.deploy_role import DeployRole, DeployRoleArgs
from infra.domain import Domain, DomainArgs
from infra.embeddings import Embeddings, EmbeddingsArgs
from infra.environment import environment
from infra.function import Function, FunctionArgs
from infra.key import Key, KeyArgs
from infra.logs import Logs, LogsArgs
from infra.network import Network, NetworkArgs
from infra.observability import Observability, ObservabilityArgs
from infra.place import here
from infra.role import Role, RoleArgs
from infra.s3_endpoint import S3Endpoint, S3EndpointArgs
from infra.schedules import Schedules, SchedulesArgs
from infra.storage import Storage, StorageArgs
from infra.subjects import subjects
from infra.walls import Walls, WallsArgs


@dataclass(frozen=True)
class StackArgs:
    """All that can be set."""

    configuration: Configuration


class Stack(Component):
    """`results`: what the stack exports, by name."""

    def __init__(self, name: str, args: StackArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        settings, place = args.configuration, here()
        key = Key(name, KeyArgs(place), self.own).arn
        logs = Logs(name, LogsArgs(name, key, settings.log_days), self.own)
        role = Role(f"{name}-function", RoleArgs(place, name, logs.function.arn, key), self.own)
        artifacts = Artifacts(name, ArtifactsArgs(key, settings.package, settings.layer), self.own)
        backup = Backup(
            f"{name}-backup", BackupArgs(key, role.name, settings.backup_days, settings.bundle_days), self.own
        )

        network = Network(name, NetworkArgs(place, settings.network, settings.nat), self.own)
        to_s3 = S3Endpoint(
            f"{name}-s3",
            S3EndpointArgs(place, network.vpc_id, network.route_table_id, [backup.arn]),
            self.own,
        )
        walls = Walls(
            name,
            WallsArgs(network.vpc_id, to_s3.prefix_list_id, settings.nat, settings.own_bedrock),
            self.own,
        )
        storage = Storage(
            f"{name}-files", StorageArgs(key, network.subnet_ids, walls.files, role.name, role.arn), self.own
        )
        backup.copy_daily(storage.file_system_arn)
        ready = [*role.ready, *storage.ready, *backup.ready]
        if settings.embeddings == "bedrock":
            ready += Embeddings(
                f"{name}-embeddings",
                EmbeddingsArgs(place, role.name, role.arn, network.vpc_id, network.subnet_ids, walls.bedrock),
                self.own,
            ).ready

        function = Function(
            name,
            FunctionArgs(
                name=name,
                package=artifacts.package,
                layer=artifacts.layer,
                environment=environment(settings, place.region, backup.bucket),
                role_arn=role.arn,
                key_arn=key,
                log_group=logs.function.name,
                access_point_arn=storage.access_point_arn,
                subnet_ids=network.subnet_ids,
                security_group_id=walls.function,
                memory=settings.memory,
                concurrency=settings.concurrency,
                after=ready,
            ),
            self.own,
        )
        schedules = Schedules(f"{name}-schedules", SchedulesArgs(place, function.alias, role.name), self.own)
        api = Api(
            name,
            ApiArgs(function.alias, logs.gateway.arn, settings.throttle_rate, settings.throttle_burst),
            self.own,
        )
        domain = Domain(
            name,
            DomainArgs(settings.wiki.domain, settings.hosted_zone, settings.domain_ready, api.id, api.stage),
            self.own,
        )
        watched = ObservabilityArgs(
            place,
            key,
            settings.alarm_email,
            subjects(name, api, storage, schedules, backup, domain),
            {"concurrency": settings.concurrency},
        )
        observability = Observability(name, watched, self.own)
        Budget(
            name, BudgetArgs(settings.monthly_budget, settings.alarm_email, observability.topic_arn), self.own
        )
        self.results: dict[str, pulumi.Input[object]] = {
            "url": settings.wiki.url,
            "signInRedirect": f"{settings.wiki.url}/-/auth/callback",
            "resourceIndicator": f"{settings.wiki.url}/mcp",
            "records": domain.records,
            "function": function.name,
            "backups": backup.bucket,
            "dashboard": observability.dashboard,
        }
        if settings.delivery is not None:
            released = DeployRoleArgs(place, settings.delivery, name, role.arn, artifacts.arn, key)
            self.results["deployRole"] = DeployRole(f"{name}-deploy", released, self.own).arn
        self.register_outputs({})
