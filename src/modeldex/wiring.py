"""The one place where concrete parts are chosen and put together."""

import os
import random
from collections.abc import Callable, Coroutine, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from warnings import warn

from .domain.errors import NoCatalog, StorageError
from .service.finishing import finish
from .settings.config import Config, load
from .settings.home import Home, home
from .settings.kept import kept

if TYPE_CHECKING:
    from .domain.report import KnowledgeReport, ProviderReport, Report
    from .service.adding import Understood
    from .service.checking import KeyLine
    from .service.connecting import Configured
    from .service.delivering import Sent
    from .service.desk import Desk
    from .service.holding import Holding
    from .service.reading import Catalog
    from .service.workshop import Workshop

Progress = Callable[["ProviderReport"], None]
Tell = Callable[[str], None]


def clock() -> datetime:
    """Now, aware UTC: the one place where modeldex looks at the clock."""
    return datetime.now(UTC)


def folders() -> Home:
    """Where this user's files are; raises `BadConfig` for a store that is no folder."""
    return home(os.environ)


def configuration() -> Config:
    """What the user's configuration file says; raises `BadConfig` for a mistake in it."""
    return load(folders().config, named=bool(os.environ.get("MODELDEX_CONFIG")))


def configured() -> "tuple[Configured, ...]":
    """Every enabled connection of this user; raises `BadConfig` for a row that is wrong."""
    from .service.connecting import connections, rows

    places, config = folders(), configuration()
    return connections(rows(config, places.rows), config, os.environ, kept(places.kept))


def open_catalog(tell: Tell = warn) -> "Catalog":
    """The catalog in force, or the packaged one when nothing was published yet.

    Waits for no network. What is wrong with it and was gone on without is told, a sentence each.
    Raises `NoCatalog` when there is none and none can be made.
    """
    return published(tell) or _opened(_first_catalog(folders(), tell))


def published(tell: Tell = lambda _: None) -> "Catalog | None":
    """The catalog in force, or an earlier one where that is damaged, which is told; `None` when
    there is none that can be read."""
    from .storage.publishing import current, lost

    catalogs = folders().catalogs
    path = current(catalogs)
    try:
        found = _opened(path) if path else None
    except StorageError:
        path = current(catalogs, thorough=True)
        found = _opened(path) if path else None
    if found is not None and lost(catalogs, path):
        at = f"{found.stamp.published_at:%Y-%m-%d %H:%M} UTC"
        tell(f"the catalog in force is damaged, the one of {at} is shown: run `modeldex refresh`")
    return found


def _opened(path: Path) -> "Catalog":
    from .service.keys_here import keys_here
    from .service.reading import Catalog
    from .storage.catalog_file import CatalogFile

    file = CatalogFile(path)
    where = kept(folders().kept)
    return Catalog(file, keys_here(file, configuration(), os.environ, where), clock())


async def refresh_async(
    *,
    only: Iterable[str] = (),
    force: bool = False,
    offline: bool = False,
    due: bool = False,
    local: bool = True,
    accept: Iterable[str] = (),
    on_progress: Progress | None = None,
    dress: "Callable[[Workshop], Workshop] | None" = None,
) -> "Report":
    """Ask all due connections and publish a new catalog; never blocks the event loop.

    `only` names the providers to ask (default: those of the configuration, or all), `force`
    asks also those whose list is fresh or that are parked after failures, `offline` asks
    nobody, `due` asks only whom the schedule has fall due, `local` looks for servers of this
    machine, `accept` names the providers whose list is taken although it looks wrong; `dress`
    puts into the workshop what else it works with, by default what the accounts here know.
    Failures are lines of the report. Raises `BadConfig` and `UnknownProvider`.
    """
    import asyncio

    begin = await asyncio.to_thread(
        _prepared,
        frozenset(only) | frozenset(accept),
        {"force": force or bool(accept), "offline": offline, "due": due, "local": local},
        frozenset(accept),
        dress,
    )
    return await begin(on_progress)


def _prepared(
    only: frozenset[str],
    how: Mapping[str, bool],
    accept: frozenset[str],
    dress: "Callable[[Workshop], Workshop] | None",
) -> "Callable[[Progress | None], Coroutine[Any, Any, Report]]":
    """The refresh that was wished for, ready to begin.

    Reads files and imports the HTTP client: nothing to be done on an event loop.
    """
    from .service.accounts.dressing import dressed_here
    from .service.connecting import known
    from .service.telling import refresh_and_tell
    from .service.workshop import Wish

    config, everyone = configuration(), configured()
    named = only or frozenset(config.refresh.only)
    known(everyone, named)
    wish = Wish(only=named, accept=accept, **how)
    places = folders()
    dress = dress or dressed_here(os.environ, places.data, clock, published)
    parts = dress(workshop(places, config, everyone))
    return partial(refresh_and_tell, desk(), parts, wish)


def refresh_now(**wishes: Any) -> "Report":
    """As `refresh_async`, for code that does not await; works inside a running event loop too."""
    return finish(lambda: refresh_async(**wishes))


