"""Fireworks' lists: the serverless catalog, the account's own models, and the bare inference list.

The full resource name (`accounts/fireworks/models/…`) is what a call takes.
Source: https://docs.fireworks.ai/api-reference/list-models
"""

import msgspec

from ..domain.capability import Capability, Kind, Modality
from ..domain.claims import Claims
from ..domain.lifecycle import Lifecycle
from ..domain.listing import Dialect, Page, Reading, Role, Route
from .fields import calendar_day, count, moment, text, text_and, unix_seconds
from .reading import envelope, following, read_list

UNREAD = (
    "description",
    "updateTime",
    "public",
    "supportsServerless",
    "supportsLora",
    "tunable",
    "baseModelDetails",
    "peftDetails",
    "teftDetails",
    "defaultSamplingParams",
    "trainingContextLength",
    "supportedPrecisions",
    "supportedPrecisionsWithCalibration",
    "status",
    "githubUrl",
    "importedFrom",
    "defaultDraftModel",
    "defaultDraftTokenCount",
    "deployedModelRefs",
    "cluster",
    "calibrated",
    "fineTuningJob",
    "rlTunable",
    "snapshotType",
    "useHfApplyChatTemplate",
)
UNREAD_OF_INFERENCE = ("object", "owned_by")
_HUGGING_FACE = "https://huggingface.co/"


class Day(msgspec.Struct):
    """A date, in which a zero stands for what is not stated."""

    year: int = 0
    month: int = 0
    day: int = 0


class Record(msgspec.Struct, rename="camel"):
    name: str
    display_name: str | None = None
    create_time: str | None = None
    state: str | None = None
    kind: str | None = None
    context_length: float | None = None
    supports_image_input: bool | None = None
    supports_tools: bool | None = None
    conversation_config: dict[str, msgspec.Raw] | None = None
    deprecation_date: Day | None = None
    hugging_face_url: str | None = None


class InferenceRecord(msgspec.Struct):
    id: str
    created: float | None = None
    kind: str | None = None
    context_length: float | None = None
    supports_chat: bool | None = None
    supports_image_input: bool | None = None
    supports_tools: bool | None = None


class Paging(msgspec.Struct, rename="camel"):
    next_page_token: str | None = None


def claims(record: Record) -> Claims:
    ends = record.deprecation_date
    return Claims(
        native_id=record.name,
        name=text(record.display_name),
        kind=_kind(record.name, record.kind, chats=record.conversation_config is not None),
        context_window=count(record.context_length),
        input_modalities=_input(record.supports_image_input),
        vision=record.supports_image_input,
        tools=record.supports_tools,
        created=moment(record.create_time),
        lifecycle=_lifecycle(record),
        retires_on=calendar_day(ends.year, ends.month, ends.day) if ends else None,
        hugging_face_id=_hugging_face_id(record.hugging_face_url),
    )


def inference_claims(record: InferenceRecord) -> Claims:
    return Claims(
        native_id=record.id,
        kind=_kind(record.id, record.kind, chats=bool(record.supports_chat)),
        context_window=count(record.context_length),
        input_modalities=_input(record.supports_image_input),
        vision=record.supports_image_input,
        tools=record.supports_tools,
        created=unix_seconds(record.created),
    )


def _kind(native_id: str, said: str | None, *, chats: bool) -> Kind | None:
    """The provider's kind decides first: `supports_chat` is true even of embedding models.

    Rerankers go as embedding models too, and only their names tell them apart.
    """
    kind = said or ""
    if kind.startswith("FLUMINA"):
        return Kind.IMAGE
    if kind == "EMBEDDING_MODEL":
        return Kind.RERANK if "rerank" in native_id else Kind.EMBEDDING
    return Kind.CHAT if chats and not kind.endswith("_ADDON") else None


def _lifecycle(record: Record) -> Lifecycle | None:
    if record.deprecation_date:
        return Lifecycle.DEPRECATED
    return Lifecycle.ACTIVE if record.state == "READY" else None


def _input(image: Capability) -> tuple[Modality, ...] | None:
    return text_and(image=image) if image else None


def _hugging_face_id(url: str | None) -> str | None:
    path = (url or "").removeprefix(_HUGGING_FACE)
    return text(path) if path != url and path.count("/") == 1 else None


def read(page: Page) -> Reading:
    if page.ask.route == "models":
        return read_list(
            page, record=InferenceRecord, claims=inference_claims, unread=UNREAD_OF_INFERENCE
        )
    around = envelope(page.body, Paging)
    follow, cut_short = following(page, "pageToken", around.next_page_token)
    return read_list(
        page,
        record=Record,
        claims=claims,
        at=("models",),
        follow=follow,
        cut_short=cut_short,
        unread=UNREAD,
    )


DIALECT = Dialect(
    name="fireworks",
    routes=(
        Route(
            name="serverless",
            path="/v1/accounts/fireworks/models",
            params={"filter": "supports_serverless=true", "pageSize": "200"},
        ),
        Route(name="own", path="/v1/accounts/{account}/models", params={"pageSize": "200"}),
        Route(name="models", path="/inference/v1/models", role=Role.FALLBACK),
    ),
    read=read,
)
