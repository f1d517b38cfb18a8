"""Everywhere a base is served: one row per model, the cheapest real offer first."""

from collections.abc import Sequence

import msgspec

from ..domain.catalog import Resolution
from ..domain.model import Model
from ..domain.query import Condition, Op, Query
from . import cells, output
from .context import Catalog
from .departed import with_resolution
from .safety import safe
from .table import Column

_COLUMNS = (
    Column("SERVED AS"),
    Column("$/M IN / OUT", rank=1, right=True),
    Column("CONTEXT", rank=2, right=True),
    Column("OUT", rank=4, right=True),
    Column("QUANT", rank=5),
    Column("KEY", rank=3),
)


def show(
    base: str,
    models: Sequence[Model],
    catalog: Catalog,
    as_json: bool,
    led: Resolution | None = None,
) -> int:
    """Print a base and the models of it; in JSON with `led`, where the same name led as an id."""
    if as_json:
        said = _document(base, models, catalog)
        output.json_raw(with_resolution(said, led) if led else said)
        return 0
    output.say(safe(base), output.BOLD)
    served = "model" if len(models) == 1 else "models"
    mine = sum(model.available is True for model in models)
    output.say(
        f"{len(models)} {served} at {len({m.provider for m in models})} providers, {mine} with a key here"
    )
    output.say()
    rows(models)
    return 0


def _document(base: str, models: Sequence[Model], catalog: Catalog) -> str:
    served = Condition(field="base", op=Op.EQ, values=(base,))
    texts = {_id(text): text for text in catalog.documents(Query(conditions=(served,)))}
    said = ",".join(texts[model.id] for model in models)
    head = output.json_text({"base": base, "lab": models[0].lab})
    return f'{head[:-1]},"models":[{said}]}}'


class _Named(msgspec.Struct):
    id: str


def _id(document: str) -> str:
    return msgspec.json.decode(document, type=_Named).id


def rows(models: Sequence[Model]) -> None:
    """The table alone, as `modeldex show` puts it below a model."""
    output.table(_COLUMNS, [_cells(model) for model in models])


def _cells(model: Model) -> list[str]:
    return [
        model.id,
        cells.offer(model.price),
        cells.tokens(model.context_window),
        cells.tokens(model.max_output),
        model.quantization or cells.UNKNOWN,
        "yes" if model.available else "no",
    ]
