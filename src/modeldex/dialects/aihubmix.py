"""AIHubMix: a bare list of ids, and a public catalogue with limits, features and prices.

Lists of words are written as one string with commas. Rates are USD per million tokens; where
nothing is sold by the token they stand at zero.
Source: https://docs.aihubmix.com
"""

from decimal import Decimal

import msgspec

from ..domain.capability import Kind
from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Role, Route
from ..domain.outcome import Unreadable
from ..domain.price import Price
from . import openai
from .additions import abilities, kind, named
from .fields import charged, count, modalities, price, reasoning, text, usd_per_million
from .reading import envelope, read_list


class Pricing(msgspec.Struct):
    """USD per million tokens."""

    input: Decimal | None = None
    output: Decimal | None = None
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None


class Record(msgspec.Struct):
    model_id: str
    model_name: str | None = None
    types: str | None = None
    features: str | None = None
    input_modalities: str | None = None
    context_length: float | None = None
    max_output: float | None = None
    """Zero is unknown."""
    pricing: Pricing | None = None


class Envelope(msgspec.Struct):
    success: bool | None = None


_UNREAD = ("desc", "developer_id", "order", "model_ratio", "completion_ratio", "cache_ratio")


def claims(record: Record) -> Claims:
    able = abilities(_words(record.features))
    job = next(filter(None, map(kind, _words(record.types))), None)
    return Claims(
        native_id=record.model_id,
        name=text(record.model_name),
        kind=job,
        context_window=count(record.context_length),
        max_output=count(record.max_output),
        input_modalities=modalities(_words(record.input_modalities) or None),
        tools=named(able, ("tools", "function-calling")),
        structured_output=named(able, ("structured-outputs",)),
        reasoning=reasoning(named(able, ("thinking",))),
        price=_price(record.pricing or Pricing(), tokens=job in (None, Kind.CHAT)),
    )


def _words(said: str | None) -> list[str]:
    return [word.strip() for word in (said or "").split(",") if word.strip()]


def _price(rates: Pricing, *, tokens: bool) -> Price | None:
    given, taken = usd_per_million(rates.input), usd_per_million(rates.output)
    return price(
        input=given if tokens else charged(given),
        output=taken if tokens else charged(taken),
        cache_read=charged(usd_per_million(rates.cache_read)),
        cache_write=charged(usd_per_million(rates.cache_write)),
    )


def read(page: Page) -> Reading:
    """Raises `Unreadable` when the answer is a failure that came with status 200."""
    if page.ask.route == "models":
        return openai.read(page)
    if page.body.lstrip()[:1] == b"{" and envelope(page.body, Envelope).success is False:
        raise Unreadable("it reports a failure in place of a list")
    return read_list(page, record=Record, claims=claims, unread=_UNREAD)


DIALECT = Dialect(
    name="aihubmix",
    routes=(
        Route(name="models", path="models", sends_key=False),
        Route(name="catalog", path="/api/v1/models", role=Role.ADDS, sends_key=False),
    ),
    read=read,
)
