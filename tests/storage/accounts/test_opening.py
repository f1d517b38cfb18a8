import os
import sqlite3
import stat
import threading
import traceback
from pathlib import Path

import pytest

from modeldex.domain.errors import BadConfig, StorageError, UserMistake
from modeldex.storage.accounts.opening import Accounts, open_accounts
from tests.conftest import NOW
from tests.postgres import Postgres
from tests.storage.accounts.builders import kept, people, user

CANARY = "canary-7f3a9b"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def told(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


def test_what_was_kept_is_there_when_opened_again(accounts: Accounts, url: str) -> None:
    people(accounts, "ann")
    accounts.close()
    again = open_accounts(url)
    assert again.people.all() == (user(),)
    again.close()


def test_the_file_is_for_its_owner_alone_from_the_first(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        accounts = open_accounts(f"sqlite:///{tmp_path}/new/accounts.db")
        people(accounts, "ann")
    finally:
        os.umask(before)
    modes = {path.name: mode(path) for path in (tmp_path / "new").iterdir()}
    accounts.close()
    assert mode(tmp_path / "new") == 0o700
    assert modes["accounts.db"] == 0o600
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("secure_delete", 1), ("foreign_keys", 1), ("busy_timeout", 5000)],
)
def test_every_connection_to_a_file_is_set_up(lite: Accounts, pragma: str, value: object) -> None:
    with lite._database.reading() as db:
        assert db.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


@pytest.mark.parametrize(
    "address",
    [
        *("", "accounts.db", "sqlite://", "sqlite:///", "sqlite:///:memory:"),
        *("sqlite:///a.db?mode=ro", "mysql://root@host/db", "http://host", "postgresql://h:port/d"),
        f"://{CANARY}",
    ],
)
def test_an_address_of_neither_kind_is_refused_unquoted(address: str) -> None:
    with pytest.raises(BadConfig, match="MODELDEX_DATABASE_URL") as refusal:
        open_accounts(address)
    assert CANARY not in told(refusal.value)


