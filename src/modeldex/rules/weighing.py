"""What a model is worth for a purpose: four inputs from 0 to 1, each with the sentence that it rests on.

An input that is not known is no zero, and no bonus either: in its place stands, for quality, what
the model's predecessor of the same line reached, and otherwise the middle of those for which the
input is known. An input that is known of no model has no weight. How many are known is always said.

| input | is 1 | is 0 | from |
|---|---|---|---|
| quality | `full` of the table | `zero` of the table | benchmarks, by base |
| reliability | every call answered | none | observation |
| latency | 0.3 s to the first token | 10 s | observation |
| cost | 0.05 USD per million tokens, 0.005 per picture | 50 USD, 0.5 per picture | price |

Latency and cost go by their logarithm: twice as much costs as many points everywhere.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import log
from statistics import fmean, median
from typing import NamedTuple

from ..domain.model import Model
from ..domain.price import exact
from ..domain.shortlist import Benchmark, Bucket, Measured
from .lineage import Version, line_of

WEIGHTS: Mapping[str, float] = {"quality": 0.45, "reliability": 0.25, "latency": 0.15, "cost": 0.15}
_INPUT_SHARE = 0.75
"""Three tokens go in for each that comes out."""
_LATENCY_S = (0.3, 10.0)
_TOKENS_USD = (0.05, 50.0)
_PICTURE_USD = (0.005, 0.5)


class Input(NamedTuple):
    """One known input."""

    value: float
    said: str
    """A sentence with number, day and link."""


class Weighed(NamedTuple):
    """What is known of one model for one bucket."""

    model: Model
    inputs: Mapping[str, Input]

    def score(self, instead: Mapping[str, float]) -> float | None:
        """From 0 to 1; `instead` has what stands in for inputs that are not known."""
        values = {**instead, **{name: one.value for name, one in self.inputs.items()}}
        weight = sum(WEIGHTS[name] for name in values)
        return sum(WEIGHTS[name] * values[name] for name in values) / weight if values else None


def middles(weighed: Sequence[Weighed]) -> dict[str, float]:
    """The middle of each input, for those that are known of some model."""
    known = {
        name: [one.inputs[name].value for one in weighed if name in one.inputs] for name in WEIGHTS
    }
    return {name: median(values) for name, values in known.items() if values}


def predecessors(weighed: Sequence[Weighed]) -> dict[str, Weighed]:
    """Model id → the newest measured model of the same lab and line that is no newer, for models
    whose own quality was not measured. Whose version may have lost its point has and is none."""
    measured: dict[object, dict[str, Weighed]] = defaultdict(dict)
    versions: dict[object, set[Version]] = defaultdict(set)
    for one in weighed:
        versions[_descent(one.model)].add(line_of(one.model).version)
        if "quality" in one.inputs:
            measured[_descent(one.model)][one.model.id] = one
    found = {}
    for one in weighed:
        own, descent = line_of(one.model), _descent(one.model)
        if "quality" in one.inputs or own.doubtful(versions[descent]):
            continue
        before = [
            (line_of(other.model).day, name)
            for name, other in measured.get(descent, {}).items()
            if _no_newer(other.model, one.model)
            and not line_of(other.model).doubtful(versions[descent])
        ]
        if before:
            found[one.model.id] = measured[descent][max(before)[1]]
    return found


def _no_newer(other: Model, model: Model) -> bool:
    """Whether neither version, nor the days of their names, nor those of their release say so."""
    before, own = line_of(other), line_of(model)
    if other.released and model.released and other.released > model.released:
        return False
    if before.version == own.version and before.stamp and own.stamp:
        return before.stamp <= own.stamp
    return before.version <= own.version


def _descent(model: Model) -> tuple[str, frozenset[str], int | None]:
    parted = line_of(model)
    return model.lab or model.provider, parted.words, parted.size


def weigh(
    model: Model, bucket: Bucket, benchmarks: Sequence[Benchmark], measured: Measured | None
) -> Weighed:
    """The inputs that are known of a model."""
    found = {
        "quality": _quality(model, bucket, benchmarks),
        "reliability": _reliability(measured),
        "latency": _latency(measured),
        "cost": _cost_per_picture(model) if bucket is Bucket.IMAGE else _cost(model),
    }
    return Weighed(model, {name: one for name, one in found.items() if one is not None})


def usd_per_million(model: Model) -> float | None:
    """What a million tokens cost, three in for one out; `None` when unknown or varying."""
    price = model.price
    if price is None or price.varies or price.input is None or price.output is None:
        return None
    return float(price.input) * _INPUT_SHARE + float(price.output) * (1 - _INPUT_SHARE)


def _quality(model: Model, bucket: Bucket, benchmarks: Sequence[Benchmark]) -> Input | None:
    values, said = [], []
    for one in benchmarks:
        score = one.scores.get(model.base or "")
        if score is not None and bucket in one.buckets:
            values.append(_within((score - one.zero) / (one.full - one.zero)))
            said.append(f"{one.title} {score:g} ({one.date}, {one.link})")
    return Input(fmean(values), "; ".join(said)) if values else None


def _reliability(measured: Measured | None) -> Input | None:
    if measured is None or measured.reliability is None:
        return None
    share = _within(measured.reliability)
    return Input(share, f"answered {share:.1%} of calls ({_observed(measured)})")


def _latency(measured: Measured | None) -> Input | None:
    if measured is None or measured.latency_s is None:
        return None
    said = f"{measured.latency_s:g} s to the first token ({_observed(measured)})"
    return Input(_between(measured.latency_s, *_LATENCY_S), said)


def _observed(measured: Measured) -> str:
    return f"{measured.date}, {measured.link or 'observed here'}"


def _cost(model: Model) -> Input | None:
    usd, price = usd_per_million(model), model.price
    if usd is None or price is None or price.input is None or price.output is None:
        return None
    each = f"{exact(price.input)} USD in and {exact(price.output)} USD out per million tokens"
    return Input(_between(usd, *_TOKENS_USD), f"{each}{_source(model)}")


def _cost_per_picture(model: Model) -> Input | None:
    usd = model.price.image if model.price is not None and not model.price.varies else None
    if usd is None:
        return None
    return Input(
        _between(float(usd), *_PICTURE_USD), f"{exact(usd)} USD per picture{_source(model)}"
    )


def _source(model: Model) -> str:
    found = model.sources.get("price")
    return f" ({found.observed_at.date()}, {found.evidence})" if found is not None else ""


def _between(value: float, best: float, worst: float) -> float:
    if value <= best:
        return 1.0
    return _within(1 - log(value / best) / log(worst / best))


def _within(share: float) -> float:
    return min(1.0, max(0.0, share))
