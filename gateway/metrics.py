"""What Prometheus scrapes at /metrics. Each process counts for itself and says which one it is."""

from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

SECONDS = (0.001, 0.003, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


@dataclass
class Times:
    """How many answers took at most so many SECONDS (the last: longer), and how long they took in all."""

    buckets: list[int] = field(default_factory=lambda: [0] * (len(SECONDS) + 1))
    total: float = 0.0


class Metrics:
    """Requests by door; labels never hold paths or names, so their number is bounded."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, str, int]] = Counter()
        self.times: defaultdict[str, Times] = defaultdict(Times)
        self.running = 0

    def started(self) -> None:
        """A request came in."""
        self.running += 1

    def finished(self, door: str, method: str, status: int, seconds: float) -> None:
        """Its answer went out (or the caller went away: status 499)."""
        self.running -= 1
        self.requests[door, method, status] += 1
        times = self.times[door]
        times.buckets[bisect_left(SECONDS, seconds)] += 1
        times.total += seconds

    async def answer(self, request: Request) -> Response:  # noqa: ARG002 — an endpoint's signature
        """GET /metrics in Prometheus' text format."""
        from gateway.exposition import KIND, exposed  # late: only who scrapes needs prometheus_client

        return Response(exposed(self), media_type=KIND)
