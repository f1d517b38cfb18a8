"""How each provider stands, as this installation asks it: its last list, its last try, its breaker."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from ..domain.catalog import HeldListing
from ..domain.errors import BadConfig, StorageError
from ..domain.outcome import Outcome
from ..service.provider_lines import ProviderLine
from ..storage.state import Attempt
from ..transport.breaker import BreakerState, may_ask
from .admin_documents import HeldList, ProviderHealth
from .house import House

T = TypeVar("T")


def providers(house: House, now: datetime) -> list[ProviderHealth]:
    """Every provider of the catalog in force; none before one is loaded. May block."""
    if not house.shelf.ready:
        return []
    catalog = house.shelf.opened.at(now)
    held, tried = catalog.held(), _attempts(house)
    return [
        _health(line, held.get(line.provider), tried.get(line.provider), now)
        for line in catalog.provider_lines()
    ]


def _attempts(house: House) -> Mapping[str, Attempt]:
    """The last attempt at each provider, whichever key it was made with."""
    every = (or_none(house.operating.attempts) or {}) if house.operating else {}
    return {one.provider: one for one in sorted(every.values(), key=lambda one: one.at)}


def _health(
    line: ProviderLine, aside: HeldListing | None, tried: Attempt | None, now: datetime
) -> ProviderHealth:
    until = tried.open_until if tried else None
    is_open = not may_ask(BreakerState(open_until=until), now)
    return ProviderHealth(
        provider=line.provider,
        name=line.name,
        outcome=Outcome(line.outcome),
        message=line.message,
        models=line.models,
        available=line.available,
        last_good=line.fetched_at,
        age_s=line.age_s,
        attempted_at=tried.at if tried else line.checked_at,
        failures=tried.failures if tried else 0,
        breaker="open" if is_open else "closed",
        open_until=until if is_open else None,
        held=_held(aside) if aside else None,
    )


def _held(aside: HeldListing) -> HeldList:
    return HeldList(
        why=aside.held.hold.sentence,
        fetched_at=aside.fetched_at,
        came=len(aside.came),
        gone=len(aside.gone),
    )


def or_none(read: Callable[[], T]) -> T | None:
    """What is read; `None` where it cannot be."""
    try:
        return read()
    except (StorageError, BadConfig):
        return None
