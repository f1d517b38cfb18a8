"""How single values are written in a cell of a table."""

from datetime import datetime
from functools import lru_cache

import msgspec

from ..domain.price import Billing, Price, billing, exact
from ..rules.amounts import short, usd

UNKNOWN = "—"
"""What stands where nothing is known."""

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_price = msgspec.json.Decoder(Price).decode


def tokens(count: int | None) -> str:
    """A number of tokens in three digits: `128K`, `131K`, `1.05M`.

    >>> tokens(131072), tokens(1000000), tokens(8192)
    ('131K', '1M', '8.19K')
    """
    return UNKNOWN if count is None else short(count)


def money(micro: int | None) -> str:
    """Micro-USD as `$0.15`, with at least two decimals.

    >>> money(3_000_000), money(37_500)
    ('$3.00', '$0.0375')
    """
    if micro is None:
        return UNKNOWN
    whole, _, part = usd(micro).partition(".")
    return f"${whole}.{part:0<2}"


_BILLED = {
    Billing.FREE: "free",
    Billing.VARIES: "varies",
    Billing.ZERO_TOKENS: "$0 tokens + other",
    Billing.OTHERWISE: "billed otherwise",
}


def price(price_in: int | None, price_out: int | None, document: str | None) -> str:
    """A price per million tokens: `$0.15 / $0.60`, `free`, `varies`, `billed otherwise`, `—`.

    Amounts are micro-USD; `document` is the price's JSON, which tells of other units.
    """
    whole = _price(document) if document else None
    return billed(whole) or f"{money(price_in)} / {money(price_out)}"


def offer(price: Price | None) -> str:
    """The same of a price as it is in Python, with its exact amounts."""
    amounts = (price.input, price.output) if price else ()
    pair = " / ".join(UNKNOWN if one is None else f"${exact(one)}" for one in amounts)
    return billed(price) or pair


def billed(price: Price | None) -> str:
    """The words for a price that is no pair of token rates, `—` for an unknown one; else empty."""
    read = billing(price)
    return UNKNOWN if read is None else _BILLED.get(read, "")


@lru_cache(256)
def abilities(tools: bool | None, vision: bool | None, reasoning: str | None) -> tuple[str, ...]:
    """The words of what is known that a model can do."""
    reasons = reasoning in ("fixed", "configurable")
    pairs = (("tools", tools), ("vision", vision), ("reason", reasons))
    return tuple(word for word, can in pairs if can)


def status(
    lifecycle: str | None,
    retires_on: str | None,
    released: str | None,
    *,
    new_since: str,
    today: str,
) -> str:
    """The one word that matters most of a model's life; empty for an ordinary one.

    Days are `YYYY-MM-DD`.
    """
    if retires_on:
        return f"{'retired' if retires_on <= today else 'retires'} {retires_on}"
    if lifecycle and lifecycle != "active":
        return lifecycle
    return "new" if released and released >= new_since else ""


def age(seconds: float) -> str:
    """A span in its largest unit: `12 min`, `2 h`, `3 d`."""
    for unit, word in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if seconds >= unit:
            return f"{seconds // unit:.0f} {word}"
    return f"{max(seconds, 0):.0f} s"


def moment(at: datetime) -> str:
    """A time as `2026-11-20 22:04 UTC`."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def count(number: int) -> str:
    """A number with thousands apart."""
    return f"{number:,}"
