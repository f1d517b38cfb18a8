"""Who asks, where many do: by the token of a session or of a program, with the rights of this moment."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import NamedTuple

from ..credentials.api_tokens import API
from ..domain.account import Actor, Role
from ..domain.errors import AccessDenied, StorageError
from ..service.accounts.recognising import Recognising
from ..service.many.flights import Flights
from ..storage.accounts import patience
from .actors import Admit
from .asking import SAFE, Asking
from .limiting import Limiter
from .logs import told_of
from .looks import Looks
from .problems import Problem

AGAIN = timedelta(seconds=1)
"""How long a token's bearer is taken for known without asking the database again: so long what was
revoked elsewhere may still count."""
OUTAGE = timedelta(minutes=15)
"""How long they may still read when the database is away; longer, an access token has ended."""
GUEST = frozenset({"/api/v1/session", "/api/v1/session/renew", "/api/v1/setup"})
"""Paths where people without a token ask to be let in, with POST."""
_TRIED = GUEST - {"/api/v1/session/renew"}
"""Those to which a password or the code of the console is sent."""
CALLERS = frozenset({"/api/v1/oidc/login", "/api/v1/oidc/callback"})
"""Paths to which a browser without a token is led, with GET."""
_MOST = 20_000
_PROGRAM = API.encode()
_LET_IN = {"POST": GUEST, "GET": CALLERS}
_STRANGER = Actor(user="", role=Role.USER, by="stranger", scopes=frozenset())


class _Known(NamedTuple):
    actor: Actor
    at: datetime


class Recognised:
    """The bearers of tokens; a token itself is never kept, only its hash."""

    def __init__(
        self,
        recognising: Recognising,
        limiter: Limiter,
        clock: Callable[[], datetime],
        looks: Looks | None = None,
    ) -> None:
        self.recognising = recognising
        self.looks = looks or Looks()
        self._limiter, self._clock = limiter, clock
        self._known: OrderedDict[bytes, _Known] = OrderedDict()
        self._lock = threading.Lock()
        self._turn = 0
        """Grows when rights change: who began to look before that may have seen those that were."""
        self._flights: Flights[tuple[bytes, int], Actor] = Flights()

    def forget(self, user: str) -> None:
        """Ask anew for all tokens of a user whose rights have changed."""
        with self._lock:
            self._turn += 1
            for name in [name for name, known in self._known.items() if known.actor.user == user]:
                del self._known[name]

    async def admit(self, asking: Asking) -> Actor:
        """Who asks; raises `Problem` (401, 429), and 503 when nobody can be known."""
        if asking.method == "POST" and asking.path in _TRIED:
            self._limiter.spend("sign-in", asking.client)
        sent = asking.credentials
        if not sent and asking.path in _LET_IN.get(asking.method, ()):
            return _STRANGER
        if len(sent) != 1:
            raise self._refused(asking)
        name, now = sha256(sent[0]).digest(), self._clock()
        known = self._known.get(name)
        if known is not None and timedelta(0) <= now - known.at < AGAIN:
            return known.actor
        if known is None and sent[0].startswith(_PROGRAM):
            # Anybody can make one up that has to be looked for; of a session's, none is.
            self._limiter.check("stranger", asking.client)
        try:
            token = sent[0].decode("ascii")
            return await self._flights.join(
                (name, self._turn), partial(self._look, name, token, now)
            )
        except (AccessDenied, UnicodeDecodeError):
            with self._lock:
                self._known.pop(name, None)
            raise self._refused(asking) from None
        except StorageError as error:
            patience.lose(str(error))
            # Not `known`: rights may have changed meanwhile.
            return self._from_before(self._known.get(name), asking, now, error)

    async def _look(self, name: bytes, token: str, now: datetime) -> Actor:
        """Look once for all who send the token at this moment."""
        turn = self._turn
        actor = await self.looks.at(partial(self.recognising.actor, token, now))
        self._keep(name, _Known(actor, now), turn)
        return actor

    def _keep(self, name: bytes, known: _Known, turn: int) -> None:
        with self._lock:
            if turn != self._turn:
                return
            self._known[name] = known
            self._known.move_to_end(name)
            if len(self._known) > _MOST:
                self._known.popitem(last=False)

    def _from_before(
        self, known: _Known | None, asking: Asking, now: datetime, met: StorageError
    ) -> Actor:
        """Who was known a while ago may go on reading; nothing is changed on that word."""
        if known is not None and asking.method in SAFE and now - known.at < OUTAGE:
            return known.actor
        raise Problem(
            503,
            "the accounts cannot be reached at the moment",
            headers={"retry-after": "5"},
            why=told_of(met),
        ) from None

    def _refused(self, asking: Asking) -> Problem:
        self._limiter.spend("stranger", asking.client)
        return Problem(
            401,
            "send the token as `Authorization: Bearer TOKEN`, or as `X-Api-Key: TOKEN`, once",
            hint="POST /api/v1/session gives one for a name and a password",
            headers={"www-authenticate": "Bearer"},
            denied="token",
        )


def many(recognised: Recognised) -> Admit:
    """The way of knowing that an installation with accounts has."""
    return recognised.admit
