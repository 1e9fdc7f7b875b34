"""Waiting for a server of somebody else's that was started for a test."""

import subprocess
import time

import httpx

WITHIN = 90.0


def wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    """Until it answers anything at all. Fails when it has ended or takes too long."""
    deadline = time.monotonic() + WITHIN
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended"
        try:
            httpx.get(url, timeout=5)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"{url} did not answer in time")
