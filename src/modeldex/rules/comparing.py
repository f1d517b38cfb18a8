"""Models side by side, field by field."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from ..domain.model import Model

_NOT_COMPARED = frozenset(("id", "sources", "first_seen", "last_seen", "tier", "recommended"))


class Compared(NamedTuple):
    """One field of several models."""

    field: str
    values: list[Any]
    """As in the models' JSON, in their order; `None` is unknown."""
    same: bool
    """Whether all agree."""


def compared(models: Sequence[Model]) -> Iterator[Compared]:
    """Every fact of which at least one of the models has a value."""
    facts = [msgspec.to_builtins(model) for model in models]
    for field in Model.__struct_fields__:
        values = [one[field] for one in facts]
        if field not in _NOT_COMPARED and any(value is not None for value in values):
            yield Compared(field, values, all(value == values[0] for value in values))
