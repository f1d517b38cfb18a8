"""What is one user's is not there for another: every method of every noun, reading and writing."""

from collections.abc import Callable
from datetime import date

import pytest

from modeldex.domain.account import KeptConnection
from modeldex.domain.binding import Binding
from modeldex.domain.catalog import How
from modeldex.storage.accounts.opening import Accounts
from tests.conftest import NOW
from tests.storage.accounts.builders import (
    HOUR,
    api_token,
    call,
    kept,
    people,
    sealed,
    session,
    view,
)

Asking = Callable[[Accounts], object]

READS: dict[str, Asking] = {
    "connections.get": lambda on: on.connections.get("bob", "c1"),
    "connections.of": lambda on: on.connections.of("bob"),
    "connections.sealed": lambda on: on.connections.sealed("bob", "c1"),
    "views.get": lambda on: on.views.get("bob", "c1"),
    "views.of": lambda on: on.views.of("bob"),
    "tokens.alive": lambda on: on.tokens.alive("bob", "s1", NOW),
    "tokens.sessions": lambda on: on.tokens.sessions("bob", NOW),
    "tokens.api_of": lambda on: on.tokens.api_of("bob"),
    "favourites.of": lambda on: on.favourites.of("bob"),
    "preferences.get": lambda on: on.preferences.get("bob"),
    "bindings.of": lambda on: on.bindings.of("bob"),
    "bindings.names": lambda on: on.bindings.names("bob"),
    "calls.usage": lambda on: on.calls.usage("bob", date.min),
    "observed.told": lambda on: list(on.observed.told(date.min, "bob")),
    "observed.answers": lambda on: list(on.observed.answers(date.min, "bob")),
    "observed.waits": lambda on: list(on.observed.waits(NOW - HOUR, 1, "bob")),
    "audit.page": lambda on: on.audit.page(0, 10, user="bob"),
    "audit.last": lambda on: on.audit.last(10, user="bob"),
    "identities.of": lambda on: on.identities.of("bob"),
}
WRITES: dict[str, Asking] = {
    "connections.replace": lambda on: on.connections.replace(kept(user="bob"), sealed(2)),
    "connections.rename": lambda on: on.connections.rename("bob", "c1", "mine"),
    "connections.remove": lambda on: on.connections.remove("bob", "c1"),
    "views.put": lambda on: on.views.put(view(listing="ff"), asked=kept(user="bob")),
    "tokens.end": lambda on: on.tokens.end("bob", "s1", NOW),
    "tokens.end_all": lambda on: on.tokens.end_all("bob", NOW),
    "tokens.revoke": lambda on: on.tokens.revoke("bob", "t1"),
    "tokens.revoke_all": lambda on: on.tokens.revoke_all("bob"),
    "favourites.remove": lambda on: on.favourites.remove("bob", "acme/one"),
    "bindings.remove": lambda on: on.bindings.remove("bob", "bot"),
}
OWN_ROWS = {
    *("connections.add", "tokens.begin", "tokens.add_api", "favourites.add"),
    *("preferences.put", "bindings.put", "calls.add_many"),
    "identities.add",
}
"""Writes that make rows of the user they name."""
PROVEN = {"tokens.rotate", "tokens.api", "identities.owner", "identities.spend"}
"""What is asked for is itself the proof of whose it is."""
OF_THE_HOUSE = {
    *("connections.sealed_otherwise", "connections.rewrap", "connections.due", "connections.scour"),
    "connections.versions",
    *("tokens.sweep", "bindings.models", "bindings.users_of"),
    *("calls.tally", "calls.tallies", "calls.forget"),
    *("audit.write", "audit.verify"),
}
"""What the installation does for all, and no user asks for."""
NOUNS = (
    *("connections", "views", "tokens", "favourites", "preferences", "bindings", "calls"),
    *("observed", "audit", "identities"),
)
NOBODYS = {
    *("people", "listings", "leases", "ring", "transaction", "ping", "place", "close"),
    *("lite", "migration"),
}
"""What holds no rows of one user that another could ask for."""


@pytest.fixture(autouse=True)
def _ann_has_everything(accounts: Accounts) -> None:
    people(accounts, "ann", "bob")
    accounts.connections.add(kept(), sealed())
    accounts.views.put(view())
    accounts.tokens.begin(session(), "h1", NOW + HOUR)
    accounts.tokens.add_api(api_token(), "a1")
    accounts.favourites.add("ann", "acme/one")
    accounts.preferences.put("ann", {"theme": "dark"})
    said = Binding(program="bot", said="one", id="acme/one", how=How.ALIAS, since=NOW)
    accounts.bindings.put("ann", "bot", ["acme/one"], [said])
    accounts.calls.add_many("ann", [call(capability="tools", latency_ms=9)])
    accounts.identities.add("https://id.example", "42", "ann", NOW)
    accounts.audit.write(NOW, "ann", "keys.add", "c1", "done", "", "r1")


def everything(accounts: Accounts) -> list[object]:
    return [
        *(accounts.connections.of("ann"), accounts.connections.sealed("ann", "c1")),
        *(accounts.views.of("ann"), accounts.tokens.sessions("ann", NOW)),
        *(accounts.tokens.api_of("ann"), accounts.favourites.of("ann")),
        *(accounts.preferences.get("ann"), accounts.bindings.of("ann")),
        accounts.bindings.names("ann"),
        *(accounts.calls.usage("ann", date.min), accounts.audit.page(0, 10, user="ann")),
        *(accounts.identities.of("ann"), accounts.audit.last(10, user="ann")),
        list(accounts.observed.told(date.min, "ann")),
        list(accounts.observed.answers(date.min, "ann")),
        list(accounts.observed.waits(NOW - HOUR, 1, "ann")),
    ]


def test_a_user_has_what_is_theirs(accounts: Accounts) -> None:
    assert all(everything(accounts))


@pytest.mark.parametrize("method", READS)
def test_a_user_reads_nothing_of_another(accounts: Accounts, method: str) -> None:
    assert not READS[method](accounts)


@pytest.mark.parametrize("method", WRITES)
def test_a_user_changes_nothing_of_another(accounts: Accounts, method: str) -> None:
    before = everything(accounts)
    assert not WRITES[method](accounts)
    assert everything(accounts) == before


@pytest.mark.parametrize("sealed_by", [sealed(), None], ids=["with a key", "without"])
def test_a_user_cannot_add_over_the_connection_of_another(
    accounts: Accounts, sealed_by: object
) -> None:
    before = everything(accounts)
    stolen: KeptConnection = kept(user="bob")
    with pytest.raises(Exception, match="database"):
        accounts.connections.add(stolen, sealed_by)
    assert everything(accounts) == before


def test_every_method_is_known_here(accounts: Accounts) -> None:
    methods = {
        f"{noun}.{name}"
        for noun in NOUNS
        for name in dir(getattr(accounts, noun))
        if not name.startswith("_")
    }
    assert {name for name in dir(accounts) if not name.startswith("_")} == {*NOUNS, *NOBODYS}
    assert methods == {*READS, *WRITES, *OWN_ROWS, *PROVEN, *OF_THE_HOUSE}
