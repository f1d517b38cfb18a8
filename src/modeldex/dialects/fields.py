"""Single values of the wire in our units: each function turns what says nothing into `None`."""

import unicodedata
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from ..domain.capability import Capability, Modality
from ..domain.price import ConditionalRates, Price

_MODALITIES = {
    "text": Modality.TEXT,
    "image": Modality.IMAGE,
    "vision": Modality.IMAGE,
    "audio": Modality.AUDIO,
    "speech": Modality.AUDIO,
    "video": Modality.VIDEO,
    "file": Modality.PDF,
    "pdf": Modality.PDF,
    "embedding": Modality.EMBEDDING,
    "embeddings": Modality.EMBEDDING,
}
_FIRST_YEAR = 2000
_LAST_YEAR = 2100


def text(value: str | None, longest: int = 200) -> str | None:
    """One line of composed text (NFC) without control characters, cut at `longest` characters."""
    if value is None:
        return None
    kept = (char for char in unicodedata.normalize("NFC", value) if _printable(char))
    return "".join(kept).strip()[:longest] or None


def _printable(char: str) -> bool:
    return unicodedata.category(char) not in ("Cc", "Cs")


def count(value: float | Decimal | str | None) -> int | None:
    """A whole number above zero; zero, negatives and fractions of one say nothing."""
    try:
        number = int(value) if value is not None else 0
    except (ValueError, OverflowError, ArithmeticError):
        return None
    return number if 0 < number < 2**53 else None


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
    except ValueError:
        return None
    aware = parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    return _plausible(aware)


def day(value: str | None) -> date | None:
    """The calendar day of an ISO date or time."""
    parsed = moment(value)
    return parsed.date() if parsed else None


def _plausible(value: datetime) -> datetime | None:
    return value if _FIRST_YEAR <= value.year < _LAST_YEAR else None


def usd_per_token(value: Decimal | None) -> Decimal | None:
    """USD per token as USD per million tokens; negatives (varies) are no price."""
    return _amount(value, 6)


def usd_per_million(value: Decimal | None) -> Decimal | None:
    """USD per million tokens, or per one of another unit, as it stands."""
    return _amount(value, 0)


def cents_per_hundred_million(value: Decimal | None) -> Decimal | None:
    """US cents per 100 million tokens as USD per million: a ten-thousandth."""
    return _amount(value, -4)


def _amount(value: Decimal | None, shift: int) -> Decimal | None:
    if value is None or not value.is_finite() or value < 0:
        return None
    return value.scaleb(shift) + 0


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


def has(names: Collection[str] | None, *wanted: str) -> Capability:
    """Yes when a list of abilities holds one of `wanted`, no when it does not, unknown without a list."""
    return None if names is None else any(name in names for name in wanted)
