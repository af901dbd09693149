"""Meters: what a monitor reads (Prometheus): this process's visits, and the counts of the whole installation."""

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from digest.flows.counting import Counts

_BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Meters:
    """The meters of one site."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._visits = Histogram(
            "digest_web_visit_seconds",
            "Visits to this process by route and status, and how long they took.",
            ["method", "route", "status"],
            registry=self._registry,
            buckets=_BOUNDS_S,
        )

    def note_visit(self, *, method: str, route: str, status: int, took_s: float) -> None:
        """Count a visit."""
        self._visits.labels(method, route, str(status)).observe(took_s)

    def read(self, counts: Counts) -> bytes:
        """Return all that is metered, in Prometheus's text form; `counts` are those of now."""
        moment = CollectorRegistry()
        moment.register(_CountsOfNow(counts))
        return generate_latest(self._registry) + generate_latest(moment)


class _CountsOfNow(Collector):
    """Shows counts as gauges."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts

    def collect(self) -> Iterable[GaugeMetricFamily]:
        return _gauges(self._counts)


def _gauges(counts: Counts) -> Iterator[GaugeMetricFamily]:
    yield _gauge("digest_subscribers", "Readers by status.", counts.subscribers.items())
    yield _gauge("digest_notices", "Mails around a subscription, by status.", counts.notices.items())
    yield _gauge("digest_deliveries_open", "Deliveries that wait or are in doubt.", counts.deliveries._asdict().items())
    yield _gauge("digest_sign_ups_last_hour", "Sign-ups by what came of them.", counts.sign_ups._asdict().items())
    yield GaugeMetricFamily(
        "digest_sign_up_challenge", "1 while visitors must solve a puzzle.", float(counts.is_challenged)
    )
    yield GaugeMetricFamily("digest_on_hold", "1 while this machine may send nothing.", float(counts.is_on_hold))


def _gauge(name: str, said: str, values: Iterable[tuple[str, int]]) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(name, said, labels=["status"])
    for status, value in values:
        gauge.add_metric([status], value)
    return gauge
