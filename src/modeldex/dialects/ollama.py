"""Ollama's list of installed models, and each one's details where the list lacks them.

Source: https://docs.ollama.com/api/tags and https://docs.ollama.com/api-reference/show-model-details
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from ..domain.capability import Kind, Modality
from ..domain.claims import Claims
from ..domain.listing import Ask, Dialect, Page, Reading, Role, Route
from .fields import count, has, modalities, reasoning, text_and
from .reading import envelope, read_list

_SERVED = re.compile(r"^num_ctx\s+(\d+)", re.MULTILINE)


class Details(msgspec.Struct):
    context_length: int | None = None
    quantization_level: str | None = None


class Record(msgspec.Struct):
    name: str
    capabilities: list[str] | None = None
    details: Details | None = None


_UNREAD = ("digest", "model", "modified_at", "remote_host", "remote_model", "size")


class Shown(msgspec.Struct):
    capabilities: list[str] | None = None
    details: Details | None = None
    model_info: dict[str, Any] | None = None
    parameters: str | None = None


_UNREAD_SHOWN = (
    "license",
    "messages",
    "modelfile",
    "modified_at",
    "projector_info",
    "remote_host",
    "remote_model",
    "requires",
    "system",
    "template",
    "tensors",
)


class Asked(msgspec.Struct):
    model: str


def listed(record: Record) -> Claims:
    details = record.details or Details()
    return _claims(record.name, record.capabilities, details, count(details.context_length))


def shown(name: str, record: Shown) -> Claims:
    details = record.details or Details()
    context = (
        _served(record.parameters)
        or count(details.context_length)
        or _trained(record.model_info or {})
    )
    return _claims(name, record.capabilities, details, context)


def _claims(
    name: str, capabilities: Collection[str] | None, details: Details, context: int | None
) -> Claims:
    able = capabilities or None
    return Claims(
        native_id=name,
        kind=_kind(able or ()),
        context_window=context,
        input_modalities=None
        if able is None
        else text_and(image=has(able, "vision"), audio=has(able, "audio")),
        output_modalities=_outputs(able or ()),
        tools=has(able, "tools"),
        reasoning=reasoning(has(able, "thinking")),
        quantization=_quantization(details.quantization_level),
    )


_KINDS: Mapping[str, Kind] = {
    "completion": Kind.CHAT,
    "embedding": Kind.EMBEDDING,
    "image": Kind.IMAGE,
}
_OUTPUTS: Mapping[str, str] = {"completion": "text", "embedding": "embedding", "image": "image"}


def _kind(able: Collection[str]) -> Kind | None:
    return next((kind for word, kind in _KINDS.items() if word in able), None)


def _outputs(able: Collection[str]) -> tuple[Modality, ...] | None:
    return modalities(medium for word, medium in _OUTPUTS.items() if word in able)


def _served(parameters: str | None) -> int | None:
    """The context the server gives the model, when its Modelfile sets one."""
    found = _SERVED.search(parameters or "")
    return count(found[1]) if found else None


def _trained(facts: Mapping[str, Any]) -> int | None:
    length = facts.get(f"{facts.get('general.architecture')}.context_length")
    return count(length) if isinstance(length, int) else None


def _quantization(level: str | None) -> str | None:
    return level if level and level != "unknown" else None


def read(page: Page) -> Reading:
    return _read_shown(page) if page.ask.route == "show" else _read_tags(page)


def _read_tags(page: Page) -> Reading:
    lacking: dict[str, None] = {}

    def claims(record: Record) -> Claims:
        if not record.capabilities:
            lacking[record.name] = None
        return listed(record)

    reading = read_list(page, record=Record, claims=claims, at=("models",), unread=_UNREAD)
    return msgspec.structs.replace(reading, follow=tuple(map(_show, lacking)))


def _show(name: str) -> Ask:
    return Ask(
        route="show",
        path="/api/show",
        role=Role.DETAIL,
        sends_key=False,
        json=msgspec.json.encode({"model": name}).decode(),
    )


def _read_shown(page: Page) -> Reading:
    """One model's details, read as a list of one; the answer does not repeat the name."""
    name = envelope((page.ask.json or "").encode(), Asked).model
    only = msgspec.structs.replace(page, body=b"[%b]" % page.body)
    return read_list(
        only, record=Shown, claims=lambda record: shown(name, record), unread=_UNREAD_SHOWN
    )


DIALECT = Dialect(
    name="ollama",
    routes=(Route(name="tags", path="/api/tags", sends_key=False),),
    read=read,
)
