"""What accounts add to refreshes: whose calls count, what is relied on, what holds while the database is away."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from modeldex.domain.account import User
from modeldex.domain.errors import StorageError
from modeldex.service.accounts.dressing import dressed_here, dressing, without_fine_tunes
from modeldex.service.accounts.here import DATABASE
from modeldex.service.reading import Catalog
from modeldex.service.workshop import Workshop
from modeldex.settings.config import Config
from modeldex.settings.home import home
from modeldex.storage.accounts.opening import Accounts, open_accounts
from modeldex.storage.catalog_file import CatalogFile
from modeldex.storage.publishing import current
from modeldex.wiring import workshop
from tests.conftest import NOW
from tests.service.shop import Shop
from tests.storage.accounts.builders import call, kept
from tests.web.hosting import shelve


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


def test_a_database_that_was_never_read_stops_no_refresh_and_is_told_of(
    accounts: Accounts, parts: Workshop, catalog: Catalog, caplog: pytest.LogCaptureFixture
) -> None:
    parts = parts._replace(bound=lambda: frozenset({"acme/bound-here"}))
    with accounts._database.writing() as db:
        db.exec_driver_sql("DROP TABLE binding")
    dressed = dressing(accounts, lambda: NOW, lambda: catalog)(parts)
    assert set(dressed.bound()) == {"acme/bound-here"}
    assert "left out of this refresh" in caplog.text


def test_a_model_that_a_users_program_relies_on_is_kept_by_the_refresh(
    accounts: Accounts, parts: Workshop, catalog: Catalog
) -> None:
    parts = parts._replace(bound=lambda: frozenset({"acme/bound-here"}))
    accounts.bindings.put("ann", "bot", ["acme/sonnet-5"])
    dressed = dressing(accounts, lambda: NOW, lambda: catalog)(parts)
    assert set(dressed.bound()) == {"acme/bound-here", "acme/sonnet-5"}


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/accounts.db"


def test_a_program_that_keeps_no_database_open_reads_the_one_that_is_here(
    accounts: Accounts, url: str, parts: Workshop, catalog: Catalog, tmp_path: Path
) -> None:
    accounts.bindings.put("ann", "bot", ["acme/sonnet-5"])
    dress = dressed_here({DATABASE: url}, tmp_path, lambda: NOW, lambda: catalog)
    dressed = dress(parts)
    accounts.close()
    assert False in denied(dressed)
    assert set(dressed.bound()) == {"acme/sonnet-5"}


def test_where_there_is_no_database_none_is_made(
    parts: Workshop, catalog: Catalog, tmp_path: Path
) -> None:
    assert dressed_here({}, tmp_path / "data", lambda: NOW, lambda: catalog)(parts) is parts
    assert not (tmp_path / "data").exists()


def test_before_the_first_catalog_nothing_is_asked_of_a_database(
    parts: Workshop, tmp_path: Path
) -> None:
    broken = {DATABASE: "postgresql://nobody@127.0.0.1:1/none"}
    dressed = dressed_here(broken, tmp_path, lambda: NOW, lambda: None)(parts)
    assert dressed == parts._replace(shows=without_fine_tunes)


def test_a_database_that_is_away_stops_no_refresh_and_is_told_of(
    parts: Workshop, catalog: Catalog, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    away = {DATABASE: "postgresql://nobody:sesame@127.0.0.1:1/none"}
    dressed = dressed_here(away, tmp_path, lambda: NOW, lambda: catalog)(parts)
    assert dressed == parts._replace(shows=without_fine_tunes)
    (told,) = (record.getMessage() for record in caplog.records)
    assert told.startswith("what accounts know is left out of this refresh")
    assert "sesame" not in told


LIST = {"plain": {}, "ft:plain:secret-org:canary:abc": {}, "openai/ft:plain:secret-org::xyz": {}}


@pytest.mark.anyio
@pytest.mark.parametrize(("shared", "shown"), [(True, {"plain"}), (False, set(LIST))])
async def test_the_operators_fine_tunes_are_not_in_a_catalog_for_many(
    accounts: Accounts, catalog: Catalog, tmp_path: Path, shared: bool, shown: set[str]
) -> None:
    shop = Shop(tmp_path / "shop")
    shop.dress = dressing(accounts, lambda: NOW, lambda: catalog, shared=shared)
    line = await shop.sells(LIST)
    assert (shop.shown(), line.models) == (shown, len(shown))
    assert (b"secret-org" in shop.catalog.path.read_bytes()) is not shared


@pytest.mark.anyio
async def test_nor_are_they_where_the_database_is_away(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop")
    away = {DATABASE: "postgresql://nobody:sesame@127.0.0.1:1/none"}
    shop.dress = dressed_here(away, tmp_path, lambda: NOW, lambda: None)
    await shop.sells(LIST)
    assert shop.shown() == {"plain"}
