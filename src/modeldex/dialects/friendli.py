"""Friendli's list: prices in USD per token under two names each, abilities under `functionality`.

Source: https://friendli.ai/docs/openapi/model-apis/models
"""

import msgspec

from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Route
from ..domain.price import PriceUnit
from .additions import UNREAD, Additions, added
from .fields import reasoning, unix_seconds
from .reading import read_list


class Functions(msgspec.Struct):
    tool_call: bool | None = None
    structured_output: bool | None = None


class Record(Additions):
    id: str
    created: float | None = None
    functionality: Functions | None = None
    reasoning: bool | None = None


def claims(record: Record) -> Claims:
    able = record.functionality or Functions()
    return msgspec.structs.replace(
        added(record.id, record, PriceUnit.USD_PER_TOKEN),
        tools=able.tool_call,
        structured_output=able.structured_output,
        reasoning=reasoning(record.reasoning),
        created=unix_seconds(record.created),
    )


def read(page: Page) -> Reading:
    unread = (*UNREAD, "reasoning_options", "interleaved", "base_model", "default_params", "policy")
    return read_list(page, record=Record, claims=claims, unread=unread)


DIALECT = Dialect(name="friendli", routes=(Route(name="models", path="models"),), read=read)
