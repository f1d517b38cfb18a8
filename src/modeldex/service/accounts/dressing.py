"""What accounts change in every refresh: it says what calls showed of models, keeps those that programs rely
on, and leaves out of a catalog for many what is the operator's own."""

import logging
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

from ...domain.errors import ModeldexError, StorageError
from ...rules.identity import is_fine_tune
from ...rules.joining import Joined
from ..listing import Shown
from ..observed import LastGood, observing
from ..observing import Observations, claimed_in, observe
from ..reading import Catalog
from ..workshop import Workshop
from .here import accounts_at, databases_here

if TYPE_CHECKING:
    from ...storage.accounts.opening import Accounts

Dress: TypeAlias = Callable[[Workshop], Workshop]

T = TypeVar("T")

_log = logging.getLogger("modeldex.accounts")


def dressing(
    accounts: "Accounts",
    clock: Callable[[], datetime],
    catalog: Callable[[], Catalog],
    *,
    shared: bool = True,
) -> Dress:
    """What `wiring.refresh_now(dress=…)` is to be given, made once per process.

    While the database is away, what was read last holds; nothing, where it never was. `shared=False` lets one user alone take a
    capability away for all, and shows the fine-tunes of the keys that are asked with: where all are
    trusted, or there is one.
    """
    reads = _Reads.of(accounts, clock, catalog, shared=shared)
    lasting = _Reads(
        _or_nothing(LastGood(reads.observations), Observations(at=clock())),
        _or_nothing(LastGood(reads.bound), frozenset()),
    )
    if not shared:
        return lasting.dress
    return lambda parts: lasting.dress(_for_many(parts))


def _or_nothing(read: Callable[[], T], nothing: T) -> Callable[[], T]:
    """A database that was never read stops no refresh: what it knows is left out, and told of."""

    def reads() -> T:
        try:
            return read()
        except StorageError as error:
            _log.warning("what accounts know is left out of this refresh: %s", error)
            return nothing

    return reads


def without_fine_tunes(found: Shown) -> Shown:
    """The list without the models that the organisation of its key made for itself."""
    witnesses, opened, duplicates = found.joined
    public = {name: said for name, said in witnesses.items() if not is_fine_tune(name)}
    return found._replace(joined=Joined(public, opened & public.keys(), duplicates))


def _for_many(parts: Workshop) -> Workshop:
    return parts._replace(shows=without_fine_tunes)


def dressed_here(
    environ: Mapping[str, str],
    data: Path,
    clock: Callable[[], datetime],
    catalog: Callable[[], Catalog | None],
) -> Dress:
    """The same for one refresh of a program that keeps no database open: by every database that is
    here already, read at once. One that cannot be read changes nothing, and is told of.

    `catalog` is the one in force; `None`: nothing was published yet, so that nothing was observed.
    """

    def dress(parts: Workshop) -> Workshop:
        databases = databases_here(environ, data)
        if any(shared for _, shared in databases):
            parts = _for_many(parts)
        known = catalog() if databases else None
        if known is None:
            return parts
        for url, shared in databases:
            try:
                accounts = accounts_at(url, as_it_is=True)
                try:
                    reads = _Reads.of(accounts, clock, lambda: known, shared=shared)
                    parts = reads.settled().dress(parts)
                finally:
                    accounts.close()
            except (ModeldexError, ImportError) as error:
                _log.warning("what accounts know is left out of this refresh: %s", error)
        return parts

    return dress


class _Reads(NamedTuple):
    """What is read of a database for a refresh; both block, and raise `StorageError`."""

    observations: Callable[[], Observations]
    bound: Callable[[], Collection[str]]

    @classmethod
    def of(
        cls,
        accounts: "Accounts",
        clock: Callable[[], datetime],
        catalog: Callable[[], Catalog],
        *,
        shared: bool,
    ) -> "_Reads":
        def elsewhere(user: str) -> frozenset[str]:
            kept = accounts.connections.of(user)
            return frozenset(one.provider for one in kept if one.base_url is not None)

        def read() -> Observations:
            claims = claimed_in(catalog())
            return observe(accounts.observed, claims, clock(), shared=shared, elsewhere=elsewhere)

        return cls(read, accounts.bindings.models)

    def settled(self) -> "_Reads":
        """The same, read now."""
        seen, bound = self.observations(), self.bound()
        return _Reads(lambda: seen, lambda: bound)

    def dress(self, parts: Workshop) -> Workshop:
        """A workshop whose catalog says what was observed, and lets go of no model relied on."""
        relied_on = parts.bound
        return observing(parts, self.observations)._replace(
            bound=lambda: {*relied_on(), *self.bound()}
        )
