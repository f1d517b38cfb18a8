"""Numbers for Prometheus: a registry of its own, and no label whose values nobody can count.

Source: https://prometheus.io/docs/practices/naming/
"""

from collections.abc import Callable
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from ..domain.report import ProviderReport
from .following import Following

MEDIA = CONTENT_TYPE_LATEST
UNMATCHED = "unmatched"
"""The route of a request that found none."""
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
"""Those that are counted under their own names."""
_LISTS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15)
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15)


class Metrics:
    """What one process counts."""

    def __init__(self, shelf: Following, clock: Callable[[], datetime]) -> None:
        self._shelf, self._clock = shelf, clock
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "modeldex_requests",
            "Answers sent, by method, route and status.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "modeldex_request_seconds",
            "Time to the end of an answer.",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.in_flight = Gauge(
            "modeldex_requests_in_flight", "Requests being answered.", registry=self.registry
        )
        self._refreshes = Counter(
            "modeldex_refreshes", "Refreshes, by how they ended.", ("end",), registry=self.registry
        )
        self._models = Gauge("modeldex_catalog_models", "Models.", registry=self.registry)
        self._age = Gauge(
            "modeldex_catalog_age_seconds", "Age of the catalog.", registry=self.registry
        )
        self._stored = Gauge(
            "modeldex_stored_answer_bytes", "Stored answers, in bytes.", registry=self.registry
        )
        self._troubled = Gauge(
            "modeldex_catalog_troubled",
            "1 while the catalog in force cannot be opened.",
            registry=self.registry,
        )
        self._tries = Counter(
            "modeldex_provider_tries",
            "Connections asked by this process, by provider and what it came to.",
            ("provider", "outcome"),
            registry=self.registry,
        )
        self._waits = Histogram(
            "modeldex_provider_seconds",
            "Time until a connection's whole list had come, or had failed to.",
            ("provider",),
            buckets=_LISTS,
            registry=self.registry,
        )
        self._counters: dict[tuple[str, str, int], Callable[[], None]] = {}
        self._timers: dict[str, Callable[[float], None]] = {}

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """One answer was sent."""
        named = (method if method in METHODS else "other", route, status)
        if (counter := self._counters.get(named)) is None:
            counter = self._counters[named] = self._requests.labels(
                named[0], route, str(status)
            ).inc
        counter()
        if (timer := self._timers.get(route)) is None:
            timer = self._timers[route] = self._seconds.labels(route).observe
        timer(seconds)

    def refreshed(self, end: str) -> None:
        """A refresh ended: `done` or `failed`."""
        self._refreshes.labels(end).inc()

    def asked(self, line: ProviderReport) -> None:
        """One connection was asked by a refresh."""
        self._tries.labels(line.provider, line.outcome).inc()
        self._waits.labels(line.provider).observe(line.duration_ms / 1000)

    def text(self) -> bytes:
        """All of it, in Prometheus' text format."""
        if self._shelf.ready:
            opened = self._shelf.opened
            published = opened.stamp.published_at
            self._models.set(opened.stamp.models)
            self._age.set((self._clock() - published).total_seconds())
            self._stored.set(opened.shelf.size)
        self._troubled.set(bool(self._shelf.trouble))
        return generate_latest(self.registry)
