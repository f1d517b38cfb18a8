"""Single values of the wire in our units: each function turns what says nothing into `None`."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
from decimal import Context, Decimal
from typing import Any

from ..domain.capability import Capability, Modality, Reasoning
from ..domain.lifecycle import Lifecycle
from ..domain.price import ConditionalRates, Price, PriceUnit

_MODALITIES = {
    "text": Modality.TEXT,
    "image": Modality.IMAGE,
    "vision": Modality.IMAGE,
    "audio": Modality.AUDIO,
    "speech": Modality.AUDIO,
    "transcription": Modality.TEXT,
    "video": Modality.VIDEO,
    "file": Modality.PDF,
    "pdf": Modality.PDF,
    "embedding": Modality.EMBEDDING,
    "embeddings": Modality.EMBEDDING,
}
_FIRST_YEAR = 2000
_LAST_YEAR = 2100
_NEVER = 2090
_CUTOFF = re.compile(r"\d{4}(-\d{2}){0,2}")
_LOOKED_AT = 8
_LARGEST_COUNT = 2**53
_MOST_DIGITS = 40
_LARGEST_POWER = 12
_SMALLEST_POWER = -30
_DIVISION = Context(prec=12)


def text(value: str | None, longest: int = 200) -> str | None:
    """One line of composed text (NFC) without control characters, cut at `longest` characters."""
    if value is None:
        return None
    composed = unicodedata.normalize("NFC", value[: longest * _LOOKED_AT])
    kept = (char for char in composed if _printable(char))
    return "".join(kept).strip()[:longest] or None


def _printable(char: str) -> bool:
    return unicodedata.category(char) not in ("Cc", "Cs")


def count(value: float | Decimal | str | None) -> int | None:
    """A whole number above zero; zero, negatives and fractions of one say nothing."""
    try:
        number = Decimal(value) if value is not None else Decimal(0)
        return int(number) if 1 <= number < _LARGEST_COUNT else None
    except ArithmeticError:
        return None


def unix_seconds(value: float | None) -> datetime | None:
    """Seconds since 1970; zero and years that cannot be meant are unknown."""
    if not value:
        return None
    try:
        return _plausible(datetime.fromtimestamp(int(value), UTC))
    except (ValueError, OverflowError, OSError):
        return None


def unix_milliseconds(value: float | None) -> datetime | None:
    """Milliseconds since 1970."""
    return unix_seconds(value // 1000) if value else None


def moment(value: str | None) -> datetime | None:
    """An RFC 3339 time (or `yyyy-MM-dd HH:mm:ss`, taken as UTC), aware UTC."""
    if not value:
        return None
    try:
        parsed = datetime.fromisoformat(value)
        aware = parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return _plausible(aware)


def day(value: str | None) -> date | None:
    """The calendar day of an ISO date or time."""
    parsed = moment(value)
    return parsed.date() if parsed else None


def retirement(value: str | None) -> date | None:
    """The day a model goes; a year from 2090 on is how some say that it stays."""
    last = day(value)
    return last if last is not None and last.year < _NEVER else None


def cutoff(value: str | None) -> str | None:
    """`2025`, `2025-04` or `2025-04-30` as it stands; anything else is unknown."""
    return value if value is not None and _CUTOFF.fullmatch(value) else None


def calendar_day(year: int, month: int, of_month: int) -> date | None:
    """A day sent as three numbers; one that no calendar has is unknown."""
    try:
        found = date(year, month, of_month)
    except (ValueError, OverflowError):
        return None
    return found if _FIRST_YEAR <= found.year < _LAST_YEAR else None


def _plausible(value: datetime) -> datetime | None:
    return value if _FIRST_YEAR <= value.year < _LAST_YEAR else None


def usd_per_token(value: Decimal | None) -> Decimal | None:
    """USD per token as USD per million tokens; negatives (varies) are no price."""
    return _amount(value, 6)


def usd_per_million(value: Decimal | None) -> Decimal | None:
    """USD per million tokens, or per one of another unit, as it stands."""
    return _amount(value, 0)


_SHIFTS = {
    PriceUnit.USD_PER_TOKEN: 6,
    PriceUnit.USD_PER_MILLION: 0,
    PriceUnit.CENTS_PER_TOKEN: 4,
    PriceUnit.CENTS_PER_MILLION: -2,
    PriceUnit.MICRO_USD_PER_MILLION: -6,
}


def usd(value: Decimal | None, unit: PriceUnit) -> Decimal | None:
    """A rate in a declared unit as USD per million tokens; negatives are no price."""
    return _amount(value, _SHIFTS[unit])


def ten_thousandths_per_million(value: Decimal | None) -> Decimal | None:
    """Ten-thousandths of a USD per million tokens as USD per million; -1 is no price."""
    return _amount(value, -4)


def cents_per_hundred_million(value: Decimal | None) -> Decimal | None:
    """US cents per 100 million tokens as USD per million: a ten-thousandth."""
    return _amount(value, -4)


def cents_per_hundred_million_each(value: Decimal | None) -> Decimal | None:
    """US cents per 100 million pictures or searches as USD per one."""
    return _amount(value, -10)


def usd_per_million_each(value: Decimal | None) -> Decimal | None:
    """USD per million characters as USD per one."""
    return _amount(value, -6)


def usd_per_thousand_each(value: Decimal | None) -> Decimal | None:
    """USD per thousand characters as USD per one."""
    return _amount(value, -3)


def usd_per_minute(value: Decimal | None) -> Decimal | None:
    """USD per minute as USD per second, to twelve digits."""
    amount = _amount(value, 0)
    return None if amount is None else _DIVISION.divide(amount, Decimal(60))


def usd_per_hour(value: Decimal | None) -> Decimal | None:
    """USD per hour as USD per second, to twelve digits."""
    amount = _amount(value, 0)
    return None if amount is None else _DIVISION.divide(amount, Decimal(3600))


def charged(amount: Decimal | None) -> Decimal | None:
    """A side rate where zero means that nothing is offered under that unit."""
    return amount or None


def _amount(value: Decimal | None, shift: int) -> Decimal | None:
    """`value` times ten to the `shift`, exact under any decimal context; absurd sizes are no price."""
    if value is None or not value.is_finite() or value < 0:
        return None
    if not value:
        return Decimal(0)
    _, digits, exponent = value.as_tuple()
    power = value.adjusted() + shift
    if len(digits) > _MOST_DIGITS or not _SMALLEST_POWER <= power <= _LARGEST_POWER:
        return None
    return Decimal((0, digits, int(exponent) + shift))


def price(
    *,
    varies: bool = False,
    tiers: tuple[ConditionalRates, ...] = (),
    **rates: Decimal | None,
) -> Price | None:
    """A price of the rates that are known; `None` when none is and nothing varies."""
    known: dict[str, Any] = {unit: usd for unit, usd in rates.items() if usd is not None}
    if not known and not varies:
        return None
    return Price(varies=varies, tiers=tiers, **known)


def modalities(words: Iterable[str] | None) -> tuple[Modality, ...] | None:
    """Known media among `words`, each once, in a fixed order; `None` when none is named."""
    if words is None:
        return None
    named = {_MODALITIES.get(word.strip().lower()) for word in words}
    return tuple(medium for medium in Modality if medium in named) or None


def deprecation(deprecated: Capability) -> Lifecycle | None:
    """A provider's own flag as a lifecycle; without the flag it is unknown."""
    if deprecated is None:
        return None
    return Lifecycle.DEPRECATED if deprecated else Lifecycle.ACTIVE


def text_and(**others: Capability) -> tuple[Modality, ...]:
    """Text and the media of which it is stated that they are taken too."""
    found = modalities(["text", *(name for name, taken in others.items() if taken)])
    return found or (Modality.TEXT,)


def has(names: Collection[str] | None, *wanted: str) -> Capability:
    """Yes when a list of abilities holds one of `wanted`, no when it does not, unknown without a list."""
    return None if names is None else any(name in names for name in wanted)


def reasoning(able: Capability) -> Reasoning | None:
    """A bare statement that a model reasons or not; a yes that names no limit is `configurable`."""
    if able is None:
        return None
    return Reasoning.CONFIGURABLE if able else Reasoning.NONE
