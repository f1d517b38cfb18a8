"""How many models of an answer have which value: one set of bits per value, counted by intersection."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import msgspec

from ..domain.capability import CAPABILITIES
from ..domain.query import Query
from ..service.reading import Catalog

_TEXTS = ("provider", "lab", "kind", "reasoning", "price_tier", "lifecycle", "access")
_TRUTHS = (*CAPABILITIES, "open_weights")
_SETS = ("input_modalities", "output_modalities")
FIELDS: tuple[str, ...] = (*_TEXTS, *_TRUTHS, *_SETS, "mine")
"""What is counted, in the order in which it is shown."""

_Value: TypeAlias = str | bool | None


class Count(msgspec.Struct, frozen=True):
    """How many models have a value; `null` is unknown."""

    value: str | bool | None
    count: int


class Facets:
    """The values of a catalog's models, and who has them."""

    def __init__(self, catalog: Catalog) -> None:
        columns = ("place", *_TEXTS, *_TRUTHS, *_SETS, "callable")
        flags: dict[str, dict[_Value, bytearray]] = {field: {} for field in FIELDS}
        self._bytes = catalog.stamp.models // 8 + 1
        for place, *values in catalog.rows(Query(), columns):
            for field, value in zip(FIELDS, values, strict=True):
                for one in _values(field, value):
                    held = flags[field].setdefault(one, bytearray(self._bytes + 1))
                    held[place >> 3] |= 1 << (place & 7)
        self._sets = {
            field: [(value, int.from_bytes(bits, "little")) for value, bits in found.items()]
            for field, found in flags.items()
        }

    def counts(self, places: Sequence[int]) -> dict[str, list[Count]]:
        """Field → its values in an answer, the most frequent first; values that none has are left
        out. Models with several values of a field count for each."""
        wanted = self.bits(places)
        return {field: _counted(sets, wanted) for field, sets in self._sets.items()}

    def bits(self, places: Iterable[int]) -> int:
        """These places as a set: one bit each."""
        bits = bytearray(self._bytes + 1)
        for place in places:
            bits[place >> 3] |= 1 << (place & 7)
        return int.from_bytes(bits, "little")


def _counted(sets: Iterable[tuple[_Value, int]], wanted: int) -> list[Count]:
    found = [
        Count(value, number) for value, bits in sets if (number := (bits & wanted).bit_count())
    ]
    return sorted(found, key=lambda one: (-one.count, str(one.value)))


def _values(field: str, value: Any) -> Iterable[_Value]:
    if field in _SETS:
        return value.split(",") if value else (None,)
    if value is not None and (field in _TRUTHS or field == "mine"):
        return (bool(value),)
    return (value,)
