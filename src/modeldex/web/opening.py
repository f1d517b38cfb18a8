"""From this machine's folders, keys and clock to the parts of a service for one user."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from .. import wiring
from ..domain.errors import StorageError
from ..service.aside import aside
from ..storage.publishing import POINTER
from .actors import alone
from .following import Following, Seen
from .gate import Gate, names
from .house import CEILINGS, Ceilings, House
from .limiting import OF_ONE, Limiter
from .metrics import Metrics
from .opened import Opened
from .opening_operating import operating
from .opening_single import observed, single
from .renewing import Renewing

if TYPE_CHECKING:
    from ..service.accounts.dressing import Dress


def single_user(
    token: str,
    *,
    host: str,
    port: int,
    more_hosts: Iterable[str] = (),
    clock: Callable[[], datetime] = wiring.clock,
    ceilings: Ceilings = CEILINGS,
) -> House:
    """The parts for the one user of this machine, with the keys of its environment."""
    shelf = Following(seen, opened)
    limiter = Limiter(clock, OF_ONE)
    metrics = Metrics(shelf, clock)
    mine = single(clock)
    asking = partial(refresh, dress=observed(mine.accounts, clock), heard=metrics.asked)
    return House(
        shelf=shelf,
        clock=clock,
        admit=alone(token, limiter, mine.accounts.actor),
        gate=Gate(names(host, port, more_hosts)),
        limiter=limiter,
        renewing=Renewing(asking, shelf.follow, clock, metrics.refreshed),
        metrics=metrics,
        ceilings=ceilings,
        single=mine,
        operating=operating(),
        stop=partial(asyncio.to_thread, mine.accounts.close),
    )


def opened() -> Opened:
    """The catalog in force; the packaged one, published now, when there is none yet."""
    return Opened(wiring.open_catalog())


def seen() -> Seen | None:
    """What the folder's pointer names, and when the configuration and the kept keys changed last."""
    places = wiring.folders()
    try:
        name = (places.catalogs / POINTER).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return Seen(name, (_touched(places.config), _touched(places.kept)))


def _touched(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return None


async def refresh(
    force: bool,
    only: Iterable[str] = (),
    accept: Iterable[str] = (),
    dress: "Dress | None" = None,
    heard: wiring.Progress | None = None,
) -> None:
    """Ask the providers of this user, or those named; a failure of one is no error. `dress` puts
    more into the workshop, `heard` is told what each connection came to. Raises `StorageError` when
    nothing could be published."""
    wishes = {"only": only, "accept": accept, "dress": dress, "on_progress": heard}
    report = await aside(partial(wiring.refresh_now, force=force, **wishes))
    if report.catalog is None:
        raise StorageError(report.message)
