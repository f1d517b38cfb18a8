"""The public datasets: one reader each, from published bytes to claims under our provider ids."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import TypeAlias

from ...domain.claims import Claims
from ..naming import Names
from . import genai_prices, litellm, models_dev, portkey

Reader: TypeAlias = Callable[[bytes, Names, date], Iterator[tuple[str, Claims]]]
"""Bytes of a dataset, our names and the dataset's day → (our provider id, claims), pure."""

READERS: Mapping[str, Reader] = {
    "litellm": litellm.read,
    "models-dev": models_dev.read,
    "genai-prices": genai_prices.read,
    "portkey": portkey.read,
}
