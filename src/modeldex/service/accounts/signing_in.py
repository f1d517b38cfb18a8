"""Sign in, stay signed in, sign out: sessions of short-lived tokens, each renewed by one used once."""

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, final

import msgspec

from ...credentials.access_tokens import LONGEST_FOR, REFUSED, AccessTokens
from ...credentials.api_tokens import RENEWAL, hashed, is_well_formed, made
from ...credentials.key_ring import Randomness
from ...credentials.passwords import Passwords
from ...credentials.vault import Vault
from ...domain.account import User
from ...domain.errors import AccessDenied, NotFound
from ...domain.session import Session
from ...storage.accounts.tokens import Exchange
from .auditing import REFUSED as WAS_REFUSED
from .auditing import Action, Occasion, recorded, write

if TYPE_CHECKING:
    from ...storage.accounts.opening import Accounts

IDLE_FOR, AT_MOST_FOR = timedelta(days=14), timedelta(days=90)
"""A session ends when it is not renewed for so long, and however much it is used."""
WRONG = "name and password do not match"
UNWELCOME = "you are not among those who may sign in here"
_LONGEST_CLIENT = 200


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """What a person gets for signing in; shows nothing of the tokens."""

    user: str
    """`User.id`."""
    session: str
    """`Session.id`."""
    access: str
    """Proves who asks until `expires_at`."""
    renewal: str
    """Gets the next two, once; used twice, it ends the session."""
    expires_at: datetime
    """When `access` ends, aware UTC."""

    def __repr__(self) -> str:
        return f"SignedIn(user={self.user!r}, …)"


@final
class SigningIn:
    """Lets people in and out. Checking a password takes tens of milliseconds of a processor.

    Everything raises `StorageError` when the database is away, and then nothing was done.
    """

    def __init__(
        self,
        accounts: "Accounts",
        passwords: Passwords,
        tokens: AccessTokens,
        vault: Vault,
        randomness: Randomness = secrets.token_bytes,
    ) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._tokens = tokens
        self._vault = vault
        self._randomness = randomness

    def sign_in(self, on: Occasion, name: str, password: str, client: str = "") -> SignedIn:
        """Begin a session; raises `AccessDenied` with the same words, and after the same work,
        for a name that nobody has, a wrong password, and a person who is shut out."""
        user, kept = self._accounts.people.by_name(name) or (None, None)
        checked = self._passwords.check(password, kept)
        if user is None or not checked.right or user.disabled_at is not None:
            subject = user.id if user else self._vault.fingerprint_for_audit(name)
            write(self._accounts, on, Action.SIGNED_IN, subject, WAS_REFUSED)
            raise AccessDenied(WRONG)
        return self._begin(on._replace(user=user.id), kept, checked.renewed, client)

    def begin(self, on: Occasion, user: User, client: str = "") -> SignedIn:
        """Begin a session of somebody for whom another has vouched; raises `AccessDenied` for a
        person who is shut out."""
        on = on._replace(user=user.id)
        if user.disabled_at is not None:
            write(self._accounts, on, Action.SIGNED_IN, user.id, WAS_REFUSED)
            raise AccessDenied(UNWELCOME)
        return self._begin(on, self._accounts.people.password_hash(user.id), None, client)

    def renew(self, on: Occasion, renewal: str) -> SignedIn:
        """The next two tokens of a session; raises `AccessDenied`.

        A token that comes a second time was stolen from, or by, somebody: the session ends.
        """
        if not is_well_formed(renewal, RENEWAL):
            raise AccessDenied(REFUSED)
        following = made(RENEWAL, self._randomness)
        ends = on.now + IDLE_FOR
        met = self._accounts.tokens.rotate(hashed(renewal), hashed(following), on.now, ends)
        if met.exchange is not Exchange.DONE or met.user is None or met.session is None:
            if met.exchange is Exchange.REUSED:
                on = on._replace(user=met.user)
                write(self._accounts, on, Action.RENEWED_TWICE, met.session or "", WAS_REFUSED)
            raise AccessDenied(REFUSED)
        return self._signed_in(on, met.user, met.session, following)

    def sign_out(self, on: Occasion, session: str) -> None:
        """End one session of `on.user`, whose tokens are refused from now on; raises `NotFound`."""
        with recorded(self._accounts, on, Action.SIGNED_OUT, session):
            if not self._accounts.tokens.end(on.user or "", session, on.now):
                raise NotFound("there is no such session")

    def change_password(self, on: Occasion, old: str, new: str, session: str | None = None) -> None:
        """Take another password, end every session of `on.user` but the one they are in, and take
        all their programs' tokens back: whoever knew the old one may have made some.

        Raises `AccessDenied` for a wrong old one and `BadPassword` for a poor new one.
        """
        user = self._accounts.people.get(on.user or "")
        kept = None if user is None else self._accounts.people.password_hash(user.id)
        if not self._passwords.check(old, kept).right or user is None:
            write(self._accounts, on, Action.PASSWORD_CHANGED, on.user or "", WAS_REFUSED)
            raise AccessDenied("the old password is not that one")
        fresh = self._passwords.hashed(new, user.name)
        with recorded(self._accounts, on, Action.PASSWORD_CHANGED, user.id):
            self._accounts.people.set_password(user.id, fresh)
            self._accounts.tokens.end_all(user.id, on.now, session)
            for token in self._accounts.tokens.revoke_all(user.id):
                write(self._accounts, on, Action.TOKEN_REMOVED, token)

    def _begin(self, on: Occasion, kept: str | None, renewed: str | None, client: str) -> SignedIn:
        """Begin a session, unless the password was changed while it was being checked."""
        user, renewal = on.user or "", made(RENEWAL, self._randomness)
        session = Session(
            id=self._randomness(16).hex(),
            user=user,
            client=client[:_LONGEST_CLIENT],
            started_at=on.now,
            used_at=on.now,
            expires_at=on.now + AT_MOST_FOR,
        )
        with recorded(self._accounts, on, Action.SIGNED_IN, user):
            if self._accounts.people.password_hash(user) != kept:
                raise AccessDenied(WRONG)
            if renewed is not None:
                self._accounts.people.set_password(user, renewed)
            self._accounts.tokens.begin(session, hashed(renewal), on.now + IDLE_FOR)
        return self._signed_in(on, user, session.id, renewal)

    def _signed_in(self, on: Occasion, user: str, session: str, renewal: str) -> SignedIn:
        access = self._tokens.issue(user, session, self._randomness(16).hex(), on.now)
        return SignedIn(
            user=user,
            session=session,
            access=access,
            renewal=renewal,
            expires_at=on.now + LONGEST_FOR,
        )
