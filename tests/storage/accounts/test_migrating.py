import multiprocessing
import os
import signal
import threading
from importlib.resources import files
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from modeldex.domain.errors import StorageError
from modeldex.storage.accounts import migrating, tables
from modeldex.storage.accounts.database import Database
from modeldex.storage.accounts.opening import open_accounts
from tests.storage.accounts.builders import user

SPAWN = multiprocessing.get_context("spawn")


def works(url: str) -> bool:
    """Whether the tables stand, once: somebody can be added, and the log has one head."""
    accounts = open_accounts(url)
    accounts.people.add(user(), None)
    with accounts._database.reading() as db:
        heads = db.scalar(text("SELECT count(*) FROM audit_head"))
        versions = db.scalar(text("SELECT count(*) FROM alembic_version"))
    accounts.close()
    return (heads, versions) == (1, 1)


def test_the_last_migration_is_the_one_that_is_looked_for() -> None:
    scripts = ScriptDirectory(str(files("modeldex.storage.accounts") / "migrations"))
    assert scripts.get_heads() == [tables.REVISION]


def test_the_migrations_make_the_tables_that_the_code_uses(empty: str) -> None:
    open_accounts(empty).close()
    database = Database(empty)
    with database.reading() as db:
        context = MigrationContext.configure(db, opts={"compare_type": True})
        differences = compare_metadata(context, tables.metadata)
    database.close()
    assert differences == []


def test_a_database_is_migrated_once(empty: str) -> None:
    open_accounts(empty).close()
    assert works(empty)


def test_threads_migrate_at_once(empty: str) -> None:
    failed: list[BaseException] = []
    barrier = threading.Barrier(5)

    def start() -> None:
        barrier.wait()
        try:
            open_accounts(empty).close()
        except StorageError as error:
            failed.append(error)

    threads = [threading.Thread(target=start) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert works(empty)


def test_processes_migrate_at_once(empty: str) -> None:
    barrier = SPAWN.Barrier(3)
    processes = [SPAWN.Process(target=_start, args=(empty, barrier)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert works(empty)


def _start(url: str, barrier: object) -> None:
    barrier.wait()
    open_accounts(url).close()


def test_a_migration_killed_before_its_end_never_was(empty: str) -> None:
    process = SPAWN.Process(target=_killed, args=(empty,))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert works(empty)


def _killed(url: str) -> None:
    database = Database(url)
    with database.alone(5) as connection:
        migrating._upgrade(connection, database.place)
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_replica_waits_no_longer_than_its_limit(empty: str) -> None:
    busy, waiting = Database(empty), Database(empty)
    with busy.alone(5), pytest.raises(StorageError, match="too long: try again"):
        migrating.migrate(waiting, wait_s=0.2)
    migrating.migrate(waiting, wait_s=5)
    busy.close()
    waiting.close()


def test_a_database_of_a_newer_version_is_refused_untouched(url: str) -> None:
    database = Database(url)
    with database.writing() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match="newer modeldex"):
        open_accounts(url)
    with database.reading() as db:
        assert db.scalar(text("SELECT version_num FROM alembic_version")) == "9999"
    database.close()


@pytest.mark.parametrize("folder", ["100% mine", "größe", "a:b;c"])
def test_migrations_are_found_wherever_the_package_is(tmp_path: Path, folder: str) -> None:
    place = tmp_path / folder
    place.mkdir()
    source = files("modeldex.storage.accounts") / "migrations"
    for name in ("env.py", "versions/r0001_accounts.py"):
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text((source / name).read_text())
    database = Database(f"sqlite:///{tmp_path}/accounts.db")
    with database.alone(5) as connection:
        migrating._run(connection, database.place, place)
    database.close()
    assert works(f"sqlite:///{tmp_path}/accounts.db")
