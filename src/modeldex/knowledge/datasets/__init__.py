"""The public datasets: one reader each, from published bytes to claims under our provider ids."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Protocol, TypeAlias

from ...domain.claims import Claims
from ..naming import Names
from . import genai_prices, litellm, models_dev, portkey
from .records import Losses


class Reader(Protocol):
    """Bytes of a dataset, our names and the dataset's day → (our provider id, claims), pure.

    Records that cannot be read are named in `lost`. Raises `ValueError` or
    `msgspec.DecodeError` when the whole is no such dataset.
    """

    def __call__(
        self, body: bytes, names: Names, on: date, lost: Losses | None = None
    ) -> Iterator[tuple[str, Claims]]: ...


Copies: TypeAlias = Mapping[str, frozenset[str]]
"""By our provider id: native ids to which a record copies the price of another."""

COPIED: Mapping[str, Callable[[bytes, Names], Copies]] = {"genai-prices": genai_prices.copied}
"""Datasets whose records speak for other ids too."""

READERS: Mapping[str, Reader] = {
    "litellm": litellm.read,
    "models-dev": models_dev.read,
    "genai-prices": genai_prices.read,
    "portkey": portkey.read,
}
