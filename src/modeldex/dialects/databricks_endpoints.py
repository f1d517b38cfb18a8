"""One serving endpoint of a Databricks workspace: the name that a call takes.

Source: https://docs.databricks.com/api/workspace/servingendpoints/list
"""

import msgspec

from ..domain.capability import Access, Kind
from ..domain.claims import Claims
from .fields import text, unix_milliseconds

UNREAD = (
    *("id", "creator", "last_updated_timestamp", "permission_level", "tags", "description"),
    *("ai_gateway", "budget_policy_id", "endpoint_type", "route_optimized", "capabilities"),
    *("usage_policy_id", "pending_config"),
)
_KINDS = {
    "llm/v1/chat": Kind.CHAT,
    "llm/v1/completions": Kind.COMPLETION,
    "llm/v1/embeddings": Kind.EMBEDDING,
}
_CHAT = "mlflow/v1/chat/completions"
_EMBEDDING = "mlflow/v1/embeddings"


class Foundation(msgspec.Struct):
    name: str | None = None
    display_name: str | None = None
    api_types: list[str] | None = None


class Named(msgspec.Struct):
    name: str | None = None


class Entity(msgspec.Struct):
    foundation_model: Foundation | None = None
    external_model: Named | None = None


class Config(msgspec.Struct):
    served_entities: list[Entity] | None = None


class State(msgspec.Struct):
    ready: str | None = None


class Record(msgspec.Struct):
    name: str
    task: str | None = None
    state: State | None = None
    config: Config | None = None
    creation_timestamp: float | None = None


def claims(record: Record) -> Claims:
    """An endpoint is what a call names; those of Databricks' own models begin with its name."""
    entities = (record.config or Config()).served_entities or []
    first = next(iter(entities), Entity())
    model = first.foundation_model or Foundation()
    external = first.external_model or Named()
    access, note = _access(record)
    return Claims(
        native_id=record.name,
        name=text(model.display_name),
        kind=_kind(record.task, model.api_types),
        created=unix_milliseconds(record.creation_timestamp),
        aliases=(external.name,) if external.name and external.name != record.name else None,
        access=access,
        access_note=note,
    )


def _access(record: Record) -> tuple[Access | None, str | None]:
    ready = (record.state or State()).ready
    if ready is None:
        return None, None
    if ready != "READY":
        return Access.NOT_CALLABLE, f"its endpoint is {text(ready, 40)}"
    catalogued = record.name.startswith("databricks-")
    return (Access.CALLABLE if catalogued else Access.UNCATALOGUED), None


def _kind(task: str | None, api_types: list[str] | None) -> Kind | None:
    if found := _KINDS.get(task or ""):
        return found
    if _CHAT in (api_types or ()):
        return Kind.CHAT
    return Kind.EMBEDDING if _EMBEDDING in (api_types or ()) else None
