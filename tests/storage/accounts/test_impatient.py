"""PostgreSQL is waited for only so long, whatever it is busy with."""

import time
from collections.abc import Iterator

import pytest

from modeldex.domain.errors import StorageError
from modeldex.storage.accounts import impatient
from modeldex.storage.accounts.database import Database
from modeldex.storage.accounts.patience import waiting_at_most
from tests.postgres import Postgres, serving
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


def test_a_request_waits_no_longer_for_many_statements_than_for_one(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(impatient.Impatient, "patience_s", 60.0)
    sleeps(database, 0)
    with waiting_at_most(1.0) as patience:
        with pytest.raises(StorageError):
            sleeps(database, 60)
        patience.lose("it was away a moment ago")
        with pytest.raises(StorageError, match="a moment ago"):
            sleeps(database, 0)
    sleeps(database, 0)


def test_a_change_is_not_half_done_whose_request_waits_no_more(database: Database) -> None:
    def changed() -> None:
        with waiting_at_most(60.0) as patience, database.writing() as connection:
            connection.exec_driver_sql("CREATE TABLE half_done (id int)")
            patience.lose("")

    with pytest.raises(StorageError):
        changed()
    with database.reading() as connection:
        found = connection.exec_driver_sql("SELECT to_regclass('half_done')").scalar_one()
    assert found is None


def test_a_server_that_hangs_is_waited_for_by_a_request_once() -> None:
    with serving() as server:
        hanging = Database(server.url(server.database()))
        sleeps(hanging, 0)
        server.freeze()
        try:
            with waiting_at_most(1.0):
                began = time.monotonic()
                for _ in range(5):
                    with pytest.raises(StorageError):
                        sleeps(hanging, 0)
                assert time.monotonic() - began < impatient.PATIENCE_S
        finally:
            server.thaw()
            hanging.close()


def test_a_migration_is_waited_for(database: Database) -> None:
    with database.alone(5) as connection:
        connection.exec_driver_sql("SELECT pg_sleep(0.5)")