def desk() -> "Desk":
    """Where programs bind models, and from where they and receivers are told; raises `BadConfig`."""
    from .service.desk import desk

    return desk(folders(), configuration(), os.environ, clock)


def send_messages(only: str | None, *, failed: bool) -> "tuple[Sent, ...]":
    """Send what waits in the outbox now, and what was given up if asked for; raises `NotFound`."""
    from .service.delivering import BY_HAND_S, send

    return finish(lambda: send(desk(), BY_HAND_S, only=only, early=True, failed=failed))


def send_test(name: str) -> "Sent":
    """Send a receiver a test message; raises `NotFound`."""
    from .service.delivering import send_test

    return finish(lambda: send_test(desk(), name))


def knowledge() -> "Holding":
    """The knowledge pack in force here and its datasets; asks nobody."""
    from .service.holding import holding
    from .service.library import library

    return holding(library(folders(), configuration()))


def build_knowledge(folder: Path | None = None, *, trusting: bool = False) -> "KnowledgeReport":
    """Ask for every public dataset, or read those of `folder`, and put the next pack in force.

    `trusting` takes also editions that are older or much smaller than those in hand.
    Raises `BadConfig` and `StorageError`.
    """
    from .service.building import build

    parts = workshop(folders(), configuration(), ())
    return finish(lambda: build(parts, folder, trusting=trusting))


def check_keys(only: Iterable[str] = ()) -> "tuple[KeyLine, ...]":
    """Ask the providers whether the keys found here are good; raises `UnknownProvider`."""
    from .service.checking import check
    from .service.connecting import known

    everyone, named = configured(), frozenset(only)
    known(everyone, named)
    wanted = [one for one in everyone if not named or one.connection.provider.id in named]
    parts = workshop(folders(), configuration(), everyone)
    return finish(lambda: check(parts, wanted))


def understand(url: str, **how: Any) -> "Understood":
    """Ask an address what it is; raises `NotUnderstood`, and `BadConfig` for one that is none."""
    from .service.adding import asked

    return finish(lambda: asked(workshop(folders(), configuration(), ()), os.environ, url, **how))


def keep_key(provider: str, key: str) -> str:
    """Keep a key of a provider and say where; raises `UnknownProvider`, `BadKey`, `StorageError`."""
    from .service.connecting import known
    from .service.kept_keys import keep_key

    known(configured(), {provider})
    return keep_key(folders(), provider, key)


def forget_key(provider: str) -> str:
    """Remove a key that was kept and say where it was; raises `NotFound` and `StorageError`."""
    from .service.kept_keys import forget_key

    return forget_key(folders(), provider)


def workshop(places: Home, config: Config, everyone: "tuple[Configured, ...]") -> "Workshop":
    """The parts a refresh works with."""
    from .knowledge.known import Known
    from .knowledge.overriding import of_user
    from .service.desk import desk
    from .service.finding_local import ports
    from .service.library import library
    from .service.shared import shared
    from .service.workshop import Workshop
    from .storage.blobs import Blobs
    from .storage.state import State
    from .transport.client import open_transport
    from .transport.limits import Limits

    told = desk(places, config, os.environ, clock)
    return Workshop(
        configured=everyone,
        catalogs=places.catalogs,
        blobs=Blobs(places.raw),
        state=State(places.state),
        knows=lambda: Known.in_force(places.knowledge, places.overrides),
        misread=lambda: of_user(places.overrides).problems,
        library=library(places, config),
        open_transport=partial(open_transport, clock=clock),
        clock=clock,
        jitter=random.random,
        limits=Limits(
            attempt_s=min(config.refresh.timeout_s, config.refresh.total_s),
            total_s=config.refresh.total_s,
        ),
        ttl=timedelta(seconds=config.refresh.ttl_s),
        every=timedelta(seconds=config.refresh.every_s),
        thresholds=told.config.thresholds,
        plausibility=told.config.plausibility,
        bound=told.bindings.ids,
        local_ports=ports(config.refresh.local, os.environ),
        shared=shared(places, config.store, os.environ, clock),
    )


def _first_catalog(places: Home, tell: Tell) -> Path:
    """The packaged catalog, published where catalogs live, or for this process only."""
    import atexit
    import shutil
    import tempfile

    from .service.refresh import refresh
    from .service.shared import shared
    from .service.workshop import Wish
    from .storage.publishing import current

    near = shared(places, configuration().store, os.environ, clock)
    if near is not None and (path := near.first()) is not None:
        return path
    report = refresh_now(offline=True)
    for warning in report.warnings:
        tell(warning)
    if (path := current(places.catalogs)) is not None:
        return path
    aside = Path(tempfile.mkdtemp(prefix="modeldex-"))
    atexit.register(shutil.rmtree, aside, ignore_errors=True)
    elsewhere = home({**os.environ, "MODELDEX_HOME": str(aside)})
    parts = workshop(elsewhere, configuration(), configured())
    finish(lambda: refresh(parts, Wish(offline=True)))
    if (path := current(elsewhere.catalogs)) is not None:
        return path
    raise NoCatalog(f"no catalog can be made: {report.message}; mend it, or set MODELDEX_HOME")
