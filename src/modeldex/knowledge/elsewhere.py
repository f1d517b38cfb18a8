"""What the listings of one base say at other providers, for what is lent and for what is doubted."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from ..domain.capability import Modality
from ..domain.claims import Claims
from ..rules import identity
from ..rules.registry import Registry
from .bases import packaged_labs
from .by_base import ByBase, Release, Weights

MOVES_SUFFIX = "-latest"
"""A name that ends so leads to whatever is newest."""
COMPARED: tuple[str, ...] = (
    "kind",
    "context_window",
    "max_output",
    "input_modalities",
    "output_modalities",
    "reasoning",
    "tools",
    "structured_output",
    "vision",
)
_PARSES: Mapping[str, Modality] = {"openrouter": Modality.PDF}
"""Media that a provider reads itself before any model sees them.
Source: https://openrouter.ai/docs/features/multimodal/pdfs"""
_NUMBER = re.compile(r"-(\d{3,4}|\d{8}|20\d\d-\d\d-\d\d)$")

Models: TypeAlias = Mapping[str, Mapping[str, Mapping[str, Claims]]]
"""Claims by origin, provider and native id."""


class Statement(NamedTuple):
    """Whoever says the same of many ids of one base says it once."""

    provider: str
    origin: str
    value: Any


class Listings:
    """Statements about each base, by field."""

    def __init__(self, models: Models, registry: Registry) -> None:
        self.said: dict[tuple[str, str], set[Statement]] = {}
        """By base and field."""
        self._registry = registry
        self._bases: dict[tuple[str, str], str | None] = {}
        by_base = ByBase()
        for origin, provider, native_id, claims in _each(models):
            base = self._linked(provider, native_id)
            if base is not None:
                by_base.heard(base, provider, claims)
            for field in COMPARED if base is not None else ():
                value = _value(provider, field, claims)
                if base is not None and value is not None:
                    statement = Statement(provider, origin, value)
                    self.said.setdefault((base, field), set()).add(statement)
        self._weights = dict(by_base.weights(self.homes))
        self._releases = dict(by_base.releases())
        self._newest = _newest(self._bases)
        self._lines = _lines(self._bases)

    def homes(self, base: str) -> tuple[str, ...]:
        """The providers that are the own ones of the base's lab."""
        lab = packaged_labs().get(base.partition("/")[0])
        return lab.homes if lab is not None else ()

    def resold(self, provider: str, native_id: str) -> bool:
        """Whether it is the lab's own listing of weights that nobody else can serve."""
        base = self.base(provider, native_id)
        weights = self.weights(provider, native_id)
        closed = weights is not None and weights.open is False
        return base is not None and closed and provider in self.homes(base)

    def weights(self, provider: str, native_id: str) -> Weights | None:
        """Whether its weights are open by all that is said of its base; `None` when nothing is."""
        return self._weights.get(self.base(provider, native_id) or "")

    def hosted(self, provider: str, native_id: str) -> bool:
        """Whether the provider is not the own one of the lab whose model it is."""
        base = self.base(provider, native_id)
        if base is None:
            return self._registry.home(provider) is None
        return provider not in self.homes(base)

    def release(self, provider: str, native_id: str) -> Release | None:
        """About when most listings of its base say that it came out; `None` when few agree."""
        return self._releases.get(self.base(provider, native_id) or "")

    def newest(self, provider: str, native_id: str) -> str | None:
        """The newest dated name of the line of a name that moves, as far as names tell."""
        return self._newest.get((provider, native_id))

    def base(self, provider: str, native_id: str) -> str | None:
        """The base of a model that somebody listed, or of the newest that it moves to."""
        if native_id.endswith(MOVES_SUFFIX):
            native_id = self.newest(provider, native_id) or ""
        return self._bases.get((provider, native_id))

    def others(self, provider: str, native_id: str, field: str) -> tuple[Any, ...]:
        """What is said of the same base at other providers, a value per statement."""
        base = self.base(provider, native_id)
        statements = self.said.get((base, field), ()) if base is not None else ()
        return tuple(one.value for one in statements if one.provider != provider)

    def leads_elsewhere(self, provider: str, native_id: str) -> bool:
        """Whether a name that moves is the only one of its line, and so leads to other lines."""
        return native_id.removesuffix(MOVES_SUFFIX) not in self._lines.get(provider, ())

    def _linked(self, provider: str, native_id: str) -> str | None:
        model = provider, native_id
        if model not in self._bases:
            linked = identity.explain(provider, native_id, (), self._registry)
            self._bases[model] = linked.base if linked is not None else None
        return self._bases[model]


def _each(models: Models) -> Iterator[tuple[str, str, str, Claims]]:
    for origin, by_provider in models.items():
        for provider, by_id in by_provider.items():
            for native_id, claims in by_id.items():
                yield origin, provider, native_id, claims


def _value(provider: str, field: str, claims: Claims) -> Any:
    value = getattr(claims, field)
    if field != "input_modalities" or value is None:
        return value
    return tuple(one for one in Modality if one in value and one is not _PARSES.get(provider))


def _lines(models: Mapping[tuple[str, str], object]) -> dict[str, set[str]]:
    """By provider: names that do not move, whole and without the number at their end."""
    lines: dict[str, set[str]] = {}
    for provider, native_id in models:
        if not native_id.endswith(MOVES_SUFFIX):
            lines.setdefault(provider, set()).update((native_id, _NUMBER.sub("", native_id)))
    return lines


def _newest(models: Mapping[tuple[str, str], object]) -> dict[tuple[str, str], str]:
    """By a name that moves: of the names that put a number in its place the one with the highest.

    Numbers of two shapes cannot be compared, and lead nowhere.
    """
    lines: dict[tuple[str, str], dict[str, str]] = {}
    for provider, native_id in models:
        found = _NUMBER.search(native_id)
        if found:
            stem = native_id[: found.start()] + MOVES_SUFFIX
            lines.setdefault((provider, stem), {})[found[1].replace("-", "")] = native_id
    return {
        line: numbered[max(numbered)]
        for line, numbered in lines.items()
        if len({len(number) for number in numbered}) == 1
    }
