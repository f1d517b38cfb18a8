"""Values for accounts, made in one call; override what a test is about."""

import random
from datetime import timedelta
from typing import Any

from modeldex.domain.account import Call, KeptConnection, Sealed, User, View
from modeldex.domain.outcome import Outcome
from modeldex.domain.session import ApiToken, Session
from modeldex.storage.accounts.opening import Accounts
from tests.conftest import NOW

HOUR = timedelta(hours=1)


def user(id: str = "ann", **fields: Any) -> User:
    return User(**{"id": id, "name": id.title(), "created_at": NOW, **fields})


def kept(id: str = "c1", user: str = "ann", **fields: Any) -> KeptConnection:
    given = {
        "provider": "acme",
        "label": "work",
        "host": "https://api.acme.example:443",
        "last4": "c9f2",
        "fingerprint": f"print of {id}",
        "created_at": NOW,
        "changed_at": NOW,
    }
    return KeptConnection(id=id, user=user, **{**given, **fields})


def sealed(seed: int = 1, version: int = 1, size: int = 60) -> Sealed:
    rng = random.Random(seed)
    wrapped, nonce, body = rng.randbytes(60), rng.randbytes(12), rng.randbytes(size)
    return Sealed(version=version, wrapped=wrapped, nonce=nonce, body=body)


def view(connection: str = "c1", **fields: Any) -> View:
    given = {"listing": "ab12", "outcome": Outcome.OK, "fetched_at": NOW, "checked_at": NOW}
    return View(connection=connection, **{**given, **fields})


def call(id: str = "k1", **fields: Any) -> Call:
    return Call(**{"id": id, "at": NOW, "model": "acme/one", "ok": True, **fields})


def session(id: str = "s1", user: str = "ann", **fields: Any) -> Session:
    given = {"started_at": NOW, "used_at": NOW, "expires_at": NOW + 24 * HOUR}
    return Session(id=id, user=user, **{**given, **fields})


def api_token(id: str = "t1", user: str = "ann", **fields: Any) -> ApiToken:
    return ApiToken(id=id, user=user, **{"name": "ci", "created_at": NOW, **fields})


def people(accounts: Accounts, *ids: str) -> None:
    for one in ids:
        accounts.people.add(user(one), None)
