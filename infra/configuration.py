"""What may be set for a stack, typed; infra/reader.py has the sentence for a wrong value."""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass

import pulumi

from infra.reader import ConfigurationError, Reader, Source

# CloudWatch Logs, PutRetentionPolicy: the periods that it takes, in days; "never expire" is not offered here.
LOG_DAYS = (
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)
HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
ZONE = re.compile(r"Z[A-Z0-9]{6,31}")
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+")
ENVIRONMENT = re.compile(r"[A-Za-z0-9_-]{1,64}")
STACK = re.compile(r"[a-z][a-z0-9-]{0,19}")
KEY_ARN = re.compile(r"arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key/[0-9a-f-]{36}")
SECRET_LENGTH = 32


@dataclass(frozen=True)
class Secrets:
    """Outputs that Pulumi keeps encrypted in its state."""

    authkit_client_id: pulumi.Output[str]
    authkit_client_secret: pulumi.Output[str]
    secret_key: pulumi.Output[str]


@dataclass(frozen=True)
class Wiki:
    """What the wiki itself is told; see docs/settings.md."""

    domain: str
    admin_email: str
    authkit_domain: str
    site_name: str
    read_access: str
    auto_approval: bool
    secrets: Secrets

    @property
    def url(self) -> str:
        """The public address, without a slash at its end."""
        return f"https://{self.domain}"


@dataclass(frozen=True)
class Delivery:
    """Who deploys: a repository's environment on GitHub, and where Pulumi's state lies."""

    repository: str
    environment: str
    create_provider: bool
    state_bucket: str | None
    state_key: str | None


@dataclass(frozen=True)
class Configuration:
    """A stack. Days, USD a month, MB, requests a second, as the names say."""

    stack: str
    wiki: Wiki
    hosted_zone: str | None
    dns_ready: bool
    alarm_email: str
    monthly_budget: int
    memory: int
    temporary_storage: int
    concurrency: int
    embeddings: str
    bedrock_endpoint: bool
    nat: bool
    network: str
    log_days: int
    backup_days: int
    bundle_days: int
    throttle_rate: int
    throttle_burst: int
    package: str
    layer: str
    delivery: Delivery | None

    @property
    def name(self) -> str:
        """The prefix of all names in the account."""
        return f"wikibot-{self.stack}"

    @property
    def own_bedrock(self) -> bool:
        """True if Bedrock has an endpoint inside the network."""
        return self.embeddings == "bedrock" and self.bedrock_endpoint

    @property
    def domain_ready(self) -> bool:
        """True if the certificate can be waited for: Pulumi makes its record, or somebody has made it."""
        return self.hosted_zone is not None or self.dns_ready


def read_configuration(source: Source, stack: str, keys: Iterable[str] = ()) -> Configuration:
    """The typed configuration of a stack; `keys`: all that are given, in full. Raises ConfigurationError."""
    if not STACK.fullmatch(stack):
        raise ConfigurationError(
            f"The stack's name is {stack}: it has up to 20 small letters, digits and -, a letter first."
        )
    reader = Reader(source)
    configuration = configured(reader, stack)
    reader.refuse_others(keys)
    return configuration


