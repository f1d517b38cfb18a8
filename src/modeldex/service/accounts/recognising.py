"""Who asks, from the token they send: one way for every header, and with their rights as of this moment."""

from datetime import datetime
from typing import TYPE_CHECKING, final

from ...credentials.access_tokens import REFUSED, AccessTokens
from ...credentials.api_tokens import API, hashed, is_well_formed
from ...domain.account import Actor
from ...domain.errors import AccessDenied

if TYPE_CHECKING:
    from ...storage.accounts.opening import Accounts


@final
class Recognising:
    """Knows sessions and API tokens; asks the database each time, so that what was ended, revoked
    or taken away counts no more with the next request."""

    def __init__(self, accounts: "Accounts", tokens: AccessTokens) -> None:
        self._accounts = accounts
        self._tokens = tokens

    def actor(self, token: str, now: datetime) -> Actor:
        """Who sends `token`; raises `AccessDenied`, with the same words for every reason, and
        `StorageError` when the database is away."""
        if token.startswith(API):
            return self._of_program(token, now)
        return self.of_session(token, now)[0]

    def of_session(self, token: str, now: datetime) -> tuple[Actor, str]:
        """Who sends an access token, and the id of their session; raises as `actor`."""
        said = self._tokens.read(token, now)
        if not self._accounts.tokens.alive(said.user, said.session, now):
            raise AccessDenied(REFUSED)
        return self._welcome(said.user, "session"), said.session

    def _of_program(self, token: str, now: datetime) -> Actor:
        found = self._accounts.tokens.api(hashed(token), now) if is_well_formed(token) else None
        if found is None:
            raise AccessDenied(REFUSED)
        return self._welcome(found.user, "token", found.scopes, found.expires_at)

    def _welcome(
        self,
        id: str,
        by: str,
        scopes: frozenset[str] | None = None,
        expires_at: datetime | None = None,
    ) -> Actor:
        """With the rights of this moment; `Tokens` has looked whether they are shut out."""
        user = self._accounts.people.get(id)
        if user is None:
            raise AccessDenied(REFUSED)
        return Actor(user=user.id, role=user.role, by=by, scopes=scopes, expires_at=expires_at)
