"""The refreshes of a shared installation: their catalogs say what its users' calls showed."""

from collections.abc import Callable
from datetime import datetime

from .. import wiring
from ..service.observed import LastGood, observing
from ..service.observing import Observations, claimed_in, observe
from ..service.reading import Catalog
from ..service.workshop import Workshop
from ..storage.accounts.opening import Accounts


def dressing(
    accounts: Accounts,
    clock: Callable[[], datetime] = wiring.clock,
    catalog: Callable[[], Catalog] = wiring.open_catalog,
    *,
    shared: bool = True,
) -> Callable[[Workshop], Workshop]:
    """What `wiring.refresh_now(dress=…)` is to be given, made once per process.

    While the database is away, what was read last is said again. `shared=False` lets one user alone
    take a capability away for all: where all are trusted, or there is one.
    """

    def elsewhere(user: str) -> frozenset[str]:
        kept = accounts.connections.of(user)
        return frozenset(one.provider for one in kept if one.base_url is not None)

    def read() -> Observations:
        claims = claimed_in(catalog())
        return observe(accounts.observed, claims, clock(), shared=shared, elsewhere=elsewhere)

    last = LastGood(read)
    return lambda parts: observing(parts, last)
