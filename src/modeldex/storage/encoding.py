"""From a model to its row in the catalog."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeAlias

import msgspec

from ..domain.capability import Kind, Modality
from ..domain.claims import Endpoint
from ..domain.model import Model
from ..domain.price import Price, price_json
from ..domain.source import Evidence

Cell: TypeAlias = str | int | None
Row: TypeAlias = tuple[Cell, ...]

MOST = 2**63 - 1
"""The largest integer that a column holds."""

_encode = msgspec.json.Encoder().encode
_ORDER: dict[str, int] = {modality: position for position, modality in enumerate(Modality)}


def row(model: Model, place: int, callable: bool, provenance: int) -> Row:
    """The cells of one model, in the order of `layout.COLUMNS`."""
    price, price_input, price_output, price_cache_read = _price(model.price)
    return (
        place,
        model.id,
        model.provider,
        model.native_id,
        model.name,
        model.base,
        model.lab,
        model.family,
        model.kind,
        _whole(model.context_window),
        _whole(model.max_output),
        _joined(model.input_modalities),
        _joined(model.output_modalities),
        model.tools,
        model.structured_output,
        model.json_mode,
        model.vision,
        model.streaming,
        model.prompt_caching,
        model.batch,
        model.reasoning,
        model.open_weights,
        model.knowledge_cutoff,
        day(model.released),
        time(model.created),
        price,
        model.price_tier,
        price_input,
        price_output,
        price_cache_read,
        None if model.endpoints is None else _endpoints(model.endpoints),
        None if model.aliases is None else _encode(model.aliases).decode(),
        model.lifecycle,
        day(model.retires_on),
        model.successor,
        model.quantization,
        model.access,
        model.access_note,
        model.hugging_face_id,
        time(model.first_seen),
        time(model.last_seen),
        model.tier,
        model.recommended,
        newest(model),
        model.kind is None or model.kind is Kind.CHAT,
        callable,
        provenance,
    )


def newest(model: Model) -> str | None:
    """What "newest first" sorts by: the day of release, else the record's time to the second."""
    if model.released is not None:
        return model.released.isoformat()
    created = time(model.created)
    return created and f"{created[:19]}Z"


def day(on: date | None) -> str | None:
    """`YYYY-MM-DD`."""
    return None if on is None else on.isoformat()


def time(at: datetime | None) -> str | None:
    """RFC 3339 in UTC, ending in `Z`."""
    if at is None:
        return None
    if at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    return _encode(at)[1:-1].decode()


def sources_json(sources: Mapping[str, Evidence]) -> str:
    """The sources of a model's facts as a JSON object."""
    return _encode(sources).decode()


def json(value: object) -> str:
    """Any value of the domain as JSON text."""
    return _encode(value).decode()


def plain(value: object) -> object:
    """A claim's value as it is shown outside: prices in their promised shape."""
    if isinstance(value, Price):
        return price_json(value)
    if isinstance(value, tuple) and value and isinstance(value[0], Endpoint):
        return [_endpoint(endpoint) for endpoint in value]
    return value


def _whole(number: int | None) -> int | None:
    """A number that no column can hold is nonsense, and so unknown."""
    return number if number is None or -MOST <= number <= MOST else None


@lru_cache(maxsize=256)
def _joined(modalities: tuple[Modality, ...] | None) -> str | None:
    if modalities is None:
        return None
    return ",".join(sorted(modalities, key=_ORDER.__getitem__))


@lru_cache(maxsize=4096)
def _price(price: Price | None) -> tuple[str | None, int | None, int | None, int | None]:
    """Many models cost the same, so that an offer is mostly spelled out already."""
    if price is None:
        return None, None, None, None
    return (
        _encode(price_json(price)).decode(),
        _micro_usd(price.input),
        _micro_usd(price.output),
        _micro_usd(price.cache_read),
    )


def _micro_usd(amount: Decimal | None) -> int | None:
    if amount is None:
        return None
    if amount.adjusted() > 12:
        return MOST if amount > 0 else -MOST
    return int(amount.scaleb(6).to_integral_value())


def _endpoints(endpoints: Iterable[Endpoint]) -> str:
    return _encode([_endpoint(endpoint) for endpoint in endpoints]).decode()


def _endpoint(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "name": endpoint.name,
        "status": endpoint.status,
        "context_window": endpoint.context_window,
        "max_output": endpoint.max_output,
        "price": None if endpoint.price is None else price_json(endpoint.price),
        "tools": endpoint.tools,
        "structured_output": endpoint.structured_output,
        "quantization": endpoint.quantization,
    }
