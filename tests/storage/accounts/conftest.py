"""Accounts on SQLite and on PostgreSQL: what is true of one has to be true of the other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from modeldex.storage.accounts.opening import Accounts, open_accounts
from tests.postgres import Postgres

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.once)]


@pytest.fixture(scope="session")
def migrated(postgres: Postgres) -> str:
    """A database whose tables stand: a copy of it is made faster than its tables."""
    name = postgres.database()
    open_accounts(postgres.url(name)).close()
    return name


@pytest.fixture(params=BOTH)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/accounts/accounts.db"
        return
    server = request.getfixturevalue("postgres")
    name = server.database()
    yield server.url(name)
    server.drop(name)


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database whose tables stand, but hold nothing."""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path}/accounts/accounts.db"
        open_accounts(address).close()
        yield address
        return
    server = request.getfixturevalue("postgres")
    name = server.database(request.getfixturevalue("migrated"))
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def accounts(url: str) -> Iterator[Accounts]:
    """Accounts in which nobody is."""
    opened = open_accounts(url)
    yield opened
    opened.close()


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Accounts]:
    """Accounts in `accounts/accounts.db` of the test's folder."""
    opened = open_accounts(f"sqlite:///{tmp_path}/accounts/accounts.db")
    yield opened
    opened.close()
