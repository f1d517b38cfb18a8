"""Names: where one leads, and which will lead nowhere soon."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from ...domain.lifecycle import Lifecycle
from ...domain.query import Query as Question
from ..describing import answers
from ..documents import Deprecations, Ending, Led
from ..replying import Here, encoded, reply

router = APIRouter(prefix="/api/v1", tags=["catalog"])

_COLUMNS = ("id", "name", "lifecycle", "retires_on", "successor", "last_seen")
_ENDING = frozenset((Lifecycle.STALE, Lifecycle.DEPRECATED, Lifecycle.REMOVED))


@router.get("/resolve", summary="Where a name leads", **answers(Led, personal=True))
def resolve(
    request: Request,
    name: Annotated[str, Query(min_length=1, max_length=1000, examples=["gpt-oss-120b"])],
) -> Response:
    """The id that a name leads to; an unknown name passes through untouched, with suggestions."""
    return reply(request, lambda here: _led(here, name), personal=True)


@router.get("/deprecations", summary="What is about to go", **answers(Deprecations))
def deprecations(request: Request) -> Response:
    """Listed models that are announced to retire or missing of late, the soonest first."""
    return reply(request, _endings, keep=True)


def _led(here: Here, name: str) -> bytes:
    found = here.resolve(name)
    return encoded(
        Led(
            id=found.id,
            how=found.how,
            chain=list(found.chain),
            alternatives=list(found.alternatives),
            reasons=list(found.reasons),
        )
    )


def _endings(here: Here) -> bytes:
    rows = [
        dict(zip(_COLUMNS, row, strict=True)) for row in here.catalog.rows(Question(), _COLUMNS)
    ]
    found = sorted(filter(_ends, rows), key=lambda row: (row["retires_on"] or "9999", row["id"]))
    assert set(_COLUMNS) == set(Ending.__struct_fields__)
    return encoded({"deprecations": found, "catalog": here.opened.stamp})


def _ends(row: dict[str, Any]) -> bool:
    return row["retires_on"] is not None or row["lifecycle"] in _ENDING
