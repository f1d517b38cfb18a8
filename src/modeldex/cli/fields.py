"""`--fields a,b`: chosen fields of each model's document."""

from collections.abc import Iterable, Iterator
from typing import Any

import click
import msgspec

from ..domain.model import Model
from ..domain.price import UNITS
from ..rules.spelling import closest
from . import cells, output
from .safety import safe
from .table import Column

KNOWN: tuple[str, ...] = (*Model.__struct_fields__, *(f"price.{unit}" for unit in UNITS))
"""What `--fields` knows: the fields of a model, and its price by unit."""


class Fields:
    """The fields that `a,b` names; raises a usage error for one that no model has."""

    def __init__(self, text: str) -> None:
        self.names = tuple(name.strip() for name in text.split(","))
        for name in self.names:
            if name not in KNOWN:
                close = closest(name, KNOWN)
                meant = f"Did you mean {close}?" if close else f"Fields are {', '.join(KNOWN)}."
                raise click.BadParameter(f"{name!r} is no field of a model. {meant}")

    def documents(self, documents: Iterable[str]) -> Iterator[str]:
        """Each document with these fields only."""
        for row in self._rows(documents):
            yield msgspec.json.encode(dict(zip(self.names, row, strict=True))).decode()

    def show(self, documents: Iterable[str]) -> int:
        """Print a table fitted to the terminal; returns how many models it has."""
        rows = [
            [safe(_text(value)) or cells.UNKNOWN for value in row] for row in self._rows(documents)
        ]
        if rows:
            columns = [Column(name.upper(), rank=at) for at, name in enumerate(self.names)]
            output.table(columns, rows)
        return len(rows)

    def tab_separated(self, documents: Iterable[str]) -> int:
        """Print the values tab-separated, unknown as nothing; returns the number of models."""
        return output.tsv([_text(value) for value in row] for row in self._rows(documents))

    def _rows(self, documents: Iterable[str]) -> Iterator[tuple[Any, ...]]:
        for document in documents:
            model = msgspec.json.decode(document)
            yield tuple(_field(model, name) for name in self.names)


def _field(model: dict[str, Any], name: str) -> Any:
    field, _, unit = name.partition(".")
    value = model.get(field)
    return value.get(unit) if unit and isinstance(value, dict) else value


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ",".join(value)
    return msgspec.json.encode(value).decode()
