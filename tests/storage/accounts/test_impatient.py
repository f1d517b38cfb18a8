"""PostgreSQL is waited for only so long, whatever it is busy with."""

import time
from collections.abc import Iterator

import pytest

from modeldex.domain.errors import StorageError
from modeldex.storage.accounts import impatient
from modeldex.storage.accounts.database import Database
from tests.postgres import Postgres
from tests.waiting import comes

pytestmark = pytest.mark.once


@pytest.fixture
def database(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A database that is waited for very shortly."""
    monkeypatch.setattr(impatient.Impatient, "patience_s", 0.2)
    name = postgres.database()
    found = Database(postgres.url(name))
    yield found
    found.close()
    postgres.drop(name)


def sleeps(database: Database, seconds: float) -> None:
    with database.reading() as connection:
        connection.exec_driver_sql(f"SELECT pg_sleep({seconds})")


def running(database: Database) -> int:
    """How many statements of this database sleep."""
    sleeping = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND state = 'active' AND wait_event = 'PgSleep'"
    )
    with database.reading() as connection:
        return int(connection.exec_driver_sql(sleeping).scalar_one())


def test_a_statement_that_takes_too_long_is_given_up(database: Database) -> None:
    began = time.monotonic()
    with pytest.raises(StorageError, match="does not answer"):
        sleeps(database, 20)
    assert time.monotonic() - began < 15


def test_a_statement_that_was_given_up_is_ended_in_the_server_too(
    database: Database, postgres: Postgres
) -> None:
    with pytest.raises(StorageError):
        sleeps(database, 20)
    assert comes(lambda: not running(database), 10), "it still sleeps"


def test_the_next_who_asks_is_answered(database: Database) -> None:
    with pytest.raises(StorageError):
        sleeps(database, 20)
    sleeps(database, 0)


def test_what_is_known_to_take_long_is_waited_for(database: Database) -> None:
    with database.writing() as connection, database.at_length(connection):
        connection.exec_driver_sql("SELECT pg_sleep(0.5)")
    with pytest.raises(StorageError):
        sleeps(database, 20)


def test_a_migration_is_waited_for(database: Database) -> None:
    with database.alone(5) as connection:
        connection.exec_driver_sql("SELECT pg_sleep(0.5)")
