"""The official MCP suite, in full (`make conformance` prints the same)."""

from pathlib import Path

import pytest

from tests.edge.conformance.authorization import authorization
from tests.edge.conformance.baseline import AUTHORIZATION, EXPECTED, PRODUCT
from tests.edge.conformance.run import fixtures, product

pytestmark = pytest.mark.edge


@pytest.mark.parametrize("accounts", [False, True], ids=["owner", "visitor"])
@pytest.mark.parametrize("revision", PRODUCT)
def test_the_wiki_passes_what_needs_no_fixture(revision: str, accounts: bool, tmp_path: Path) -> None:
    outcome = product(revision, tmp_path, accounts=accounts)
    assert outcome.good, outcome


@pytest.mark.parametrize("revision", AUTHORIZATION)
def test_the_wikis_authorization_server_passes_what_the_suite_asks_of_one(
    revision: str, tmp_path: Path
) -> None:
    outcome = authorization(revision, tmp_path)
    assert outcome.good, outcome


@pytest.mark.parametrize(("exchange", "revision"), EXPECTED)
def test_the_gateway_lets_every_scored_check_pass(exchange: str, revision: str, tmp_path: Path) -> None:
    outcome = fixtures(exchange, revision, tmp_path)
    assert outcome.good, outcome
