"""From this machine's folders to what its one user keeps; nothing is opened before it is needed."""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from .. import wiring
from ..domain.errors import StorageError
from ..service.accounts.here import single_file
from ..settings.kept import kept
from .single import OwnAccounts, Single

if TYPE_CHECKING:
    from ..service.workshop import Workshop
    from ..storage.accounts.opening import Accounts

_log = logging.getLogger("modeldex.web")


def single(clock: Callable[[], datetime] = wiring.clock) -> Single:
    """The parts for the one user of this machine."""
    return Single(
        accounts=OwnAccounts(_accounts, lambda: database().exists(), clock),
        configured=wiring.configured,
        kept=lambda: kept(wiring.folders().kept),
        keep_key=wiring.keep_key,
        forget_key=wiring.forget_key,
        check_keys=wiring.check_keys,
        bindings=lambda: wiring.desk().bindings,
    )


def observed(
    accounts: OwnAccounts, clock: Callable[[], datetime] = wiring.clock
) -> "Callable[[Workshop], Workshop]":
    """What refreshes are to be dressed with, so that their catalogs say what the user's own calls
    showed; accounts that are not there, or cannot be read, change nothing in them."""
    made: list[Callable[[Workshop], Workshop]] = []

    def dress(parts: "Workshop") -> "Workshop":
        try:
            known = accounts.known()
        except StorageError as error:
            _log.warning("reported calls are left out of the refresh (%s)", type(error).__name__)
            return parts
        if known is None:
            return parts
        if not made:
            from ..service.accounts.dressing import dressing

            made.append(dressing(known, clock, wiring.open_catalog, shared=False))
        return made[0](parts)

    return dress


def database() -> Path:
    """The file of the one user's accounts; those of an installation for many are another's."""
    return single_file(wiring.folders().data)


def _accounts() -> "Accounts":
    from ..storage.accounts.opening import open_accounts

    return open_accounts(f"sqlite:///{database()}")
