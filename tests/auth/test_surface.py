"""What other packages may import from `auth`."""

from pathlib import Path

import auth


def test_the_package_is_ours() -> None:
    assert Path(auth.__file__).parent == Path(__file__).parents[2] / "auth"


def test_the_public_names_are_these() -> None:
    assert sorted(auth.__all__) == [
        "ALL_RIGHTS",
        "Allow",
        "ApiKey",
        "Clock",
        "Deny",
        "Door",
        "Gate",
        "GateConfig",
        "Identities",
        "OPERATIONS",
        "Principal",
        "Right",
        "RightsSource",
        "decide",
        "door_of",
        "utc_now",
    ]
