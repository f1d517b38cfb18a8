"""Text Generation Inference: one model, and what its server was started with.

Source: https://huggingface.co/docs/text-generation-inference
"""

import msgspec

from ..domain.capability import Kind
from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Role, Route
from . import openai
from .fields import count
from .reading import envelope

_KINDS = {"text-generation": Kind.CHAT, "image-text-to-text": Kind.CHAT}


class Info(msgspec.Struct):
    model_id: str
    max_total_tokens: int | None = None
    model_pipeline_tag: str | None = None


def claims(record: Info) -> Claims:
    return Claims(
        native_id=record.model_id,
        kind=_KINDS.get(record.model_pipeline_tag or ""),
        context_window=count(record.max_total_tokens),
    )


def read(page: Page) -> Reading:
    if page.ask.route == "models":
        return openai.read(page)
    return Reading(claims=(claims(envelope(page.body, Info)),))


DIALECT = Dialect(
    name="tgi",
    routes=(
        Route(name="models", path="/v1/models"),
        Route(name="info", path="/info", role=Role.ADDS),
    ),
    read=read,
)
