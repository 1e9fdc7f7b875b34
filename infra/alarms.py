"""Which failure rings which alarm: data for the stack, the dashboard, the tests and docs/operations.md."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from infra.logs import ERRORS, NAMESPACE

MINUTES = 60
HOUR = 3600
DAY = 24 * HOUR


@dataclass(frozen=True)
class Alarm:
    """One metric and the value at which somebody is told.

    `about` names what is measured (its dimensions come from the stack); `period` in seconds; the alarm rings
    after `periods` of them in a row. `share_of` multiplies the threshold by a figure of the stack. `silent`:
    no data is a failure too.
    """

    name: str
    failure: str
    about: str
    namespace: str
    metric: str
    statistic: str
    threshold: float
    period: int
    periods: int = 1
    below: bool = False
    share_of: str = ""
    silent: bool = False

    @property
    def comparison(self) -> str:
        """As CloudWatch calls it."""
        return "LessThanThreshold" if self.below else "GreaterThanOrEqualToThreshold"


ALARMS = (
    Alarm(
        "gateway-5xx", "requests end with a fault (5xx)", "api", "AWS/ApiGateway",
        "5xx", "Sum", 5, 5 * MINUTES,
    ),
    Alarm(
        "gateway-latency", "answers are slow", "api", "AWS/ApiGateway",
        "Latency", "p95", 5000, 5 * MINUTES, periods=3,
    ),
    Alarm(
        "function-errors", "the function fails or times out", "function", "AWS/Lambda",
        "Errors", "Sum", 3, 5 * MINUTES,
    ),
    Alarm(
        "function-throttles", "requests are turned away, all environments are busy", "function", "AWS/Lambda",
        "Throttles", "Sum", 1, 5 * MINUTES,
    ),
    Alarm(
        "function-duration", "the function takes long, near its 29 s", "function", "AWS/Lambda",
        "Duration", "p95", 10_000, 5 * MINUTES, periods=3,
    ),
    Alarm(
        "function-concurrency", "almost all environments are busy", "function", "AWS/Lambda",
        "ConcurrentExecutions", "Maximum", 0.8, 5 * MINUTES, periods=2, share_of="concurrency",
    ),
    Alarm(
        "log-errors", "the wiki logs errors (sign-in keys, Bedrock, the store)", "log", NAMESPACE,
        ERRORS, "Sum", 5, 15 * MINUTES,
    ),
    Alarm(
        "files-credits", "the file system has used up most of its burst credits", "files", "AWS/EFS",
        "BurstCreditBalance", "Minimum", 500_000_000_000, 15 * MINUTES, below=True,
    ),
    Alarm(
        "files-busy", "the file system is at its limit of operations", "files", "AWS/EFS",
        "PercentIOLimit", "Maximum", 95, 15 * MINUTES,
    ),
    Alarm(
        "schedule-failed", "a backup or an indexing run failed three times", "queue", "AWS/SQS",
        "ApproximateNumberOfMessagesVisible", "Maximum", 1, 5 * MINUTES,
    ),
    Alarm(
        "schedule-silent", "no scheduled event was sent for two hours", "schedules", "AWS/Scheduler",
        "InvocationAttemptCount", "Sum", 1, HOUR, periods=2, below=True, silent=True,
    ),
    Alarm(
        "schedule-lost", "a failed event could not be kept in the queue", "function", "AWS/Lambda",
        "DestinationDeliveryFailures", "Sum", 1, 5 * MINUTES,
    ),
    Alarm(
        "backup-copies", "the nightly copy of the files failed", "vault", "AWS/Backup",
        "NumberOfBackupJobsFailed", "Sum", 1, DAY,
    ),
    Alarm(
        "certificate", "the certificate ends soon, unrenewed", "certificate", "AWS/CertificateManager",
        "DaysToExpiry", "Minimum", 30, DAY, below=True,
    ),
)  # fmt: skip
"""All but the budget, which is an alarm of its own kind (infra/budget.py)."""

# The ways in which the deployment fails, and the alarms that tell of each; "budget" is the budget's.
FAILURE_MODES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "faults towards clients": ("gateway-5xx",),
        "errors of the function": ("function-errors", "log-errors"),
        "throttling": ("function-throttles",),
        "slow answers": ("function-duration", "gateway-latency"),
        "concurrency": ("function-concurrency",),
        "burst credits of the files": ("files-credits", "files-busy"),
        "backup": ("schedule-failed", "schedule-silent", "schedule-lost", "backup-copies"),
        "certificate": ("certificate",),
        "cost": ("budget",),
    }
)