def configured(reader: Reader, stack: str) -> Configuration:
    """All that a reader finds; afterwards it knows which keys there are. Raises ConfigurationError."""
    embeddings = reader.choice("embeddings", ("bedrock", "none"), "none")
    bedrock_endpoint = reader.flag("bedrockEndpoint", default=False)
    if bedrock_endpoint and embeddings != "bedrock":
        raise reader.refusal("bedrockEndpoint", "=true", "it needs wikibot:embeddings=bedrock")
    return Configuration(
        stack=stack,
        wiki=_wiki(reader),
        hosted_zone=reader.optional("hostedZone", ZONE, "it is the id of a Route 53 zone, as Z0123456789ABC"),
        dns_ready=reader.flag("dnsReady", default=False),
        alarm_email=reader.text("alarmEmail", EMAIL, "it is the address that alarms and the budget write to"),
        monthly_budget=reader.number("monthlyBudget", 20, 1, 100_000),
        memory=reader.number("memory", 1769, 512, 10_240),
        temporary_storage=reader.number("temporaryStorage", 1024, 512, 10_240),
        concurrency=reader.number("concurrency", 5, 1, 100),
        embeddings=embeddings,
        bedrock_endpoint=bedrock_endpoint,
        nat=reader.choice("egress", ("ipv6", "nat"), "ipv6") == "nat",
        network=_network(reader),
        log_days=_log_days(reader),
        backup_days=reader.number("backupDays", 35, 1, 3650),
        bundle_days=reader.number("bundleDays", 30, 1, 3650),
        throttle_rate=reader.number("throttleRate", 50, 1, 10_000),
        throttle_burst=reader.number("throttleBurst", 100, 1, 5_000),
        package=reader.text("package", PATH, PATH_ALLOWED, "../build/lambda/wikibot-arm64.zip"),
        layer=reader.text("layer", PATH, PATH_ALLOWED, "../build/lambda/git-layer-arm64.zip"),
        delivery=_delivery(reader),
    )


PATH = re.compile(r"[\w./-]+\.zip")
PATH_ALLOWED = "it is the path of a zip file that make package has built, from the folder infra"


def _wiki(reader: Reader) -> Wiki:
    secrets = Secrets(
        authkit_client_id=reader.secret("authkitClientId", _present),
        authkit_client_secret=reader.secret("authkitClientSecret", _present),
        secret_key=reader.secret("secretKey", _long),
    )
    return Wiki(
        domain=reader.text("domain", HOST, "it is a host name in small letters, as wiki.example.org"),
        admin_email=reader.text("adminEmail", EMAIL, "it is the address that becomes administrator"),
        authkit_domain=reader.text("authkitDomain", HOST, "it is the AuthKit domain, as name.authkit.app"),
        site_name=reader.text(
            "siteName",
            re.compile(r"[^\x00-\x1f\x7f]{1,100}"),
            "it is a name for the page's head, in one line",
            "Wiki",
        ),
        read_access=reader.choice("readAccess", ("ANONYMOUS", "REGISTERED", "APPROVED"), "APPROVED"),
        auto_approval=reader.flag("autoApproval", default=False),
        secrets=secrets,
    )


def _delivery(reader: Reader) -> Delivery | None:
    repository = reader.optional("githubRepository", REPOSITORY, "it is owner/name on GitHub")
    if repository is None:
        reader.known("githubEnvironment", "githubProvider", "stateBucket", "stateKey")
        return None
    environment = reader.text("githubEnvironment", ENVIRONMENT, "it is the name of a GitHub environment")
    provider = reader.choice("githubProvider", ("create", "existing"), "create")
    return Delivery(
        repository=repository,
        environment=environment,
        create_provider=provider == "create",
        state_bucket=reader.optional(
            "stateBucket", BUCKET, "it is the name of the bucket with Pulumi's state"
        ),
        state_key=reader.optional(
            "stateKey", KEY_ARN, "it is the ARN of the key that encrypts Pulumi's secrets"
        ),
    )


def _network(reader: Reader) -> str:
    key, allowed = "network", "it is a private IPv4 network from /16 to /26, as 10.20.0.0/24"
    value = reader.text(key, re.compile(r"[0-9./]{9,18}"), allowed, "10.20.0.0/24")
    try:
        network = ipaddress.IPv4Network(value)
    except ValueError as error:
        raise reader.refusal(key, f"={value}", allowed) from error
    if not network.is_private or not 16 <= network.prefixlen <= 26:
        raise reader.refusal(key, f"={value}", allowed)
    return value


def _log_days(reader: Reader) -> int:
    value = reader.choice("logDays", tuple(map(str, LOG_DAYS)), "30")
    return int(value)


def _present(value: str) -> str | None:
    return None if value.strip() else "it is empty"


def _long(value: str) -> str | None:
    return None if len(value) >= SECRET_LENGTH else f"it needs at least {SECRET_LENGTH} characters"
