"""Which door a path belongs to."""

import pytest

from auth import Door, door_of


@pytest.mark.parametrize(
    ("path", "door"),
    [
        ("/", "browser"),
        ("/home", "browser"),
        ("/api/v1/pages", "rest"),
        ("/api/v1", "rest"),
        ("/api/v10/pages", "browser"),
        ("/api/v1/health", "open"),
        ("/api/v1/health/", "rest"),
        ("/healthz", "open"),
        ("/readyz", "open"),
        ("/metrics", "open"),
        ("/metrics/cpu", "browser"),
        ("/mcp", "mcp"),
        ("/mcp/", "mcp"),
        ("/mcpx", "browser"),
        ("/.git/info/refs", "git"),
        ("/.github", "browser"),
        ("//api/v1/pages", "browser"),
        ("/llms.txt", "raw"),
        ("/docs/llms.txt", "browser"),
        ("/docs/setup.md", "raw"),
        ("/docs/setup.md/edit", "browser"),
        ("/api/v1/pages/setup.md", "rest"),
    ],
)
def test_a_path_has_one_door(path: str, door: Door) -> None:
    assert door_of(path) == door