@pytest.mark.parametrize("driver", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_server_that_is_away_is_said_to_be_without_its_password(driver: str) -> None:
    url = f"{driver}://ann:{CANARY}@127.0.0.1:1/models?sslpassword={CANARY}"
    with pytest.raises(StorageError, match=r"models at 127\.0\.0\.1 does not answer") as refusal:
        open_accounts(url)
    assert "MODELDEX_DATABASE_URL" in str(refusal.value)
    assert CANARY not in told(refusal.value)


@pytest.mark.once
def test_a_database_that_is_not_there_is_a_storage_error(postgres: Postgres) -> None:
    with pytest.raises(StorageError, match="MODELDEX_DATABASE_URL"):
        open_accounts(postgres.url("nowhere"))


@pytest.mark.once
def test_accounts_answer_again_when_the_server_does(postgres: Postgres, migrated: str) -> None:
    accounts = open_accounts(postgres.url(postgres.database(migrated)))
    people(accounts, "ann")
    postgres.stop()
    with pytest.raises(StorageError, match="does not answer"):
        accounts.people.get("ann")
    with pytest.raises(StorageError, match="does not answer"):
        accounts.ping()
    postgres.start()
    accounts.ping()
    assert accounts.people.get("ann") == user()
    accounts.close()


@pytest.mark.once
def test_a_server_that_breaks_in_the_middle_leaves_nothing(
    postgres: Postgres, migrated: str
) -> None:
    accounts = open_accounts(postgres.url(postgres.database(migrated)))

    def write() -> None:
        with accounts.transaction():
            people(accounts, "ann")
            postgres.stop()
            people(accounts, "bob")

    with pytest.raises(StorageError):
        write()
    postgres.start()
    assert accounts.people.count() == 0
    accounts.close()


@pytest.mark.once
def test_a_server_that_takes_no_writes_says_so(postgres: Postgres, migrated: str) -> None:
    name = postgres.database(migrated)
    postgres.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    accounts = open_accounts(postgres.url(name))
    with pytest.raises(StorageError, match="takes no writes"):
        people(accounts, "ann")
    accounts.close()


@pytest.mark.once
def test_who_may_not_make_tables_is_told_what_to_grant(postgres: Postgres) -> None:
    name = postgres.database()
    postgres.execute("CREATE ROLE guest LOGIN")
    with pytest.raises(StorageError, match="grant CREATE"):
        open_accounts(postgres.url(name).replace("modeldex@", "guest@"))


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "accounts.db"
    path.write_bytes(b"a letter, not a database; " * 90)
    with pytest.raises(StorageError, match="no SQLite database"):
        open_accounts(f"sqlite:///{path}")
    assert path.read_bytes() == b"a letter, not a database; " * 90


def test_a_folder_that_cannot_be_made_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot be written"):
        open_accounts(f"sqlite:///{tmp_path}/file/accounts.db")


def test_a_full_disk_is_said_to_be_full(lite: Accounts) -> None:
    def write() -> None:
        with lite._database.writing() as db:
            db.exec_driver_sql("PRAGMA max_page_count = 1")
            lite.listings.put("ab12", bytes(2**20))

    with pytest.raises(StorageError, match="no room left"):
        write()
    assert lite.listings.get("ab12") is None


def test_a_file_held_by_another_is_said_to_be(lite: Accounts, tmp_path: Path) -> None:
    other = open_accounts(f"sqlite:///{tmp_path}/accounts/accounts.db")
    with (
        other._database.alone(1),
        pytest.raises(StorageError, match="another process"),
        lite._database.alone(0.1),
    ):
        pass
    other.close()


def test_reading_goes_on_while_another_writes(accounts: Accounts) -> None:
    people(accounts, "ann")
    seen: list[int] = []
    with accounts.transaction():
        people(accounts, "bob")
        thread = threading.Thread(target=lambda: seen.append(accounts.people.count()))
        thread.start()
        thread.join(4)
    assert seen == [1]


def test_a_connection_in_use_at_the_end_is_closed_when_it_is_given_back(lite: Accounts) -> None:
    with lite._database.reading() as connection:
        held = connection.connection.dbapi_connection
        lite.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        held.execute("SELECT 1")


@pytest.mark.parametrize("text", ["nul \0", "half \ud800"], ids=["nul", "half a pair"])
def test_text_that_cannot_be_kept_is_the_callers_mistake(accounts: Accounts, text: str) -> None:
    people(accounts, "ann")
    with pytest.raises(UserMistake, match="remove it"):
        accounts.connections.add(kept(label=text), None)
    with pytest.raises(UserMistake, match="remove it"):
        accounts.people.by_name(text)
    assert accounts.connections.of("ann") == ()


@pytest.mark.parametrize("text", ["'; DROP TABLE person; --", '"', "%s :x %(y)s", "größe ✓ 🎉"])
def test_text_is_kept_as_it_is_whatever_sql_makes_of_it(accounts: Accounts, text: str) -> None:
    people(accounts, "ann")
    accounts.connections.add(kept(label=text, provider=text), None)
    accounts.favourites.add("ann", text)
    assert accounts.connections.of("ann") == (kept(label=text, provider=text),)
    assert accounts.favourites.of("ann") == (text,)


def test_times_are_kept_to_the_microsecond_whatever_their_zone(accounts: Accounts) -> None:
    from datetime import timedelta, timezone

    east = NOW.replace(microsecond=123456).astimezone(timezone(timedelta(hours=5, minutes=30)))
    accounts.people.add(user(created_at=east), None)
    found = accounts.people.get("ann").created_at
    assert found == east
    assert found.utcoffset() == timedelta(0)


def test_a_time_without_its_zone_is_refused(accounts: Accounts) -> None:
    with pytest.raises(ValueError, match="zone"):
        accounts.people.add(user(created_at=NOW.replace(tzinfo=None)), None)


def test_a_row_added_twice_is_no_leak_in_the_message(accounts: Accounts) -> None:
    people(accounts, "ann")
    accounts.connections.add(kept(CANARY), None)
    with pytest.raises(StorageError) as refusal:
        accounts.connections.add(kept(CANARY), None)
    assert CANARY not in told(refusal.value)
