"""From this machine's folders and the environment to what a replica does without being asked."""

import logging
from functools import partial

from .. import wiring
from ..domain.errors import StorageError
from ..domain.report import Report
from ..service.accounts.dressing import Dress
from ..service.aside import aside
from ..service.many.replica import Replica
from ..service.many.turns import Turn, Turns, fenced
from ..service.many.upkeep import Duties, Pace, Upkeep
from ..service.shared import Shared
from ..storage.blobs import Blobs
from ..storage.state import State
from .metrics import Metrics
from .opened import Opened
from .tenancy import Tenancy

_log = logging.getLogger("modeldex.web")


class Copy:
    """This machine's copy of the catalog that all share."""

    def __init__(self, store: Shared | None) -> None:
        folder = wiring.folders().state
        self.replica = None if store is None else Replica(store, State(folder))

    def opened(self) -> Opened:
        """The catalog in force; in an empty folder the store's, else the packaged one."""
        if self.replica is not None:
            self.replica.first()
        return Opened(wiring.open_catalog().with_keys({}))


def upkeep(
    people: Tenancy,
    copy: Copy,
    turns: Turns,
    dress: Dress,
    metrics: Metrics,
) -> Upkeep:
    """What runs in the background; raises `BadConfig`. `dress` puts more into the workshop of a
    refresh."""
    config = wiring.configuration()
    if isinstance(people.pages, Blobs) and not people.accounts.lite:
        _log.warning(
            "MODELDEX_STORE names no store: other replicas on this database cannot read the lists"
            " that people's keys open here"
        )
    return Upkeep(
        Duties(
            accounts=people.accounts,
            pages=people.pages,
            replica=copy.replica,
            turns=turns,
            refresh=partial(_refresh, dress, metrics) if config.refresh.in_service else None,
            clock=turns.clock,
            pace=Pace(follow_s=config.store.look_every_s),
        )
    )


async def _refresh(dress: Dress, metrics: Metrics, turn: Turn) -> None:
    """Ask whom the schedule has fall due; nothing is published when the turn was lost."""
    ask = partial(
        wiring.refresh_now,
        due=True,
        dress=lambda parts: fenced(turn, dress(parts)),
        on_progress=metrics.asked,
    )
    report: Report = await aside(ask)
    if report.catalog is None:
        metrics.refreshed("failed")
        raise StorageError(report.message)
    if report.providers:
        metrics.refreshed("done")
    if report.message and report.providers:
        _log.warning("%s", report.message)
