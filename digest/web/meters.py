"""Meters of this process: visits by route, kept where a monitor reads them (Prometheus)."""

from prometheus_client import CollectorRegistry, Histogram

_BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Meters:
    """The meters of one site; `registry` is what a monitor reads."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._visits = Histogram(
            "digest_web_visit_seconds",
            "Visits by route and status, and how long they took.",
            ["method", "route", "status"],
            registry=self.registry,
            buckets=_BOUNDS_S,
        )

    def note_visit(self, *, method: str, route: str, status: int, took_s: float) -> None:
        """Count a visit."""
        self._visits.labels(method, route, str(status)).observe(took_s)
