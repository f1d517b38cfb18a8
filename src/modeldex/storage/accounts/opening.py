"""Open the accounts database, with its tables as this version needs them."""

from contextlib import AbstractContextManager
from typing import Any

from .audit import Audit
from .bindings import Bindings
from .calls import Calls
from .connections import Connections
from .database import Database
from .favourites import Favourites
from .identities import Identities
from .leases import Leases
from .listings import Listings
from .migrating import migrate, revision
from .observed import Observed
from .people import People
from .preferences import Preferences
from .ring import Ring
from .tokens import Tokens
from .views import Views


class Accounts:
    """What a shared installation knows of its people, by noun.

    Every call is synchronous, short, and safe from any thread; it raises `StorageError` when
    the database is away, and `UserMistake` for a text or a number that cannot be kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.people = People(database)
        self.connections = Connections(database)
        self.identities = Identities(database)
        self.views = Views(database)
        self.listings = Listings(database)
        self.tokens = Tokens(database)
        self.favourites = Favourites(database)
        self.preferences = Preferences(database)
        self.bindings = Bindings(database)
        self.calls = Calls(database)
        self.observed = Observed(database)
        self.audit = Audit(database)
        self.leases = Leases(database)
        self.ring = Ring(database)

    @property
    def place(self) -> str:
        """What a person calls the database; holds no credential."""
        return self._database.place

    @property
    def lite(self) -> bool:
        """Whether it is a file, which one machine has for itself."""
        return self._database.lite

    def migration(self) -> str | None:
        """The migration that the tables stand at; `None`: there are none."""
        with self._database.reading() as connection:
            return revision(connection)

    def transaction(self) -> AbstractContextManager[Any]:
        """Make all calls of this thread within it one transaction: all of them hold, or none."""
        return self._database.writing()

    def ping(self) -> None:
        """Ask the database for nothing; raises `StorageError` when it does not answer."""
        with self._database.reading() as connection:
            connection.exec_driver_sql("SELECT 1")

    def close(self) -> None:
        """Close every connection that nobody uses; a later call opens new ones."""
        self._database.close()


def open_accounts(url: str) -> Accounts:
    """The accounts at `sqlite:///PATH` or `postgresql://USER@HOST/NAME`, migrated if need be.

    Raises `BadConfig` for another address, and `StorageError` when the database is away, is
    another's, or was made by a newer version.
    """
    database = Database(url)
    try:
        migrate(database)
        database.scrub()
    except BaseException:
        database.close()
        raise
    return Accounts(database)


def look_at(url: str) -> Accounts:
    """The accounts at that address, their tables left as they are; raises `BadConfig`."""
    return Accounts(Database(url))
