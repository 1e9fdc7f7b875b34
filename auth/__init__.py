"""Who is calling and what they may do. Knows no wiki: rights come from a `RightsSource`."""

from auth.clock import Clock, utc_now
from auth.doors import Door, door_of
from auth.gate import Gate
from auth.identities import ApiKey, GateConfig, Identities
from auth.policy import OPERATIONS, Allow, Deny, decide
from auth.principal import ALL_RIGHTS, Principal, Right
from auth.sources import RightsSource

__all__ = [
    "ALL_RIGHTS",
    "OPERATIONS",
    "Allow",
    "ApiKey",
    "Clock",
    "Deny",
    "Door",
    "Gate",
    "GateConfig",
    "Identities",
    "Principal",
    "Right",
    "RightsSource",
    "decide",
    "door_of",
    "utc_now",
]
