"""The formats in which models are exported: one row each."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple, Protocol

import msgspec
from msgspec.structs import replace

from ..domain.capability import Access
from ..domain.errors import BadQuery
from ..domain.lifecycle import Lifecycle
from ..domain.provider import Provider
from ..domain.query import Query
from .csv_table import csv_table
from .json_lines import json_lines
from .litellm import litellm
from .markdown import markdown
from .material import Export, Material

NOT_NOW = "they cannot be called now"


class Format(NamedTuple):
    """One format."""

    name: str
    media: str
    """The media type, without parameters."""
    suffix: str
    description: str
    write: Callable[[Material], Export]
    callable_only: bool = False
    """Whether only models that can be called now are in it unless others are asked for."""


_ROWS = (
    Format("csv", "text/csv", ".csv", "A table for spreadsheets, a row per model.", csv_table),
    Format(
        *("jsonl", "application/jsonl", ".jsonl"),
        "The documents of `modeldex list --json`, one per line.",
        json_lines,
    ),
    Format("md", "text/markdown", ".md", "A Markdown table for people.", markdown),
    Format(
        *("litellm", "application/yaml", ".yaml"),
        "The `model_list` of a LiteLLM proxy's configuration.",
        litellm,
        callable_only=True,
    ),
)
FORMATS: Mapping[str, Format] = {row.name: row for row in _ROWS}
"""Name → format, in the order in which they are shown."""


class Line(Protocol):
    """A provider, as far as exports go."""

    @property
    def provider(self) -> str: ...
    @property
    def key(self) -> str | None: ...
    @property
    def available(self) -> bool: ...


class Served(Protocol):
    """A catalog as one person sees it, as far as exports go."""

    def documents(self, query: Query) -> Iterator[str]: ...
    def provider_rows(self) -> dict[str, Provider]: ...
    def provider_lines(self) -> Iterable[Line]: ...


def format_of(name: str) -> Format:
    """The format of that name; raises `BadQuery`."""
    if (found := FORMATS.get(name)) is None:
        raise BadQuery(f"there is no format {name!r}", hint=f"formats are {', '.join(FORMATS)}")
    return found


def leaves_out(name: str, callable_only: bool | None) -> bool:
    """Whether `export` leaves out what cannot be called now; raises `BadQuery`."""
    return format_of(name).callable_only if callable_only is None else callable_only


def export(name: str, catalog: Served, asked: Query, callable_only: bool | None = None) -> Export:
    """The models that a query finds, in the format of that name.

    With `callable_only` those are left out, and counted, that the person who asks cannot call now;
    `None` leaves it to the format. Raises `BadQuery` for a name that no format has.
    """
    wanted = format_of(name)
    refused: list[str] = []
    if leaves_out(name, callable_only):
        everything = catalog.documents(replace(asked, limit=None))
        documents: Iterator[str] = islice(_callable(everything, refused), asked.limit)
    else:
        documents = catalog.documents(asked)
    keys = {line.provider: line.key for line in catalog.provider_lines() if line.available}
    made = wanted.write(Material(documents, catalog.provider_rows(), keys))
    if not refused:
        return made
    return made._replace(left_out={NOT_NOW: len(refused), **made.left_out})


def _callable(documents: Iterable[str], refused: list[str]) -> Iterator[str]:
    """Those that can be called now; the ids of others go into `refused`."""
    for document in documents:
        model = msgspec.json.decode(document)
        if _can_be_called(model):
            yield document
        else:
            refused.append(model["id"])


def _can_be_called(model: Mapping[str, Any]) -> bool:
    gone = model["lifecycle"] == Lifecycle.REMOVED or model["access"] == Access.NOT_CALLABLE
    return model["available"] is True and not gone
