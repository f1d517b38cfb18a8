"""From the environment to the parts of a service for many: accounts, vault, guard, discovery."""

import logging
import os
import random
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path

from .. import wiring
from ..credentials.access_tokens import AccessTokens
from ..credentials.master_keys import read
from ..credentials.passwords import Passwords
from ..domain.account import KeptConnection
from ..domain.connection import Connection
from ..domain.errors import BadConfig
from ..domain.outcome import Verdict
from ..domain.provider import Provider
from ..knowledge.known import Known
from ..providers import packaged
from ..service.accounts.here import accounts_at, database_url
from ..service.accounts.keeping import Keeping
from ..service.accounts.opening_vault import open_vault
from ..service.accounts.people import People
from ..service.accounts.recognising import Recognising
from ..service.accounts.ring_state import ring_state
from ..service.accounts.signing_in import SigningIn
from ..service.many.asking import Asking, Desk
from ..service.many.available import Available, written
from ..service.many.operators_rows import operators_rows
from ..service.many.places import Together
from ..service.many.rows import connection_of
from ..service.many.standing import Standings
from ..service.many.views import Knowledge, Shelf
from ..service.shared import Shared, shared
from ..settings.home import home
from ..storage.blobs import Blobs
from ..storage.shared_pages import SharedPages
from ..transport.address_guard import AddressGuard, networks
from ..transport.client import open_transport
from .limiting import Limiter
from .opening_oidc import opened_oidc
from .recognised import Recognised
from .tenancy import Tenancy

_log = logging.getLogger("modeldex.web")

NETWORKS = "MODELDEX_ALLOW_NETWORKS"
"""Networks apart by commas, such as `10.0.0.0/8`, in which users' own servers may lie; these are also asked without encryption."""
PORTS = "MODELDEX_ALLOW_PORTS"
"""Ports apart by commas, beside 443 and 8443, at which users' own servers may listen."""


def tenancy(
    limiter: Limiter,
    environ: Mapping[str, str] = os.environ,
    clock: Callable[[], datetime] = wiring.clock,
) -> Tenancy:
    """The parts of this installation; raises `BadConfig`, `Locked` and `StorageError`."""
    ring = read(environ)
    accounts = accounts_at(database_url(environ, wiring.folders().data))
    vault = open_vault(ring, accounts.ring)
    passwords, tokens = Passwords(), AccessTokens(ring)
    keeping = Keeping(accounts, vault)
    signing_in = SigningIn(accounts, passwords, tokens, vault)
    guard = allowing(environ)
    rows = operators_rows(wiring.configuration(), wiring.folders().rows, _tell_what_is_left_out)
    _tell_what_is_refused(rows, guard)
    pages = _pages(environ)
    places = Together(accounts.connections, accounts.views, accounts.listings, pages)
    row_of = lambda kept: rows.get(kept.provider)  # noqa: E731 (handed on as it is)

    def ready(kept: KeptConnection) -> Connection:
        return connection_of(kept, rows[kept.provider], keeping.secret_of(kept))

    knowledge = _knowledge()
    standings = Standings(accounts.connections, accounts.views, lambda: knowledge().edition)
    asking = Asking(
        Desk(
            places=places,
            row_of=row_of,
            ready=ready,
            open_transport=partial(open_transport, clock=clock, guard=guard),
            clock=clock,
            jitter=random.random,
            changed=standings.doubt,
        )
    )
    shelf = Shelf(places, knowledge, clock, written, lost=asking.lose)
    return Tenancy(
        accounts=accounts,
        keeping=keeping,
        people=People(accounts, passwords),
        signing_in=signing_in,
        oidc=opened_oidc(environ, accounts, signing_in, vault, clock),
        standings=standings,
        recognised=Recognised(Recognising(accounts, tokens), limiter, clock),
        ring=partial(ring_state, vault, accounts),
        asking=asking,
        available=Available(asking, row_of, shelf, clock),
        shelf=shelf,
        rows=rows,
        guard=guard,
        pages=pages,
    )


def store(environ: Mapping[str, str] = os.environ) -> Shared | None:
    """The store that the environment names; `None` when it names none. Opens nothing yet."""
    return shared(home(environ), wiring.configuration().store, environ, wiring.clock)


def allowing(environ: Mapping[str, str]) -> AddressGuard:
    """The guard, with what the operator allows; raises `BadConfig`."""
    wanted = [name for one in environ.get(NETWORKS, "").split(",") if (name := one.strip())]
    ports = [name for one in environ.get(PORTS, "").split(",") if (name := one.strip())]
    if not all(port.isdigit() and 0 < int(port) < 65536 for port in ports):
        raise BadConfig(f"{PORTS} is to be numbers of ports apart by commas, such as 8000,11434")
    try:
        allowed = networks(wanted)
    except BadConfig as error:
        raise BadConfig(f"{NETWORKS}: {error}") from None
    return AddressGuard(
        allow_networks=allowed,
        allow_ports=frozenset(map(int, ports)),
        allow_http=bool(wanted),
    )


def _tell_what_is_left_out(name: str, how: str) -> None:
    _log.warning("users cannot use [providers.%s] as it was changed: %s", name, how)


def _tell_what_is_refused(rows: Mapping[str, Provider], guard: AddressGuard) -> None:
    """Have the log say which rows of the operator's own lie where no user is led to."""
    known = packaged()
    for name, row in rows.items():
        if "{" in row.base_url or (name in known and row.base_url == known[name].base_url):
            continue
        try:
            guard.vet_base_url(row.base_url)
        except Verdict as met:
            _log.warning(
                "users cannot use [providers.%s]: %s; see %s and %s", name, met, NETWORKS, PORTS
            )


def _pages(environ: Mapping[str, str]) -> Blobs | SharedPages:
    """Where the lists that people's keys open are: here, and in the store where there is one."""
    near, far = Blobs(wiring.folders().data / "pages"), store(environ)
    return near if far is None else SharedPages(near, far.open_store)


def _knowledge() -> Callable[[], Knowledge]:
    """The knowledge in force, read once per edition."""
    held: list[Knowledge] = []
    lock = threading.Lock()

    def now() -> Knowledge:
        places = wiring.folders()
        edition = f"{_edition(places.knowledge)} {_edition(places.overrides)}"
        with lock:
            if not held or held[0].edition != edition:
                held[:] = [Knowledge(edition, Known.in_force(places.knowledge, places.overrides))]
            return held[0]

    return now


def _edition(folder: Path) -> str:
    try:
        return str(max((path.stat().st_mtime_ns for path in folder.iterdir()), default=0))
    except OSError:
        return "packaged"
