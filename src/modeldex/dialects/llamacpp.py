"""llama.cpp's server: its models with what they were started with, or else trained for.

No request here makes a router load a model: `/props` is asked with `autoload=false`.
Source: https://github.com/ggml-org/llama.cpp/tree/master/tools/server
"""

import msgspec

from ..domain.capability import Modality
from ..domain.claims import Claims
from ..domain.listing import Ask, Dialect, Page, Reading, Role, Route
from .fields import count, modalities, text_and, unix_seconds
from .reading import envelope, read_list

UNREAD = ("object", "owned_by", "aliases", "tags", "path", "in_cache")


class Meta(msgspec.Struct):
    n_ctx: int | None = None
    n_ctx_train: int | None = None


class Status(msgspec.Struct):
    value: str | None = None


class Media(msgspec.Struct):
    input_modalities: list[str] | None = None
    output_modalities: list[str] | None = None


class Record(msgspec.Struct):
    id: str
    created: float | None = None
    meta: Meta | None = None
    status: Status | None = None
    architecture: Media | None = None


class Settings(msgspec.Struct):
    n_ctx: int | None = None


class Senses(msgspec.Struct):
    vision: bool | None = None
    audio: bool | None = None


class Props(msgspec.Struct):
    default_generation_settings: Settings | None = None
    modalities: Senses | None = None


def claims(record: Record) -> Claims:
    meta, media = record.meta or Meta(), record.architecture or Media()
    taken = modalities(media.input_modalities)
    return Claims(
        native_id=record.id,
        context_window=count(meta.n_ctx or meta.n_ctx_train),
        input_modalities=None if taken == (Modality.TEXT,) else taken,
        created=unix_seconds(record.created),
    )


def read(page: Page) -> Reading:
    if page.ask.role is Role.DETAIL:
        return _read_props(page)
    lacking: list[str] = []

    def counting(record: Record) -> Claims:
        running = record.status is None or record.status.value == "loaded"
        if running and not (record.meta and record.meta.n_ctx):
            lacking.append(record.id)
        return claims(record)

    reading = read_list(page, record=Record, claims=counting, unread=UNREAD)
    return msgspec.structs.replace(reading, follow=tuple(map(_props, lacking)))


def _props(model: str) -> Ask:
    return Ask(
        route="props",
        path="/props",
        params={"model": model, "autoload": "false"},
        role=Role.DETAIL,
    )


def _read_props(page: Page) -> Reading:
    """What the server was started with; the model's name is in the question."""
    said = envelope(page.body, Props)
    senses = said.modalities
    return Reading(
        claims=(
            Claims(
                native_id=page.ask.params["model"],
                context_window=count((said.default_generation_settings or Settings()).n_ctx),
                input_modalities=text_and(image=senses.vision, audio=senses.audio)
                if senses
                else None,
                vision=senses.vision if senses else None,
            ),
        )
    )


DIALECT = Dialect(name="llamacpp", routes=(Route(name="models", path="/v1/models"),), read=read)
