"""Which model to start with: the most preferred one that is listed, chats and stays for a while."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from ..domain.capability import Kind
from ..domain.lifecycle import Lifecycle
from ..domain.model import Model

STAYS_FOR = timedelta(days=60)
"""A model that is to retire within this time is none to start with."""


class Proposal(NamedTuple):
    """The one model to start with, or why there is none."""

    model: Model | None
    reason: str


def suitable(model: Model, today: date) -> bool:
    """Whether it is known to chat, is not on its way out and has no end announced for soon."""
    stays = model.retires_on is None or model.retires_on - today > STAYS_FOR
    alive = model.lifecycle is None or model.lifecycle is Lifecycle.ACTIVE
    return model.kind is Kind.CHAT and alive and stays


def recommended(preferred: Sequence[str], listed: Iterable[Model], today: date) -> str | None:
    """The native id to start with at one provider; `None` when no preferred one will do."""
    wanted = frozenset(preferred)
    found = {
        model.native_id for model in listed if model.native_id in wanted and suitable(model, today)
    }
    return next((native_id for native_id in preferred if native_id in found), None)


def default(preferred: Sequence[str], usable: Collection[Model], today: date) -> Proposal:
    """The one model to start with of those that the user can use.

    `preferred` holds whole ids, the most preferred first. Without any of them it is the
    cheapest recommended model, by input price; unknown prices come last.
    """
    if not usable:
        return Proposal(None, "none of the preferred models is open to you")
    fit = {model.id: model for model in usable if suitable(model, today)}
    best = next((fit[one] for one in preferred if one in fit), None)
    if best is not None:
        return Proposal(best, "the most preferred small, fast model that you can use")
    others = sorted((model for model in fit.values() if model.recommended), key=_cheapest)
    if others:
        return Proposal(others[0], "the cheapest model to start with that you can use")
    return Proposal(None, "each preferred model that is open to you retires soon or does not chat")


def _cheapest(model: Model) -> tuple[bool, Decimal, str]:
    usd = None if model.price is None or model.price.varies else model.price.input
    return usd is None, usd or Decimal(0), model.id
