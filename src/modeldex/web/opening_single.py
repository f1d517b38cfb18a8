"""From this machine's folders to what its one user keeps; nothing is opened before it is needed."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from .. import wiring
from ..settings.kept import kept
from .single import OwnAccounts, Single

if TYPE_CHECKING:
    from ..storage.accounts.opening import Accounts


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


def database() -> Path:
    """The file of the one user's accounts; those of an installation for many are another's."""
    return wiring.folders().data / "accounts" / "single.db"


def _accounts() -> "Accounts":
    from ..storage.accounts.opening import open_accounts

    return open_accounts(f"sqlite:///{database()}")
