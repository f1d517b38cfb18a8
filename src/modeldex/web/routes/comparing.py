"""Models side by side: their facts, and what calls of them cost."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from ...domain.model import Model
from ...rules import costing
from ...rules.amounts import tokens
from ...rules.tariff import Usage
from ...service import shapes
from ...service.reading import Catalog
from ..describing import answers
from ..documents import Comparison, Costs, Difference
from ..problems import Problem, Wrong
from ..replying import Here, encoded, reply
from ..strict import Strict
from .asked import TOKENS
from .models import missing

router = APIRouter(prefix="/api/v1", tags=["catalog"])

_MOST = 10
_SHARE = r"^(0|1|0?\.[0-9]{1,9})$"
_NOT_COMPARED = frozenset(("id", "sources", "first_seen", "last_seen", "tier", "recommended"))


class CostParams(Strict):
    """The calls to be priced."""

    model: list[str] = Field(
        min_length=1,
        max_length=_MOST,
        description="Ids; or a base, which stands for every model that serves it.",
        examples=[["groq/openai/gpt-oss-120b"]],
    )
    input: str = Field(
        pattern=TOKENS, description="Input tokens per call: `2000`, `10k`.", examples=["10k"]
    )
    output: str = Field(pattern=TOKENS, description="Output tokens per call.", examples=["500"])
    cached: str = Field(
        "0", pattern=_SHARE, description="Share of the input that is read from a cache, 0 to 1."
    )
    per_day: str | None = Field(None, pattern=TOKENS, description="Calls per day.")
    batch: bool = False
    at: str | None = Field(
        None, pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="Time of day in UTC."
    )


@router.get("/compare", summary="Models side by side", **answers(Comparison, personal=True))
def compare(
    request: Request,
    id: Annotated[list[str], Query(min_length=2, max_length=_MOST, description="Ids, repeated.")],
) -> Response:
    """Every fact of which at least one model has a value; `same` says where all agree."""
    return reply(request, lambda here: _compared(here.catalog, id), personal=True)


@router.get("/cost", summary="What calls cost", **answers(Costs, personal=True))
def cost(request: Request, asked: Annotated[CostParams, Query()]) -> Response:
    """Exact sums in USD, the cheapest first. A price that is not known is never counted as nothing."""
    return reply(request, lambda here: _costs(here, asked), personal=True)


def _compared(catalog: Catalog, ids: list[str]) -> bytes:
    facts = [msgspec.to_builtins(one) for one in _all_known(catalog, ids)]
    differences = []
    for field in Model.__struct_fields__:
        values = [one[field] for one in facts]
        if field not in _NOT_COMPARED and any(value is not None for value in values):
            same = all(value == values[0] for value in values)
            differences.append(Difference(field=field, values=values, same=same))
    return encoded(Comparison(ids=ids, fields=differences))


def _all_known(catalog: Catalog, ids: Sequence[str]) -> list[Model]:
    """The models of those ids; raises `Problem`, which says at which places there is none."""
    found = {one: catalog.get(one) for one in ids}
    absent = [(at, one) for at, one in enumerate(ids) if found[one] is None]
    if absent:
        said = missing(catalog, absent[0][1])
        wrong = tuple(Wrong(where=f"query.id.{at}", message=str(said)) for at, _ in absent)
        raise Problem(404, str(said), hint=said.hint, errors=wrong)
    return [model for model in map(found.get, ids) if model is not None]


def _known(catalog: Catalog, name: str) -> Model:
    if (found := catalog.get(name)) is None:
        raise missing(catalog, name)
    return found


def _costs(here: Here, asked: CostParams) -> bytes:
    usage = Usage(
        input=tokens(asked.input),
        output=tokens(asked.output),
        cached=Decimal(asked.cached),
        per_day=None if asked.per_day is None else tokens(asked.per_day),
        batch=asked.batch,
        at=asked.at,
    )
    models = {one.id: one for name in asked.model for one in _named(here.catalog, name)}
    found = [(costing.cost(one.price, usage), one.id) for one in models.values()]
    found.sort(key=_order)
    return encoded({"models": [shapes.cost(name, one) for one, name in found]})


def _named(catalog: Catalog, name: str) -> tuple[Model, ...]:
    """The model of that id, every model of that base, or the one that the name leads to."""
    if (found := catalog.get(name)) is not None:
        return (found,)
    return catalog.base(name) or (_known(catalog, catalog.resolve(name).id),)


def _order(one: tuple[costing.Cost, str]) -> tuple[Any, ...]:
    """Cheapest first, unknown last."""
    found, name = one
    return found.per_call is None, found.per_call or Decimal(0), name
