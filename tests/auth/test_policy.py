"""The rights table of DECISIONS 10, and the question that every door asks."""

import pytest

from auth import ALL_RIGHTS, OPERATIONS, Allow, Deny, Principal, Right, decide
from auth.policy import covers
from auth.principal import Via


def caller(*rights: Right, via: Via = "session", path_prefix: str = "") -> Principal:
    return Principal("ann", "Ann", "ann@example.org", frozenset(rights), via, path_prefix=path_prefix)


@pytest.mark.parametrize(
    ("right", "operations"),
    [
        (Right.READ, {"read", "search", "history", "links", "list", "fetch"}),
        (Right.WRITE, {"write", "edit", "move", "delete", "revert", "batch", "reindex"}),
        (Right.UPLOAD, {"attach", "detach", "push"}),
        (Right.ADMIN, {"administer"}),
    ],
)
def test_each_operation_needs_the_one_right_of_the_table(right: Right, operations: set[str]) -> None:
    assert {name for name, needed in OPERATIONS.items() if needed is right} == operations


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_right_alone_allows_and_all_others_without_it_do_not(operation: str) -> None:
    needed = OPERATIONS[operation]

    assert decide(caller(needed), operation) == Allow()
    assert isinstance(decide(caller(*(ALL_RIGHTS - {needed})), operation), Deny)


def test_an_anonymous_caller_is_asked_for_a_token_and_a_known_one_is_refused() -> None:
    anonymous = decide(caller(via="anonymous"), "read")
    known = decide(caller(via="session"), "read")

    assert isinstance(anonymous, Deny)
    assert anonymous.code == "unauthenticated"
    assert isinstance(known, Deny)
    assert known.code == "permission_denied"


@pytest.mark.parametrize("via", ["api_key", "token"])
def test_administration_is_never_by_token(via: Via) -> None:
    assert isinstance(decide(caller(*ALL_RIGHTS, via=via), "administer"), Deny)
    assert decide(caller(*ALL_RIGHTS, via="owner"), "administer") == Allow()


def test_an_operation_that_is_not_in_the_table_is_a_fault_of_ours() -> None:
    with pytest.raises(KeyError):
        decide(caller(*ALL_RIGHTS), "invent")


@pytest.mark.parametrize(
    ("operation", "path", "allowed"),
    [
        ("write", "team", True),
        ("write", "team/plan", True),
        ("write", "teams/plan", False),
        ("write", "home", False),
        ("list", None, True),
        ("reindex", None, False),
    ],
)
def test_a_token_bound_to_a_path_stays_below_it(operation: str, path: str | None, allowed: bool) -> None:
    bound = caller(*ALL_RIGHTS, via="token", path_prefix="team")

    assert isinstance(decide(bound, operation, path), Allow) is allowed


def test_a_principal_without_a_bound_covers_every_page() -> None:
    assert covers(caller(), "any/page")


def test_a_right_that_a_wider_scope_would_bring_is_asked_for() -> None:
    narrow = Principal(
        "ann", "Ann", "ann@example.org", frozenset({Right.READ}), "token", grantable=frozenset({Right.WRITE})
    )

    assert decide(narrow, "read") == Allow()
    codes = [decide(narrow, operation) for operation in ("write", "attach")]
    assert [code.code for code in codes if isinstance(code, Deny)] == [
        "insufficient_scope",
        "permission_denied",
    ]
