from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex import locked as locked_id
from modeldex.domain.errors import BadConfig, NotFound
from modeldex.domain.lock import LockEntry
from modeldex.service.locking import ending, locked, read, updates, write
from modeldex.service.reading import Catalog
from tests.service.shop import Shop

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MODELS = {f"model-{at}": {} for at in range(20)}
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=20)


def entry(name: str, model: str = "shop/model-1") -> LockEntry:
    return LockEntry(name=name, model=model, catalog="0" * 64, at=NOW)


@given(names=st.lists(TEXT, unique=True, max_size=5), model=TEXT)
def test_what_is_written_is_read_again(
    names: list[str], model: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("lock") / "models.lock"
    entries = {name: entry(name, model) for name in names}
    write(file, entries)
    assert read(file) == entries


def test_the_order_of_the_entries_is_that_of_their_names(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    write(one, {"b": entry("b"), "a": entry("a")})
    write(other, {"a": entry("a"), "b": entry("b")})
    assert one.read_text() == other.read_text()


def test_without_a_file_nothing_is_locked(tmp_path: Path) -> None:
    assert read(tmp_path / "models.lock") == {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("version = 2", "version 1"),
        ("[models", "cannot be read"),
        ("version = 1\nmodels = 3", "table"),
        ("version = 1\n[models.fast]\nmodel = 3", "'fast'"),
        ("version = 1\n[models]\nfast = 3", "'fast'"),
    ],
)
def test_a_file_that_is_wrong_is_named_with_what_is_wrong(
    tmp_path: Path, text: str, says: str
) -> None:
    (tmp_path / "models.lock").write_text(text)
    with pytest.raises(BadConfig, match=says):
        read(tmp_path / "models.lock")


def test_a_locked_name_is_answered_from_the_file_alone(tmp_path: Path) -> None:
    write(tmp_path / "models.lock", {"fast": entry("fast", "acme/quick")})
    assert locked_id("fast", tmp_path / "models.lock") == "acme/quick"


@pytest.fixture
async def shop(tmp_path: Path) -> Shop:
    opened = Shop(tmp_path)
    await opened.sells(MODELS)
    return opened


def catalog(shop: Shop) -> Catalog:
    return Catalog(shop.catalog, {"shop": None}, shop.now)


def taken(shop: Shop, *names: str) -> dict[str, LockEntry]:
    return {one.name: one for one in locked(catalog(shop), names)}


@pytest.mark.anyio
async def test_a_name_is_locked_to_the_model_it_leads_to_by_a_catalog(shop: Shop) -> None:
    (made,) = locked(catalog(shop), ["model-3"])
    assert (made.model, made.catalog) == ("shop/model-3", shop.catalog.path.stem)


@pytest.mark.anyio
async def test_a_name_that_leads_to_no_model_is_not_locked(shop: Shop) -> None:
    with pytest.raises(NotFound, match="leads to no model"):
        locked(catalog(shop), ["model-zzz"])


@pytest.mark.anyio
async def test_nothing_moves_while_nothing_changes(shop: Shop) -> None:
    entries = taken(shop, "model-3")
    await shop.sells(MODELS, days=1)
    assert updates(catalog(shop), entries) == []


@pytest.mark.anyio
async def test_a_change_of_the_model_is_told_though_the_name_stays(shop: Shop) -> None:
    entries = taken(shop, "model-3")
    await shop.sells({**MODELS, "model-3": {"context_length": 9000}}, days=1)
    (move,) = updates(catalog(shop), entries)
    assert not move.moves
    assert [change.field for change in move.changes] == ["context_window"]


@pytest.mark.anyio
async def test_a_model_that_is_removed_moves_the_name_with_its_reasons(shop: Shop) -> None:
    entries = taken(shop, "model-3")
    left = {name: fields for name, fields in MODELS.items() if name != "model-3"}
    for _ in range(14):
        await shop.sells(left, days=3)
    (move,) = updates(catalog(shop), entries)
    assert move.moves
    assert move.new.model != "shop/model-3"
    assert move.reasons


@pytest.mark.anyio
async def test_names_narrow_an_update(shop: Shop) -> None:
    entries = taken(shop, "model-3", "model-4")
    changed = {name: {"context_length": 9000} for name in MODELS}
    await shop.sells(changed, days=1)
    assert [move.new.name for move in updates(catalog(shop), entries, ["model-4"])] == ["model-4"]


@pytest.mark.anyio
async def test_a_locked_model_that_is_missing_is_told(shop: Shop) -> None:
    entries = taken(shop, "model-3", "model-4")
    left = {name: fields for name, fields in MODELS.items() if name != "model-3"}
    await shop.sells(left, days=1)
    assert ending(catalog(shop), entries) == {"model-3": "shop/model-3 is stale"}
