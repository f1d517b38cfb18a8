"""Portkey's model data: US cents per token, the type of each model and what it takes.

Its parameter ranges are a playground's sliders and no limits, and are not read.

Source: https://github.com/Portkey-AI/models
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

import msgspec

from ...domain.capability import Kind
from ...domain.claims import Claims
from ...domain.price import ConditionalRates, Price, PriceCondition
from ..naming import Names, Naming, by_word, native_id
from . import rates
from .records import Losses, whole

_UNITS = {
    "request_token": "input",
    "response_token": "output",
    "cache_read_input_token": "cache_read",
    "cache_write_input_token": "cache_write",
    "reasoning_token": "reasoning",
    "request_audio_token": "input_audio",
    "response_audio_token": "output_audio",
    "cache_read_audio_input_token": "cache_read_audio",
    "request_image_token": "input_image",
    "response_image_token": "output_image",
}
_KINDS = {
    "chat": Kind.CHAT,
    "responses": Kind.CHAT,
    "embedding": Kind.EMBEDDING,
    "image": Kind.IMAGE,
    "video": Kind.VIDEO,
    "rerank": Kind.RERANK,
    "moderation": Kind.MODERATION,
    "ocr": Kind.OTHER,
}
"""`text` and `audio` are left out: each holds several kinds."""
_NO_MODELS = frozenset({"default", "name", "description"})
_USD_PER_MILLION = 4
"""Cents per token are a hundredth of a dollar per token: 10**6 / 10**2."""


class Amount(msgspec.Struct):
    price: Decimal | None = None


class Config(msgspec.Struct):
    pay_as_you_go: dict[str, msgspec.Raw] | None = None
    batch_config: dict[str, msgspec.Raw] | None = None
    currency: str | None = None


class Priced(msgspec.Struct):
    pricing_config: Config | None = None


class Type(msgspec.Struct):
    primary: str | None = None
    supported: tuple[str, ...] = ()


class General(msgspec.Struct):
    type: Type | str | None = None


class Body(msgspec.Struct):
    general: dict[str, dict[str, msgspec.Raw]]
    pricing: dict[str, dict[str, msgspec.Raw]]


def read(
    body: bytes, names: Names, on: date, lost: Losses | None = None
) -> Iterator[tuple[str, Claims]]:
    """Claims per model; the dataset has no dated prices, so that `on` plays no part."""
    decoded = msgspec.json.decode(body, type=Body)
    known = by_word(names, lambda naming: naming.portkey)
    for word, (provider, naming) in known.items():
        for part, look in ((decoded.pricing, _priced), (decoded.general, _claims)):
            for native, raw in _models(naming, part.get(word, {})):
                claims = whole(lost, f"{word}/{native}", look, native, raw)
                if claims is not None:
                    yield provider, claims


def _models(
    naming: Naming, entries: Mapping[str, msgspec.Raw]
) -> Iterator[tuple[str, msgspec.Raw]]:
    for key, entry in entries.items():
        native = None if key in _NO_MODELS else native_id(naming, key)
        if native is not None:
            yield native, entry


def _priced(native: str, raw: msgspec.Raw) -> Claims | None:
    price = _price(msgspec.json.decode(raw, type=Priced).pricing_config)
    return None if price is None else Claims(native_id=native, price=price)


def _claims(native: str, raw: msgspec.Raw) -> Claims:
    general = msgspec.json.decode(raw, type=General)
    kind = general.type if isinstance(general.type, Type) else Type(primary=general.type)
    return Claims(
        native_id=native,
        kind=_KINDS.get(kind.primary or ""),
        tools=True if "tools" in kind.supported else None,
        vision=True
        if "image" in kind.supported and _KINDS.get(kind.primary or "") is Kind.CHAT
        else None,
    )


def _price(config: Config | None) -> Price | None:
    if config is None or config.currency not in (None, "USD"):
        return None
    return rates.stated(_amounts(config.pay_as_you_go), _batch(config.batch_config))


def _batch(batch: dict[str, msgspec.Raw] | None) -> tuple[ConditionalRates, ...]:
    tier = rates.tier(PriceCondition(batch=True), _amounts(batch))
    return () if tier is None else (tier,)


def _amounts(entries: dict[str, msgspec.Raw] | None) -> dict[str, Decimal | None]:
    return {
        _UNITS[key]: _usd_per_million(msgspec.json.decode(raw, type=Amount).price)
        for key, raw in (entries or {}).items()
        if key in _UNITS
    }


def _usd_per_million(cents_per_token: Decimal | None) -> Decimal | None:
    if cents_per_token is None or cents_per_token < 0:
        return None
    return cents_per_token.scaleb(_USD_PER_MILLION) + 0
