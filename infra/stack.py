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
        self._prefix, self._settings, self._place = name, args.configuration, here()
        self._key = Key(name, KeyArgs(self._place), self.own).arn
        self._ground()
        self._inside()
        self._runs()
        self._answers()
        self._watched()
        self.results = self._exported()
        self.register_outputs({})

    def _ground(self) -> None:
        """What everything else stands on: logs, the function's role, buckets."""
        name, settings = self._prefix, self._settings
        self._logs = Logs(name, LogsArgs(name, self._key, settings.log_days), self.own)
        role = RoleArgs(self._place, name, self._logs.function.arn, self._key)
        self._role = Role(f"{name}-function", role, self.own)
        self._artifacts = Artifacts(
            name, ArtifactsArgs(self._key, settings.package, settings.layer), self.own
        )
        kept = BackupArgs(self._key, self._role.name, settings.backup_days, settings.bundle_days)
        self._backup = Backup(f"{name}-backup", kept, self.own)

    def _inside(self) -> None:
        """The network, its walls, and the files in it."""
        name, settings, place = self._prefix, self._settings, self._place
        self._network = network = Network(name, NetworkArgs(place, settings.network, settings.nat), self.own)
        way = S3EndpointArgs(place, network.vpc_id, network.route_table_id, [self._backup.arn])
        prefixes = S3Endpoint(f"{name}-s3", way, self.own).prefix_list_id
        rules = WallsArgs(network.vpc_id, prefixes, settings.nat, settings.own_bedrock)
        self._walls = Walls(name, rules, self.own)
        files = StorageArgs(self._key, network.subnet_ids, self._walls.files, self._role.name, self._role.arn)
        self._storage = Storage(f"{name}-files", files, self.own)
        self._backup.copy_daily(self._storage.file_system_arn)

    def _granted(self) -> list[pulumi.Resource]:
        """What has to stand before the function can start."""
        ready = [*self._role.ready, *self._storage.ready, *self._backup.ready]
        if self._settings.embeddings == "bedrock":
            role, network = self._role, self._network
            asked = EmbeddingsArgs(
                self._place, role.name, role.arn, network.vpc_id, network.subnet_ids, self._walls.bedrock
            )
            ready += Embeddings(f"{self._prefix}-embeddings", asked, self.own).ready
        return ready

    def _runs(self) -> None:
        """The function, and what it does by the clock."""
        name, settings = self._prefix, self._settings
        made = FunctionArgs(
            name=name,
            package=self._artifacts.package,
            layer=self._artifacts.layer,
            environment=environment(settings, self._place.region, self._backup.bucket),
            role_arn=self._role.arn,
            key_arn=self._key,
            log_group=self._logs.function.name,
            access_point_arn=self._storage.access_point_arn,
            subnet_ids=self._network.subnet_ids,
            security_group_id=self._walls.function,
            memory=settings.memory,
            temporary_storage=settings.temporary_storage,
            concurrency=settings.concurrency,
            after=self._granted(),
        )
        self._function = Function(name, made, self.own)
        clock = SchedulesArgs(self._place, self._function.alias, self._role.name)
        self._schedules = Schedules(f"{name}-schedules", clock, self.own)

    def _answers(self) -> None:
        """The HTTP API under the wiki's own name."""
        name, settings = self._prefix, self._settings
        front = ApiArgs(
            self._function.alias, self._logs.gateway.arn, settings.throttle_rate, settings.throttle_burst
        )
        self._api = api = Api(name, front, self.own)
        named = DomainArgs(
            settings.wiki.domain, settings.hosted_zone, settings.domain_ready, api.id, api.stage
        )
        self._domain = Domain(name, named, self.own)

    def _watched(self) -> None:
        """Alarms, the dashboard, and what it may cost."""
        name, settings = self._prefix, self._settings
        looked_at = subjects(name, self._api, self._storage, self._schedules, self._backup, self._domain)
        figures = {"concurrency": float(settings.concurrency)}
        watched = ObservabilityArgs(self._place, self._key, settings.alarm_email, looked_at, figures)
        self._observability = Observability(name, watched, self.own)
        cost = BudgetArgs(settings.monthly_budget, settings.alarm_email, self._observability.topic_arn)
        Budget(name, cost, self.own)

    def _exported(self) -> dict[str, pulumi.Input[object]]:
        url = self._settings.wiki.url
        results: dict[str, pulumi.Input[object]] = {
            "url": url,
            "signInRedirect": f"{url}/-/auth/callback",
            "resourceIndicator": f"{url}/mcp",
            "records": self._domain.records,
            "function": self._function.name,
            "backups": self._backup.bucket,
            "dashboard": self._observability.dashboard,
        }
        if self._settings.delivery is not None:
            released = DeployRoleArgs(
                self._place,
                self._settings.delivery,
                self._prefix,
                self._role.arn,
                self._artifacts.arn,
                self._key,
            )
            results["deployRole"] = DeployRole(f"{self._prefix}-deploy", released, self.own).arn
        return results
