"""What Prometheus scrapes at /metrics. Each process counts for itself and says which one it is."""

import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from starlette.requests import Request
from starlette.responses import Response

SECONDS = (0.001, 0.003, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """Requests by door; labels never hold paths or names, so their number is bounded."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._process = str(os.getpid())
        self._requests = Counter(
            "wikibot_requests",
            "Requests answered.",
            ["door", "method", "status", "process"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "wikibot_request_seconds",
            "Seconds from the first byte of a request to the last of its answer.",
            ["door", "process"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self._running = Gauge(
            "wikibot_requests_running", "Requests being answered now.", ["process"], registry=self.registry
        )

    def started(self) -> None:
        """A request came in."""
        self._running.labels(self._process).inc()

    def finished(self, door: str, method: str, status: int, seconds: float) -> None:
        """Its answer went out (or the caller went away: status 499)."""
        self._running.labels(self._process).dec()
        self._requests.labels(door, method, str(status), self._process).inc()
        self._seconds.labels(door, self._process).observe(seconds)

    async def answer(self, request: Request) -> Response:  # noqa: ARG002 — an endpoint's signature
        """GET /metrics in Prometheus' text format."""
        return Response(generate_latest(self.registry), media_type=CONTENT_TYPE_LATEST)
