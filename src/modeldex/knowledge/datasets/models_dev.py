"""models.dev's `api.json`: USD per million tokens, limits, modalities and abilities per provider.

Source: https://github.com/anomalyco/models.dev
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import msgspec

from ...dialects.fields import count, day, modalities, reasoning, text, usd_per_million
from ...domain.capability import Kind, Modality, Reasoning
from ...domain.claims import Claims
from ...domain.lifecycle import Lifecycle
from ...domain.price import ConditionalRates, Price, PriceCondition
from ..naming import Names, by_word, native_id
from ..patterns import reasons_always
from . import rates
from .records import Losses, whole

_UNITS = (
    "input",
    "output",
    "cache_read",
    "cache_write",
    "reasoning",
    "input_audio",
    "output_audio",
)
_KIND_BY_OUTPUT: dict[tuple[Modality, ...], Kind] = {
    (Modality.IMAGE,): Kind.IMAGE,
    (Modality.VIDEO,): Kind.VIDEO,
}


class Step(msgspec.Struct):
    type: str | None = None
    size: int | None = None


class Cost(msgspec.Struct):
    input: Decimal | None = None
    output: Decimal | None = None
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None
    reasoning: Decimal | None = None
    input_audio: Decimal | None = None
    output_audio: Decimal | None = None
    tier: Step | None = None
    tiers: tuple["Cost", ...] = ()
    context_over_200k: "Cost | None" = None


class Limit(msgspec.Struct, frozen=True):
    context: int | None = None
    output: int | None = None


class Modalities(msgspec.Struct, frozen=True):
    input: tuple[str, ...] | None = None
    output: tuple[str, ...] | None = None


class Option(msgspec.Struct):
    type: str | None = None
    values: tuple[str | None, ...] = ()


class Record(msgspec.Struct):
    name: str | None = None
    family: str | None = None
    reasoning: bool | None = None
    reasoning_options: tuple[Option, ...] | None = None
    tool_call: bool | None = None
    structured_output: bool | None = None
    open_weights: bool | None = None
    knowledge: str | None = None
    release_date: str | None = None
    status: str | None = None
    limit: Limit = Limit()
    modalities: Modalities = Modalities()
    cost: Cost | None = None


class Listed(msgspec.Struct):
    models: dict[str, msgspec.Raw]


def read(
    body: bytes, names: Names, on: date, lost: Losses | None = None
) -> Iterator[tuple[str, Claims]]:
    """Claims per model; the dataset has no dated prices, so that `on` plays no part."""
    known = by_word(names, lambda naming: naming.models_dev)
    for word, provided in msgspec.json.decode(body, type=dict[str, msgspec.Raw]).items():
        listed = whole(lost, word, _listed, provided) if word in known else None
        for key, raw in listed.models.items() if listed else ():
            provider, naming = known[word]
            native = native_id(naming, key)
            claims = whole(lost, f"{word}/{key}", _claims, native, raw) if native else None
            if claims is not None:
                yield provider, claims


def _listed(raw: msgspec.Raw) -> Listed:
    return msgspec.json.decode(raw, type=Listed)


def _claims(native: str, raw: msgspec.Raw) -> Claims:
    record = msgspec.json.decode(raw, type=Record)
    goes_in = modalities(record.modalities.input)
    comes_out = modalities(record.modalities.output)
    return Claims(
        native_id=native,
        name=text(record.name),
        family=text(record.family),
        kind=_KIND_BY_OUTPUT.get(comes_out or ()),
        context_window=count(record.limit.context),
        max_output=count(record.limit.output),
        input_modalities=goes_in,
        output_modalities=comes_out,
        tools=record.tool_call,
        structured_output=record.structured_output,
        vision=None if goes_in is None else Modality.IMAGE in goes_in,
        reasoning=_reasoning(native, record),
        open_weights=record.open_weights,
        knowledge_cutoff=text(record.knowledge),
        released=day(record.release_date),
        price=_price(record.cost),
        lifecycle=Lifecycle.DEPRECATED if record.status == "deprecated" else None,
    )


def _reasoning(native: str, record: Record) -> Reasoning | None:
    """Fixed where the dataset says in so many words that there is nothing to choose.

    A bare yes is read as a provider's own would be, save of weights that are known to always think.
    """
    if record.reasoning_options is None or not record.reasoning:
        bare = reasoning(record.reasoning)
        fixed = bare is Reasoning.CONFIGURABLE and reasons_always(native)
        return Reasoning.FIXED if fixed else bare
    choices = any(
        option.type != "effort" or len(option.values) > 1 for option in record.reasoning_options
    )
    return Reasoning.CONFIGURABLE if choices else Reasoning.FIXED


def _price(cost: Cost | None) -> Price | None:
    if cost is None:
        return None
    steps = cost.tiers or ((cost.context_over_200k,) if cost.context_over_200k else ())
    tiers = tuple(tier for step in steps if (tier := _tier(step)) is not None)
    return rates.stated(_amounts(cost), tiers)


def _tier(step: Cost) -> ConditionalRates | None:
    if step.tier is not None and (step.tier.type != "context" or step.tier.size is None):
        return None
    above = step.tier.size if step.tier is not None else 200_000
    return rates.tier(PriceCondition(above_input_tokens=above), _amounts(step))


def _amounts(cost: Cost) -> rates.Amounts:
    return {unit: usd_per_million(getattr(cost, unit)) for unit in _UNITS}
