"""The facts of a model in words, in groups, as `modeldex show` prints them."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..domain.capability import CAPABILITIES, Access
from ..domain.claims import Endpoint
from ..domain.model import Model
from ..domain.price import PER_ONE, UNITS, Billing, Price, Rates, billing, exact
from . import cells, output
from .context import ProviderLine
from .safety import safe
from .table import Column

_UNKNOWN = "unknown"


class Fact(NamedTuple):
    """One line: what it is called, what it says, and the model's field it comes from."""

    label: str
    text: str
    field: str
    known: bool = True


class Group(NamedTuple):
    """Facts that belong together."""

    title: str
    facts: tuple[Fact, ...]


def groups(model: Model, provider: ProviderLine | None) -> Iterator[Group]:
    """Everything to say of a model; what is unknown is said to be."""
    yield Group("What it is", tuple(_identity(model)))
    limits = (("context window", "context_window"), ("max output", "max_output"))
    yield Group("Limits", tuple(_tokens(model, label, field) for label, field in limits))
    yield Group("Price in USD", tuple(_prices(model)))
    yield Group("Abilities", tuple(_abilities(model)))
    yield Group("Life", tuple(_life(model)))
    yield Group("How to call it", tuple(_calling(model, provider)))


def endpoints(rows: Sequence[Endpoint]) -> None:
    """A table of an aggregator's backends."""
    columns = (
        Column("ENDPOINT"),
        Column("CONTEXT", 2, right=True),
        Column("OUT", 4, right=True),
        Column("$/M IN / OUT", 1, right=True),
        Column("TOOLS", 3),
        Column("SCHEMA", 5),
        Column("QUANT", 6),
        Column("STATUS", 7),
    )
    output.table(columns, [_endpoint(row) for row in rows])


def _endpoint(row: Endpoint) -> list[str]:
    return [
        safe(row.name),
        cells.tokens(row.context_window),
        cells.tokens(row.max_output),
        cells.offer(row.price),
        _yes_no(row.tools) if row.tools is not None else "",
        _yes_no(row.structured_output) if row.structured_output is not None else "",
        safe(row.quantization or ""),
        safe(row.status or ""),
    ]


def _identity(model: Model) -> Iterator[Fact]:
    for field in ("kind", "lab", "family", "base", "open_weights", "quantization"):
        value = getattr(model, field)
        if value is not None or field == "kind":
            text = _yes_no(value) if field == "open_weights" else _text(value)
            yield Fact(field.replace("_", " "), text, field, value is not None)
    if model.aliases:
        yield Fact("also called", ", ".join(model.aliases), "aliases")


def _tokens(model: Model, label: str, field: str) -> Fact:
    count = getattr(model, field)
    text = _UNKNOWN if count is None else f"{cells.count(count)} tokens"
    return Fact(label, text, field, count is not None)


def _prices(model: Model) -> Iterator[Fact]:
    price = model.price
    read = billing(price)
    if price is None or (read is None and not any(_rates(price))):
        yield Fact("price", _UNKNOWN, "price", known=False)
        return
    if read in _READ:
        yield Fact("price", _READ[read], "price")
    yield from (Fact(label, text, "price") for label, text in _rates(price))
    yield from _tiers(price)


_READ = {
    Billing.VARIES: "varies with where the call is routed",
    Billing.FREE: "free",
    Billing.ZERO_TOKENS: "tokens cost nothing, other units do",
    Billing.OTHERWISE: "billed otherwise than by the token",
}


def _tiers(price: Price) -> Iterator[Fact]:
    for tier in price.tiers:
        when = ", ".join(
            f"{name.replace('_', ' ')} {value}"
            for name in tier.when.__struct_fields__
            if (value := getattr(tier.when, name)) is not None
        )
        amounts = ", ".join(f"{label} {text}" for label, text in _rates(tier))
        yield Fact("when", f"{when}: {amounts}", "price")


def _rates(rates: Rates) -> Iterator[tuple[str, str]]:
    for unit in UNITS:
        amount = getattr(rates, unit)
        if amount is not None:
            per = f"per {unit}" if unit in PER_ONE else "per million tokens"
            yield unit.replace("_", " "), f"${exact(amount)} {per}"


def _abilities(model: Model) -> Iterator[Fact]:
    for field in CAPABILITIES:
        value = getattr(model, field)
        yield Fact(field.replace("_", " "), _yes_no(value), field, value is not None)
    yield Fact("reasoning", _text(model.reasoning), "reasoning", model.reasoning is not None)
    for label, field in (("takes", "input_modalities"), ("gives", "output_modalities")):
        media = getattr(model, field)
        text = _UNKNOWN if media is None else ", ".join(media) or "nothing"
        yield Fact(label, text, field, media is not None)


def _life(model: Model) -> Iterator[Fact]:
    for field in ("lifecycle", "released", "knowledge_cutoff", "retires_on", "successor"):
        value = getattr(model, field)
        if value is not None or field == "released":
            yield Fact(field.replace("_", " "), _text(value), field, value is not None)
    for field in ("first_seen", "last_seen"):
        if at := getattr(model, field):
            yield Fact(field.replace("_", " "), cells.moment(at), field)


def _calling(model: Model, provider: ProviderLine | None) -> Iterator[Fact]:
    yield Fact("model", model.native_id, "native_id")
    if model.access:
        note = f": {model.access_note}" if model.access_note else ""
        yield Fact("access", f"{_ACCESS[model.access]}{note}", "access")
    elif model.access_note:
        yield Fact("access", f"{_UNKNOWN}: {model.access_note}", "access", known=False)
    if provider is None:
        yield Fact("provider", model.provider, "provider")
        return
    yield Fact("provider", provider.name, "provider")
    if provider.available:
        yield Fact(
            "key", f"found in {provider.key}" if provider.key else "none needed", "available"
        )
    else:
        where = f"; get one at {provider.key_url}" if provider.key_url else ""
        yield Fact("key", f"none found{where}", "available")
    if provider.docs_url:
        yield Fact("documentation", provider.docs_url, "provider")


_ACCESS = {
    Access.CALLABLE: "this account can call it",
    Access.NOT_CALLABLE: "this account cannot call it under this id",
    Access.UNCATALOGUED: "this account's own, in no catalog of the provider",
}


def _yes_no(value: bool | None) -> str:
    return _UNKNOWN if value is None else "yes" if value else "no"


def _text(value: object) -> str:
    return _UNKNOWN if value is None else str(value)
