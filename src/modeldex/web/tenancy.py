"""The parts of a service for many: whose accounts, whose keys, and what their keys show."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from anyio import from_thread
from starlette.requests import Request

from ..domain.account import KeptConnection, View
from ..domain.provider import Provider
from ..service.accounts.auditing import Occasion
from ..service.accounts.keeping import Keeping
from ..service.accounts.people import People
from ..service.accounts.ring_state import RingState
from ..service.accounts.signing_in import SigningIn
from ..service.many.asking import Asking
from ..service.many.available import Available
from ..service.many.standing import Standings
from ..service.many.views import Shelf
from ..storage.accounts.opening import Accounts
from ..storage.blobs import Blobs
from ..storage.shared_pages import SharedPages
from ..transport.address_guard import AddressGuard
from .house import house_of
from .problems import Problem
from .recognised import Recognised
from .replying import ASKING, actor_of
from .theirs import Keys


class Tenancy(NamedTuple):
    """Everything concrete that only an installation with accounts has."""

    accounts: Accounts
    keeping: Keeping
    people: People
    signing_in: SigningIn
    asking: Asking
    available: Available
    shelf: Shelf
    rows: Mapping[str, Provider]
    """The provider rows that users may choose from, by id."""
    guard: AddressGuard
    standings: Standings
    recognised: Recognised
    ring: Callable[[], RingState]
    """How the master keys stand; may block, and raises `StorageError`."""
    pages: Blobs | SharedPages
    """Where the lists that people's keys open are."""
    oidc: object = None
    """The identity provider, an `Oidc`; `None`: people sign in with passwords alone."""

    def row_of(self, kept: KeptConnection) -> Provider | None:
        """The row of a connection's provider; `None` when there is none any more."""
        return self.rows.get(kept.provider)

    def keys_of(self, user: str) -> Keys:
        """What a user keeps, and what that showed; may block, and raises `StorageError`."""
        return Keys(self.standings.of(user), self.row_of, self.shelf, self.renew)

    def renew(self, kept: KeptConnection, view: View) -> None:
        """Have a list that is lost asked for anew; call it from a thread that answers a request."""
        from_thread.run_sync(self.asking.renew, kept, view)


def tenancy_of(request: Request) -> Tenancy:
    """The accounts of this installation; raises `Problem` (404) where one user has it all."""
    found = house_of(request).tenancy
    if not isinstance(found, Tenancy):
        raise Problem(
            404,
            "this installation has one user and no accounts",
            hint="`modeldex serve --multi-user` has accounts; `modeldex keys set` keeps a key here",
        )
    return found


def accounts_of(request: Request) -> Accounts:
    """The accounts database, where the one user's is opened when it is first asked for.

    May block; raises `StorageError`, and `Problem` (404) where there are none.
    """
    house = house_of(request)
    return house.single.accounts.opened() if house.single else tenancy_of(request).accounts


def whole(request: Request) -> None:
    """Raise `Problem` (403) for a token that is limited in what it may do."""
    if actor_of(request).scopes is not None:
        raise Problem(403, "a limited token may not do this", denied="whole token")


def occasion(request: Request, now: datetime | None = None) -> Occasion:
    """When, by whom and from where a request is made, for the audit log."""
    asking = request.scope[ASKING]
    return Occasion(
        now=now or house_of(request).clock(),
        user=actor_of(request).user or None,
        where=asking.client,
        request_id=asking.id,
    )


def allowed(request: Request, scope: str) -> None:
    """Raise `Problem` (403) unless who asks may do what `scope` names."""
    if not actor_of(request).may(scope):
        lacking = f"this needs the right `{scope}`, which you or your token lack"
        raise Problem(403, lacking, denied=scope)
