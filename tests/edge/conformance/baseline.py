"""What of the official suite is run against what, and what is expected to fail, with the clause of the
specification that allows it. A test fails when an entry here passes (DECISIONS 40).
"""

from collections.abc import Mapping
from types import MappingProxyType

NEW, OLD = "2026-07-28", "2025-11-25"

COMMON = (
    "tools-list",
    "tools-call-error",
    "resources-list",
    "prompts-list",
    "completion-complete",
    "dns-rebinding-protection",
)
PRODUCT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        NEW: (
            "server-stateless",
            *COMMON,
            "caching",
            "sep-2164-resource-not-found",
            "http-header-validation",
        ),
        OLD: ("server-initialize", "ping", *COMMON),
    }
)
"""Scenarios that need no fixture: run against the wiki itself."""

NOT_TESTABLE: Mapping[str, str] = MappingProxyType(
    {
        "sep-2575-server-rejects-undeclared-capability": "calls the diagnostic tool test_missing_capability",
        "sep-2575-missing-capability-http-400": "calls the diagnostic tool test_missing_capability",
    }
)
"""Checks of these scenarios that call a tool of the suite's own. They pass with the fixtures."""

EXPECTED: Mapping[tuple[str, str], Mapping[str, str]] = MappingProxyType(
    {
        ("stream", NEW): {},
        ("stream", OLD): {},
        ("json", NEW): {
            "tools-call-with-progress": "Progress is a MAY (basic/utilities/progress, Behavior Requirements: "
            "the receiver 'MAY choose not to send any progress notifications'), and one JSON body "
            "(basic/transports, Sending Messages: 'application/json, to return one JSON object') has no "
            "room for notifications."
        },
    }
)
"""Scored scenarios that fail with the fixtures, by (exchange, revision)."""

_NO_DOCUMENTS = (
    "Client ID Metadata Documents are a SHOULD (basic/authorization, Client ID Metadata Documents: "
    "'Authorization servers and MCP clients SHOULD support'). A wiki on loopback is reached by nobody else "
    "and may be without network: it fetches no client's document. One with an address of its own does."
)
AUTHORIZATION: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {revision: {"authorization-server-metadata-cimd": _NO_DOCUMENTS} for revision in (NEW, OLD)}
)
"""Checks of the authorization server that do not pass on a wiki on loopback, by revision."""
