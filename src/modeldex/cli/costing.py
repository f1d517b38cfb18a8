"""`modeldex cost`: what calls of these models cost, cheapest first."""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

import click

from ..domain.model import Model
from ..domain.price import exact
from ..domain.query import Condition, Op, Query
from ..rules import amounts
from ..rules.costing import DAYS_PER_MONTH, Cost, cost, formula
from ..rules.tariff import Usage
from ..service.shapes import cost as shape
from . import departed, output
from .context import Catalog, Services
from .options import common
from .safety import safe
from .showing import find
from .table import Column

BASE = "base:"
"""Before a name that is to be read as a base and never as an id."""
_COLUMNS = (
    Column("MODEL"),
    Column("$ PER CALL", 1, right=True),
    Column("$ PER DAY", 2, right=True),
    Column(f"$ PER {DAYS_PER_MONTH} DAYS", 3, right=True),
)
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_UNKNOWN = "unknown"
_WORDS = ("varies", "billed otherwise")
"""Reasons for having no sum that are no lack of knowledge."""


class _Priced(NamedTuple):
    model: Model
    cost: Cost


@click.command("cost")
@click.argument("models", nargs=-1, required=True, metavar="MODEL…")
@click.option("--in", "input", required=True, metavar="N", help="Input tokens per call: 2000, 10k.")
@click.option("--out", "output", required=True, metavar="N", help="Output tokens per call.")
@click.option("--cached", metavar="SHARE", help="Share of the input read from a cache: 0.8, 80%.")
@click.option("--per-day", metavar="N", help="Calls per day; adds the cost of a day and a month.")
@click.option("--batch", is_flag=True, help="At the price of the batch interface.")
@click.option("--at", metavar="HH:MM", help="Time of day in UTC, for prices that depend on it.")
@common
@click.pass_obj
def command(services: Services, /, models: tuple[str, ...], as_json: bool, **asked: Any) -> int:
    """Work out what calls cost, cheapest first.

    MODEL is an id such as groq/openai/gpt-oss-120b, or a base such as openai/gpt-oss-120b, which
    stands for every model that serves it; base:openai/gpt-5 is always a base.
    A price that is not known is never counted as nothing.
    """
    usage = _usage(asked)
    found = _priced(services.catalog(), models, usage)
    if as_json:
        output.json_document({"models": [shape(one.model.id, one.cost) for one in found]})
    elif output.on_terminal():
        _show(found)
    else:
        output.tsv(map(_raw, found))
    return 0


def _usage(asked: dict[str, Any]) -> Usage:
    per_day = asked["per_day"]
    return Usage(
        input=amounts.tokens(asked["input"]),
        output=amounts.tokens(asked["output"]),
        cached=_share(asked["cached"]),
        per_day=None if per_day is None else amounts.tokens(per_day),
        batch=asked["batch"],
        at=_time(asked["at"]),
    )


def _share(text: str | None) -> Decimal:
    if text is None:
        return Decimal(0)
    try:
        share = Decimal(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        if 0 <= share <= 1:
            return share
    except InvalidOperation:
        pass
    raise click.BadParameter(f"{text!r} is no share; write 0.8 or 80%", param_hint="--cached")


def _time(text: str | None) -> str | None:
    if text is None:
        return None
    if not _TIME.fullmatch(text):
        raise click.BadParameter(f"{text!r} is no time; write 09:30", param_hint="--at")
    return text.zfill(5)


def _priced(catalog: Catalog, names: tuple[str, ...], usage: Usage) -> list[_Priced]:
    models = {model.id: model for name in names for model in _named(catalog, name)}
    found = [_Priced(model, cost(model.price, usage)) for model in models.values()]
    return sorted(found, key=_order)


def _named(catalog: Catalog, name: str) -> list[Model]:
    """The model of that id, every model of that base, or the one that the name leads to."""
    asked = name.removeprefix(BASE)
    if asked == name and (model := catalog.get(name)):
        return [model]
    served = Query(conditions=(Condition(field="base", op=Op.EQ, values=(asked,)),))
    ids = [row[0] for row in catalog.rows(served, ("id",))]
    if ids:
        return [model for one in ids if (model := catalog.get(one))]
    model, others = find(catalog, name)
    led = catalog.resolve(name)
    if departed.elsewhere(led):
        departed.tell(led, model.id)
    elif others:
        output.note(f"{name} is read as {model.id}; the same name elsewhere: {', '.join(others)}")
    return [model]


def _order(one: _Priced) -> tuple[bool, Decimal, str]:
    """Cheapest first, unknown last."""
    return one.cost.per_call is None, one.cost.per_call or Decimal(0), one.model.id


def _raw(one: _Priced) -> tuple[object, ...]:
    model, found = one
    sums = (found.per_call, found.per_day, found.per_month)
    reasons = "; ".join((*found.applied, *found.unknown))
    return model.id, *map(_exact, sums), reasons, formula(found.parts)


def _exact(usd: Decimal | None) -> str | None:
    return None if usd is None else exact(usd)


def _show(found: list[_Priced]) -> None:
    output.table(_COLUMNS, [_row(one) for one in found])
    output.say()
    for one in found:
        output.say(f"{safe(one.model.id)}: {safe('; '.join(_reasons(one.cost)))}", output.DIM)


def _row(one: _Priced) -> list[str]:
    found = one.cost
    call = _usd(found.per_call) or next((why for why in found.unknown if why in _WORDS), _UNKNOWN)
    return [safe(one.model.id), call, _usd(found.per_day), _usd(found.per_month)]


def _usd(amount: Decimal | None) -> str:
    """`$0.00625`, exact and with at least two decimals; empty for `None`."""
    if amount is None:
        return ""
    whole, _, part = exact(amount).partition(".")
    return f"${int(whole):,}.{part:0<2}"


def _reasons(found: Cost) -> Iterator[str]:
    if found.parts:
        yield formula(found.parts)
    yield from found.applied
    for why in found.unknown:
        yield why if why in _WORDS else f"{why.replace('_', ' ')} is not known"
