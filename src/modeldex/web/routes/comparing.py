"""Models side by side: their facts, and what calls of them cost."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from ...domain.model import Model
from ...rules import costing
from ...rules.amounts import tokens
from ...rules.comparing import compared
from ...rules.tariff import Usage
from ...service import shapes
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
    return reply(request, lambda here: _compared(here, id), personal=True)


@router.get("/cost", summary="What calls cost", **answers(Costs, personal=True))
def cost(request: Request, asked: Annotated[CostParams, Query()]) -> Response:
    """Exact sums in USD, the cheapest first. A price that is not known is never counted as nothing."""
    return reply(request, lambda here: _costs(here, asked), personal=True)


def _compared(here: Here, ids: list[str]) -> bytes:
    fields = [Difference(**one._asdict()) for one in compared(_all_known(here, ids))]
    return encoded(Comparison(ids=ids, fields=fields))


def _all_known(here: Here, ids: Sequence[str]) -> list[Model]:
    """The models of those ids; raises `Problem`, which says at which places there is none."""
    found = {one: here.model(one) for one in ids}
    absent = [(at, one) for at, one in enumerate(ids) if found[one] is None]
    if absent:
        said = missing(here.catalog, absent[0][1])
        wrong = tuple(Wrong(where=f"query.id.{at}", message=str(said)) for at, _ in absent)
        raise Problem(404, str(said), hint=said.hint, errors=wrong)
    return [model for model in map(found.get, ids) if model is not None]


def _known(here: Here, name: str) -> Model:
    if (found := here.model(name)) is None:
        raise missing(here.catalog, name)
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
    models = {one.id: one for name in asked.model for one in _named(here, name)}
    found = [(costing.cost(one.price, usage), one.id) for one in models.values()]
    found.sort(key=_order)
    return encoded({"models": [shapes.cost(name, one) for one, name in found]})


def _named(here: Here, name: str) -> tuple[Model, ...]:
    """The model of that id, every model of that base, or the one that the name leads to."""
    if (found := here.model(name)) is not None:
        return (found,)
    return tuple(here.models(name)) or (_known(here, here.resolve(name).id),)


def _order(one: tuple[costing.Cost, str]) -> tuple[Any, ...]:
    """Cheapest first, unknown last."""
    found, name = one
    return found.per_call is None, found.per_call or Decimal(0), name
