"""What a package is built for."""

import platform
from dataclasses import dataclass

MIB = 1 << 20
UNZIPPED = 250 * MIB
"""AWS, "Lambda quotas": the function and its layers together, unzipped."""
RUNTIME_PYTHON = "3.13"


@dataclass(frozen=True)
class Target:
    """One processor. `platform`: as wheels and uv name it; `limit`: bytes of zip and layer unzipped."""

    name: str
    platform: str
    debian: str
    limit: int


# arm64 is what is deployed and keeps room for what grows; x86-64 is a test build (DECISIONS 31). Amazon Linux
# 2023, the runtime's system, has glibc 2.34; wheels for 2.28 run there.
TARGETS = {
    "arm64": Target("arm64", "aarch64-manylinux_2_28", "arm64", 245 * MIB),
    "x86_64": Target("x86_64", "x86_64-manylinux_2_28", "amd64", UNZIPPED),
}


def here() -> str:
    """The name of this machine's processor, as far as the targets know it."""
    machine = platform.machine()
    return {"aarch64": "arm64", "AMD64": "x86_64"}.get(machine, machine)
