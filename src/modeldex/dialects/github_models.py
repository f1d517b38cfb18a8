"""The catalogue of GitHub Models, which closed on 2026-07-30: what was recorded stays readable.

`max_input_tokens` is what a prompt may have, not the context window, and is left out.
Source: https://docs.github.com/en/rest/models/catalog
"""

import msgspec

from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Route
from .additions import abilities, named
from .fields import count, modalities, reasoning, text
from .reading import read_list


class Limits(msgspec.Struct):
    max_output_tokens: float | None = None


class Record(msgspec.Struct):
    id: str
    name: str | None = None
    capabilities: list[str] | None = None
    supported_input_modalities: list[str] | None = None
    supported_output_modalities: list[str] | None = None
    limits: Limits | None = None


_UNREAD = (*("publisher", "registry", "summary", "html_url", "rate_limit_tier", "tags", "version"),)


def claims(record: Record) -> Claims:
    able = abilities(record.capabilities or ())
    return Claims(
        native_id=record.id,
        name=text(record.name),
        max_output=count(record.limits.max_output_tokens) if record.limits else None,
        input_modalities=modalities(record.supported_input_modalities),
        output_modalities=modalities(record.supported_output_modalities),
        tools=named(able, ("tool-calling",)),
        streaming=named(able, ("streaming",)),
        reasoning=reasoning(named(able, ("reasoning",))),
    )


def read(page: Page) -> Reading:
    return read_list(page, record=Record, claims=claims, unread=_UNREAD)


DIALECT = Dialect(
    name="github_models", routes=(Route(name="models", path="/catalog/models"),), read=read
)
