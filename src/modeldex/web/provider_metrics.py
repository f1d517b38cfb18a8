"""How the providers stand, as numbers for Prometheus: worked out at each look, so that none is out of date."""

from collections.abc import Callable, Iterator, Sequence

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from .admin_documents import ProviderHealth

_NUMBERS: tuple[tuple[str, str, Callable[[ProviderHealth], int | None]], ...] = (
    (
        "list_age_seconds",
        "Age of the list shown; absent while there is none.",
        lambda one: one.age_s,
    ),
    ("models", "Models of the list shown.", lambda one: one.models),
    ("failures", "Failures in a row; 0 after a success.", lambda one: one.failures),
    ("breaker_open", "1 while it is left alone after failures.", lambda one: one.breaker == "open"),
    ("held", "1 while a newer list is set aside as implausible.", lambda one: one.held is not None),
)


class _Standing(Collector):
    def __init__(self, providers: Sequence[ProviderHealth]) -> None:
        self._providers = providers

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, said, number in _NUMBERS:
            family = GaugeMetricFamily(f"modeldex_provider_{name}", said, labels=("provider",))
            for one in self._providers:
                if (value := number(one)) is not None:
                    family.add_metric((one.provider,), value)
            yield family
        last = GaugeMetricFamily(
            "modeldex_provider_outcome",
            "1 for what the last try came to.",
            labels=("provider", "outcome"),
        )
        for one in self._providers:
            last.add_metric((one.provider, one.outcome), 1)
        yield last


def text(providers: Sequence[ProviderHealth]) -> bytes:
    """The providers, in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Standing(providers))
    return generate_latest(registry)
