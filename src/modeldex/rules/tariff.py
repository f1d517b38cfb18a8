"""Which of an offer's rates hold for a call: by the length of its prompt, its hour, its batch."""

from collections.abc import Iterator
from decimal import Decimal

import msgspec
from msgspec.structs import replace

from ..domain.price import UNITS, ConditionalRates, Price, PriceCondition, Rates


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """The calls to be priced."""

    input: int
    """Tokens of one prompt, those read from a cache among them."""
    output: int
    """Tokens of one answer, those of reasoning among them."""
    cached: Decimal = Decimal(0)
    """The share of the prompt that is read from a cache, 0 to 1."""
    per_day: int | None = None
    """Calls per day; `None` is not asked."""
    batch: bool = False
    """The calls go through the provider's batch interface."""
    at: str | None = None
    """Time of day of the calls, `HH:MM` UTC; `None` is not said."""


def in_force(price: Price, usage: Usage) -> tuple[Rates, tuple[str, ...]]:
    """The ordinary rates with those of the met conditions laid over them, unit by unit; what held.

    What asks more conditions comes later, of equals the one for longer prompts, then the dearer,
    as nobody said which holds.
    """
    met = sorted((tier for tier in price.tiers if _met(tier.when, usage)), key=_precedence)
    by: dict[str, ConditionalRates] = {
        unit: tier for tier in met for unit in UNITS if getattr(tier, unit) is not None
    }
    over = {unit: getattr(tier, unit) for unit, tier in by.items()}
    held = tuple(words(tier.when) for tier in met if any(tier is one for one in by.values()))
    return replace(price, **over), (*held, *_notes(price, usage))


def _precedence(tier: ConditionalRates) -> tuple[int, int, Decimal, Decimal]:
    asked = sum(getattr(tier.when, field) is not None for field in tier.when.__struct_fields__)
    zero = Decimal(0)
    return asked, tier.when.above_input_tokens or 0, tier.input or zero, tier.output or zero


def _met(when: PriceCondition, usage: Usage) -> bool:
    long = when.above_input_tokens is None or usage.input > when.above_input_tokens
    batch = when.batch is None or when.batch == usage.batch
    plain = when.service_tier is None and when.utc_days is None
    return long and batch and plain and _in_time(when, usage.at)


def _in_time(when: PriceCondition, at: str | None) -> bool:
    """Whether `at` is in the span; the span may go past midnight, and its end is outside."""
    if when.utc_from is None and when.utc_until is None:
        return True
    if at is None:
        return False
    start, end = when.utc_from or "00:00", when.utc_until or "24:00"
    return start <= at < end if start < end else at >= start or at < end


def words(when: PriceCondition) -> str:
    """A condition in words, such as `above 200,000 input tokens, batch`."""
    return ", ".join(_words(when))


def _words(when: PriceCondition) -> Iterator[str]:
    if when.above_input_tokens is not None:
        yield f"above {when.above_input_tokens:,} input tokens"
    if when.utc_from is not None or when.utc_until is not None:
        yield f"{when.utc_from or '00:00'} to {when.utc_until or '24:00'} UTC"
    if when.utc_days is not None:
        yield "on " + ", ".join(when.utc_days)
    if when.batch is not None:
        yield "batch" if when.batch else "not in batch"
    if when.service_tier is not None:
        yield f"service tier {when.service_tier}"


def _notes(price: Price, usage: Usage) -> Iterator[str]:
    """What the caller should know of conditions that were not applied."""
    if usage.batch and not any(tier.when.batch for tier in price.tiers):
        yield "no batch price is known: ordinary rates"
    for tier in price.tiers:
        timed = tier.when.utc_from is not None or tier.when.utc_until is not None
        if (
            timed
            and usage.at is None
            and _met(replace(tier.when, utc_from=None, utc_until=None), usage)
        ):
            yield f"not applied, as no time was given: {words(tier.when)}"
        elif tier.when.utc_days is not None:
            yield f"not applied, as it depends on the day: {words(tier.when)}"
