"""Each wrong value of the stack's configuration is one sentence; its twin, with a right one, is read."""

import asyncio
from collections.abc import Iterator

import pulumi
import pytest

from infra.configuration import Configuration, read_configuration
from infra.reader import ConfigurationError
from tests.edge.infra.graph import SECRETS, stack_file

pytestmark = pytest.mark.edge

# key, wrong value, right value, part of the sentence
WRONG = [
    ("domain", "https://wiki.example.org", "wiki.example.org", "a host name in small letters"),
    ("domain", "Wiki.Example.org", "wiki.example.org", "a host name in small letters"),
    ("hostedZone", "example.org", "Z0123456789ABC", "the id of a Route 53 zone"),
    ("dnsReady", "yes", "true", "one of true, false"),
    ("adminEmail", "nobody", "ann@example.org", "the address that becomes administrator"),
    ("alarmEmail", "nobody", "ann@example.org", "the address that alarms"),
    ("authkitDomain", "name", "name.authkit.app", "the AuthKit domain"),
    ("siteName", "two\nlines", "The wiki", "in one line"),
    ("readAccess", "EVERYBODY", "ANONYMOUS", "one of ANONYMOUS, REGISTERED, APPROVED"),
    ("autoApproval", "1", "true", "one of true, false"),
    ("monthlyBudget", "0", "1", "a whole number from 1 to 100000"),
    ("monthlyBudget", "20.5", "20", "a whole number from 1 to 100000"),
    ("memory", "128", "512", "a whole number from 512 to 10240"),
    ("temporaryStorage", "100", "512", "a whole number from 512 to 10240"),
    ("concurrency", "0", "1", "a whole number from 1 to 100"),
    ("embeddings", "local", "bedrock", "one of bedrock, none"),
    ("egress", "igw", "nat", "one of ipv6, nat"),
    ("network", "8.8.8.0/24", "10.1.0.0/24", "a private IPv4 network"),
    ("network", "10.1.0.1/24", "10.1.0.0/24", "a private IPv4 network"),
    ("network", "10.1.0.0/28", "10.1.0.0/26", "a private IPv4 network"),
    ("logDays", "31", "30", "one of 1, 3, 5, 7, 14, 30"),
    ("backupDays", "0", "7", "a whole number from 1 to 3650"),
    ("bundleDays", "x", "7", "a whole number from 1 to 3650"),
    ("throttleRate", "0", "1", "a whole number from 1 to 10000"),
    ("throttleBurst", "9999", "200", "a whole number from 1 to 5000"),
    ("package", "../build", "../build/other.zip", "the path of a zip file"),
    ("layer", "layer.tar", "layer.zip", "the path of a zip file"),
    ("githubRepository", "wikibot", "someone/wikibot", "owner/name on GitHub"),
    ("githubEnvironment", "a b", "staging", "the name of a GitHub environment"),
    ("githubProvider", "mine", "existing", "one of create, existing"),
    ("stateBucket", "s3://state", "state-of-mine", "the name of the bucket with Pulumi's state"),
    (
        "stateKey",
        "alias/state",
        "arn:aws:kms:eu-central-1:123456789012:key/" + "a" * 36,
        "the ARN of the key",
    ),
]
NEEDED = ("domain", "adminEmail", "alarmEmail", "authkitDomain", "githubEnvironment")


@pytest.fixture(autouse=True)
def loop() -> Iterator[None]:
    """Pulumi's outputs need an event loop from their first day on."""
    made = asyncio.new_event_loop()
    asyncio.set_event_loop(made)
    yield
    made.run_until_complete(asyncio.gather(*asyncio.all_tasks(made)))
    made.close()
    asyncio.set_event_loop(None)


def read(
    stack: str = "small", secret: tuple[str, ...] = tuple(SECRETS), /, **changes: str | None
) -> Configuration:
    """The small stack's configuration with changes; None takes a key away."""
    changed = {f"wikibot:{key}": value for key, value in changes.items()}
    values = {**stack_file("small"), **SECRETS, **changed}
    given = {key: value for key, value in values.items() if value is not None}
    pulumi.runtime.set_all_config(given, list(secret))
    return read_configuration(pulumi.Config("wikibot"), stack, given)


def refused(**changes: str | None) -> str:
    with pytest.raises(ConfigurationError) as caught:
        read(**changes)
    return str(caught.value)


@pytest.mark.parametrize(
    ("key", "wrong", "right", "said"), WRONG, ids=[f"{row[0]}={row[1]!r}" for row in WRONG]
)
def test_a_wrong_value_is_a_sentence(key: str, wrong: str, right: str, said: str) -> None:
    sentence = refused(**{key: wrong})
    assert sentence.startswith(f"wikibot:{key}={wrong}: it is ")
    assert said in sentence
    assert sentence.endswith(".")
    read(**{key: right})


@pytest.mark.parametrize("key", NEEDED)
def test_a_missing_value_is_a_sentence(key: str) -> None:
    assert refused(**{key: None}).startswith(f"wikibot:{key} is missing: it is ")


@pytest.mark.parametrize("key", ["authkitClientId", "authkitClientSecret", "secretKey"])
def test_a_missing_secret_says_how_to_set_it(key: str) -> None:
    assert refused(**{key: None}) == (
        f"wikibot:{key} is missing: set it with pulumi config set --secret wikibot:{key}."
    )


def test_a_secret_in_plain_text_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="wikibot:secretKey is not encrypted: set it with"):
        read("small", ("wikibot:authkitClientId", "wikibot:authkitClientSecret"))


@pytest.mark.parametrize(
    ("key", "wrong", "said"),
    [("secretKey", "short", "it needs at least 32 characters"), ("authkitClientId", " ", "it is empty")],
)
def test_a_wrong_secret_is_not_repeated(key: str, wrong: str, said: str) -> None:
    assert refused(**{key: wrong}) == f"wikibot:{key}: {said}."


def test_an_endpoint_for_nothing_is_refused() -> None:
    assert (
        refused(bedrockEndpoint="true")
        == "wikibot:bedrockEndpoint=true: it needs wikibot:embeddings=bedrock."
    )
    assert read(bedrockEndpoint="true", embeddings="bedrock").own_bedrock


@pytest.mark.parametrize("stack", ["Small", "1st", "a" * 21, ""])
def test_a_stacks_name_is_short_and_small(stack: str) -> None:
    with pytest.raises(ConfigurationError, match="The stack's name is"):
        read(stack)
    assert read("staging-2").name == "wikibot-staging-2"


def test_a_key_that_is_no_setting_is_refused() -> None:
    assert refused(concurency="3") == "wikibot:concurency is no setting; did you mean wikibot:concurrency?"


def test_without_a_repository_there_is_no_delivery() -> None:
    assert read(githubRepository=None).delivery is None
    assert read().delivery is not None
