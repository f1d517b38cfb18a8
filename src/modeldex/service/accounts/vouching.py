"""Let in somebody for whom an identity provider vouches: known by issuer and subject, by nothing else."""

import secrets
from typing import TYPE_CHECKING, final

from ...credentials.key_ring import Randomness
from ...credentials.sign_in_tickets import FOR, Ticket
from ...credentials.vault import Vault
from ...domain.account import Role, User
from ...domain.errors import AccessDenied
from ...domain.identity import Unproven, Vouched
from ...rules.admission import Terms, admitted, role, shown_name
from .auditing import REFUSED, Action, Occasion, recorded, write
from .signing_in import UNWELCOME, SignedIn, SigningIn

if TYPE_CHECKING:
    from ...storage.accounts.opening import Accounts


class _KnownBy(Exception):
    """Another request has added the same person."""


@final
class Vouching:
    """Finds or adds the person and begins a session.

    Everything raises `StorageError` when the database is away, and then nobody is let in.
    """

    def __init__(
        self,
        accounts: "Accounts",
        signing_in: SigningIn,
        vault: Vault,
        terms: Terms,
        randomness: Randomness = secrets.token_bytes,
    ) -> None:
        self._accounts = accounts
        self._signing_in = signing_in
        self._vault = vault
        self._terms = terms
        self._randomness = randomness

    def spend(self, on: Occasion, ticket: Ticket) -> None:
        """Use a ticket up, whatever comes of it; raises `Unproven` where that was done before."""
        if not self._accounts.identities.spend(ticket.id, ticket.ends_at + FOR, on.now):
            raise Unproven("a sign-in that was used before")

    def sign_in(self, on: Occasion, vouched: Vouched, client: str = "") -> SignedIn:
        """Begin a session; raises `AccessDenied` for somebody whom the terms do not admit, or who
        is shut out here."""
        if not admitted(vouched, self._terms):
            who = f"{vouched.issuer} {vouched.subject}"
            self.refused(on, self._vault.fingerprint_for_audit(who))
            raise AccessDenied(UNWELCOME)
        user = self._found(vouched) or self._added(on, vouched)
        if user.disabled_at is None:
            self._keep_role(on, user, vouched)
        return self._signing_in.begin(on, user, client)

    def refused(self, on: Occasion, subject: str = "identity provider") -> None:
        """Write down that somebody was not let in: by a keyed fingerprint, where it is known who."""
        write(self._accounts, on, Action.SIGNED_IN, subject, REFUSED)

    def _found(self, vouched: Vouched) -> User | None:
        return self._accounts.identities.owner(vouched.issuer, vouched.subject)

    def _added(self, on: Occasion, vouched: Vouched) -> User:
        try:
            return self._add(on, vouched)
        except _KnownBy:
            found = self._found(vouched)
        if found is None:
            raise Unproven("somebody who was removed meanwhile")
        return found

    def _add(self, on: Occasion, vouched: Vouched) -> User:
        """Add somebody who was never here, under a name that nobody has."""
        new = self._randomness(16).hex()
        on = on._replace(user=new)
        with recorded(self._accounts, on, Action.PERSON_ADDED, new):
            user = User(
                id=new,
                name=self._free(shown_name(vouched)),
                role=role(vouched, self._terms) or Role.USER,
                created_at=on.now,
            )
            self._accounts.people.add(user, None)
            write(self._accounts, on, Action.IDENTITY_ADDED, new)
            if not self._accounts.identities.add(vouched.issuer, vouched.subject, new, on.now):
                raise _KnownBy
        return user

    def _free(self, name: str) -> str:
        """The name, or one like it: whoever has it already stays who they are."""
        if self._accounts.people.by_name(name) is None:
            return name
        return f"{name} ({self._randomness(4).hex()})"

    def _keep_role(self, on: Occasion, user: User, vouched: Vouched) -> None:
        """Make them what their groups say; that is the provider's word, also of the last one."""
        wanted = role(vouched, self._terms)
        if wanted is None or wanted is user.role:
            return
        with recorded(self._accounts, on._replace(user=user.id), Action.ROLE_CHANGED, user.id):
            self._accounts.people.set_role(user.id, wanted)
