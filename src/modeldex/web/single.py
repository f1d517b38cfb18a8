"""What the one user of this machine keeps: accounts opened when first needed, keys where the command line has them."""

import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from ..domain.account import Actor
from ..domain.errors import AccessDenied

if TYPE_CHECKING:
    from ..service.checking import KeyLine
    from ..service.connecting import Configured
    from ..storage.accounts.opening import Accounts
    from ..storage.bindings import Bindings


class OwnAccounts:
    """The accounts database of one user, who is in it from the beginning; safe from any thread."""

    def __init__(
        self,
        open: "Callable[[], Accounts]",
        exists: Callable[[], bool],
        clock: Callable[[], datetime],
    ) -> None:
        """`exists` says whether there is a database already; `open` makes one where there is none."""
        self._open, self._exists, self._clock = open, exists, clock
        self._lock = threading.Lock()
        self._opened: Accounts | None = None

    def opened(self) -> "Accounts":
        """The database, made the first time; may block, and raises `StorageError`."""
        with self._lock:
            if self._opened is None:
                from ..service.accounts.single_user import ensured

                accounts = self._open()
                ensured(accounts.people, self._clock())
                self._opened = accounts
            return self._opened

    def known(self) -> "Accounts | None":
        """The database, where there is one already; may block, and raises `StorageError`."""
        return self.opened() if self.there else None

    @property
    def there(self) -> bool:
        """Whether there is a database already, readable or not."""
        return self._opened is not None or self._exists()

    def actor(self, token: str) -> Actor:
        """Who sends the token of a program; may block. Raises `AccessDenied`, and `StorageError`.

        A stranger never has a database made.
        """
        from ..credentials.access_tokens import REFUSED
        from ..service.accounts.single_user import program

        if (accounts := self.known()) is None:
            raise AccessDenied(REFUSED)
        return program(accounts, token, self._clock())

    def close(self) -> None:
        """Close the database, where it was opened."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None


class Single(NamedTuple):
    """Everything concrete that only an installation of one user has; all of it may block."""

    accounts: OwnAccounts
    configured: "Callable[[], tuple[Configured, ...]]"
    """Every connection that is enabled here, with the key that was found for it."""
    kept: Callable[[], Mapping[str, str]]
    """Provider id → where the key is that was given here or by `modeldex keys set`."""
    keep_key: Callable[[str, str], object]
    forget_key: Callable[[str], object]
    check_keys: "Callable[[Iterable[str]], tuple[KeyLine, ...]]"
    bindings: "Callable[[], Bindings]"
    """Which programs use which models, as `modeldex bind` keeps it."""
