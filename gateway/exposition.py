"""The counts of a process in Prometheus' text format; the only module that knows prometheus_client."""

import os
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from gateway.metrics import SECONDS, Metrics

KIND = CONTENT_TYPE_LATEST


def exposed(metrics: Metrics) -> bytes:
    """The text as it is scraped."""
    registry = CollectorRegistry()
    registry.register(_Counts(metrics))
    return generate_latest(registry)


class _Counts(Collector):
    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._process = str(os.getpid())

    def collect(self) -> Iterator[Metric]:
        yield self._requests()
        yield self._seconds()
        running = GaugeMetricFamily(
            "wikibot_requests_running", "Requests being answered now.", labels=["process"]
        )
        running.add_metric([self._process], self._metrics.running)
        yield running

    def _requests(self) -> Metric:
        labels = ["door", "method", "status", "process"]
        requests = CounterMetricFamily("wikibot_requests", "Requests answered.", labels=labels)
        for (door, method, status), count in self._metrics.requests.items():
            requests.add_metric([door, method, str(status), self._process], count)
        return requests

    def _seconds(self) -> Metric:
        sentence = "Seconds from the first byte of a request to the last of its answer."
        seconds = HistogramMetricFamily("wikibot_request_seconds", sentence, labels=["door", "process"])
        bounds = [*(str(float(bound)) for bound in SECONDS), "+Inf"]
        for door, times in self._metrics.times.items():
            counts = list(zip(bounds, accumulate(times.buckets), strict=True))
            seconds.add_metric([door, self._process], counts, times.total)
        return seconds
