"""What the alarms look at: the dimensions of each metric in this stack."""

from collections.abc import Mapping

from infra.api import Api
from infra.backup import Backup
from infra.domain import Domain
from infra.observability import Dimensions
from infra.schedules import Schedules
from infra.storage import Storage


def subjects(
    function: str, api: Api, storage: Storage, schedules: Schedules, backup: Backup, domain: Domain
) -> Mapping[str, Dimensions]:
    """By `Alarm.about`."""
    return {
        "api": {"ApiId": api.id, "Stage": api.stage},
        "function": {"FunctionName": function},
        "log": {},
        "files": {"FileSystemId": storage.file_system_id},
        "queue": {"QueueName": schedules.queue},
        "schedules": {"ScheduleGroup": schedules.group},
        "vault": {"BackupVaultName": backup.vault},
        "certificate": {"CertificateArn": domain.certificate_arn},
    }
