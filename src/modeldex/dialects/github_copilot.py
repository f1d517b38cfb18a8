"""GitHub Copilot: the models of a plan, some of which somebody has to switch on first.

Nothing of it is documented. The limit in force for what goes in (`max_prompt_tokens`) is not read.
Source: public clients, such as https://github.com/charmbracelet/catwalk
"""

from functools import partial

import msgspec

from ..domain.capability import Access, Kind
from ..domain.claims import Claims
from ..domain.listing import Dialect, Route
from .additions import kind
from .fields import count, text
from .reading import read_list

UNREAD = (
    *("object", "version", "vendor", "preview", "model_picker_enabled", "model_picker_category"),
    *("billing", "supported_endpoints", "is_chat_default", "is_chat_fallback", "info_messages"),
    "warning_messages",
)
_INTERNAL = ("accounts/msft/routers", "auto", "trajectory-compaction")
"""How the ids of routers and agents begin, which go as chat models too."""
_STATES = {
    "disabled": "it is switched off in the Copilot settings of the account or organization",
    "unconfigured": "its terms are not accepted yet in the Copilot settings",
}


class Limits(msgspec.Struct):
    max_context_window_tokens: float | None = None
    max_output_tokens: float | None = None


class Supports(msgspec.Struct):
    tool_calls: bool | None = None
    vision: bool | None = None
    streaming: bool | None = None
    structured_outputs: bool | None = None


class Abilities(msgspec.Struct):
    type: str | None = None
    limits: Limits | None = None
    supports: Supports | None = None


class Record(msgspec.Struct):
    id: str
    name: str | None = None
    capabilities: Abilities | None = None
    policy: dict[str, str] | None = None


def claims(record: Record) -> Claims:
    able = record.capabilities or Abilities()
    limits, supports = able.limits or Limits(), able.supports or Supports()
    access, note = _access(record.policy)
    return Claims(
        native_id=record.id,
        name=text(record.name),
        kind=Kind.OTHER if record.id.startswith(_INTERNAL) else kind(able.type),
        context_window=count(limits.max_context_window_tokens),
        max_output=count(limits.max_output_tokens),
        tools=supports.tool_calls,
        structured_output=supports.structured_outputs,
        vision=supports.vision,
        streaming=supports.streaming,
        access=access,
        access_note=note,
    )


def _access(policy: dict[str, str] | None) -> tuple[Access | None, str | None]:
    state = (policy or {}).get("state", "")
    if note := _STATES.get(state):
        return Access.NOT_CALLABLE, note
    return (Access.CALLABLE if state == "enabled" else None), None


DIALECT = Dialect(
    name="github_copilot",
    routes=(Route(name="models", path="models"),),
    read=partial(read_list, record=Record, claims=claims, unread=UNREAD),
)
