"""Refreshes of a shared installation: whose calls count, and what holds while the database is away."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from modeldex.domain.account import User
from modeldex.domain.errors import StorageError
from modeldex.service.reading import Catalog
from modeldex.service.workshop import Workshop
from modeldex.settings.config import Config
from modeldex.settings.home import home
from modeldex.storage.accounts.opening import Accounts, open_accounts
from modeldex.storage.catalog_file import CatalogFile
from modeldex.storage.publishing import current
from modeldex.web.observing import dressing
from modeldex.wiring import workshop
from tests.conftest import NOW
from tests.storage.accounts.builders import call, kept

from .hosting import shelve


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    opened = open_accounts(f"sqlite:///{tmp_path}/accounts.db")
    for name in ("ann", "bob"):
        opened.people.add(User(id=name, name=name, created_at=NOW), None)
        failed = {"ok": False, "capability": "tools", "error": "unsupported"}
        calls = [call(f"k{at}", model="acme/sonnet-5", **failed) for at in range(30)]
        opened.calls.add_many(name, calls)
    yield opened
    opened.close()


@pytest.fixture
def parts(tmp_path: Path) -> Workshop:
    return workshop(home({"MODELDEX_HOME": str(tmp_path / "home")}), Config(), ())


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    shelve(tmp_path / "catalogs")
    path = current(tmp_path / "catalogs")
    assert path is not None
    return Catalog(CatalogFile(path), {}, NOW)


def denied(parts: Workshop) -> list[bool]:
    """What is said against the tools of the model that was called."""
    said = parts.knows().guess("acme", "sonnet-5")
    return [claims.tools for _, claims in said if claims.tools is not None]


def test_the_workshop_says_what_users_calls_showed(
    accounts: Accounts, parts: Workshop, catalog: Catalog
) -> None:
    dress = dressing(accounts, lambda: NOW, lambda: catalog)
    assert False not in denied(parts)
    assert False in denied(dress(parts))
    assert dress(parts).measured() == {}


def test_calls_of_who_has_an_address_of_their_own_do_not_count(
    accounts: Accounts, parts: Workshop, catalog: Catalog
) -> None:
    accounts.connections.add(kept(user="bob", base_url="https://own.example/v1"), None)
    dress = dressing(accounts, lambda: NOW, lambda: catalog)
    assert False not in denied(dress(parts))


def test_an_operator_may_let_one_user_decide(
    accounts: Accounts, parts: Workshop, catalog: Catalog
) -> None:
    accounts.connections.add(kept(user="bob", base_url="https://own.example/v1"), None)
    dress = dressing(accounts, lambda: NOW, lambda: catalog, shared=False)
    assert False in denied(dress(parts))


def test_while_the_database_is_away_what_was_read_last_is_said_again(
    accounts: Accounts, parts: Workshop, catalog: Catalog
) -> None:
    away = False

    def opened() -> Catalog:
        if away:
            raise StorageError("away")
        return catalog

    dress = dressing(accounts, lambda: NOW, opened)
    assert False in denied(dress(parts))
    away = True
    assert False in denied(dress(parts))
