"""What an export is made of, and what comes of it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from ..domain.provider import Provider

NO_COUNTS: Mapping[str, int] = {}


class Material(NamedTuple):
    """Models and who serves them, as one person sees them."""

    documents: Iterable[str]
    """Each model's JSON, in the shape that is promised outside; read once."""
    rows: Mapping[str, Provider]
    """Every provider row by id."""
    keys: Mapping[str, str | None]
    """Provider id → where its key is, such as `env:GROQ_API_KEY`; `None` where none is needed, or
    where its place is nobody's business. Never a key."""

    def models(self) -> Iterator[dict[str, Any]]:
        """The documents, decoded: `None` is unknown, prices are decimal text."""
        return map(msgspec.json.decode, self.documents)


class Export(NamedTuple):
    """An export, whole."""

    text: str
    models: int
    """How many are in it."""
    left_out: Mapping[str, int] = NO_COUNTS
    """Why models are not in it, and how many for that reason."""


def rate(model: Mapping[str, Any], unit: str) -> str | None:
    """A model's ordinary price of a unit as decimal text; `None` when it is unknown.

    A price that depends on where a router sends the call is no number, and so not known.
    """
    price = model["price"]
    return None if price is None or price.get("varies") else price.get(unit)
