"""`modeldex compare`: models side by side."""

from typing import Any

import click

from ..domain.model import Model
from ..rules.comparing import Compared, compared
from . import cells, departed, output
from .context import Catalog, Services
from .options import common
from .safety import safe
from .showing import find
from .table import Column

_FEWEST, _MOST = 2, 10


@click.command("compare")
@click.argument("models", nargs=-1, required=True, metavar="MODEL MODEL…")
@click.option("--differing", is_flag=True, help="Only what they differ in.")
@common
@click.pass_obj
def command(services: Services, models: tuple[str, ...], differing: bool, as_json: bool) -> int:
    """Put 2 to 10 models side by side: every fact that is known of at least one.

    MODEL is an id such as groq/openai/gpt-oss-120b, or any other name of a model.
    """
    if not _FEWEST <= len(models) <= _MOST:
        raise click.UsageError(f"compare takes {_FEWEST} to {_MOST} models, not {len(models)}")
    catalog = services.catalog()
    found = [_named(catalog, name) for name in models]
    lines = [one for one in compared(found) if not (differing and one.same)]
    ids = [model.id for model in found]
    if as_json:
        output.json_document({"ids": ids, "fields": [one._asdict() for one in lines]})
        return 0
    rows = [_row(one) for one in lines]
    if output.on_terminal():
        columns = [Column(safe(one), at) for at, one in enumerate(ids, 1)]
        output.table((Column("FIELD"), *columns), rows)
    else:
        output.tsv((("field", *ids), *rows))
    return 0


def _named(catalog: Catalog, name: str) -> Model:
    model, _ = find(catalog, name)
    led = catalog.resolve(name)
    if departed.elsewhere(led):
        departed.tell(led, model.id)
    elif model.id != name:
        output.note(f"{name} is read as {model.id}")
    return model


def _row(one: Compared) -> list[str]:
    return [one.field, *(safe(_said(value)) for value in one.values)]


def _said(value: Any) -> str:
    if value is None:
        return cells.UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value):
        return ", ".join(value) or "none"
    if isinstance(value, dict):
        return ", ".join(
            f"{key} {_said(one)}" for key, one in value.items() if one not in (None, [], ())
        )
    return output.json_text(value)
