"""An opened catalog, and the views of those who keep different keys."""

import gc
import json
import weakref
from pathlib import Path

import pytest

from modeldex.domain.query import Query
from modeldex.service.reading import Catalog
from modeldex.storage.catalog_file import CatalogFile
from modeldex.web import opened as module
from modeldex.web.opened import MOST_BESIDE, Opened, Placed
from tests.conftest import NOW

from .hosting import shelve


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    return Opened(Catalog(CatalogFile(tmp_path / f"{shelve(tmp_path)}.db"), {}, NOW))


def names(count: int) -> list[frozenset[str]]:
    return [frozenset((f"provider {number}",)) for number in range(count)]


def test_what_depends_on_nobodys_keys_is_worked_out_once_for_all(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    views = [opened.seen_by(one) for one in names(3)]
    first = (views[0].facets, views[0].search(Query()))
    monkeypatch.setattr(module, "Facets", None)
    monkeypatch.setattr(Catalog, "rows", None)
    assert all((one.facets, one.search(Query())) == first for one in (*views, opened))
    assert {one.path for one in views} == {opened.path}


def test_what_a_view_can_call_is_its_own(opened: Opened) -> None:
    def callable_in(view: Opened) -> set[str]:
        found = [json.loads(one) for one in view.documents(view.search(Query()))]
        return {one["provider"] for one in found if one["available"]}

    acme = opened.seen_by(frozenset(("acme",)))
    assert callable_in(acme) == {"acme"}
    assert callable_in(opened) == set()
    assert callable_in(acme) == {"acme"}
    assert acme.personal_mark != opened.personal_mark


def test_a_view_is_there_again_unless_too_many_came_between(opened: Opened) -> None:
    first, *others = names(module._VIEWS + 1)
    view = opened.seen_by(first)
    for one in others[:-1]:
        opened.seen_by(one)
    assert opened.seen_by(first) is view
    for one in others:
        opened.seen_by(one)
    assert opened.seen_by(first) is not view


def test_what_a_catalog_lacks_is_kept_of_the_first_models_by_id_alone() -> None:
    ids = [f"acme/{number:06}" for number in range(80_000)]
    placed = Placed.of(reversed(ids), {ids[-1]: 7})
    assert list(placed.places) == [7]
    assert placed.beside == frozenset(ids[:MOST_BESIDE])


def test_lists_that_are_new_at_each_check_take_only_so_much_memory(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    def showed(check: int, ids: int = 500) -> Placed:
        return Placed.of((f"acme/{check}/{number}" for number in range(ids)), {})

    monkeypatch.setattr(module, "_BYTES_OF_LISTS", 10 * showed(0).bytes)
    placed = module.Everybodys(opened.at(NOW)).placed
    placed.put("few", showed(0, 1))
    for check in range(100, 200):
        assert placed.get("few") is not None
        placed.put(check, showed(check))
    assert [check for check in range(100, 200) if placed.get(check)] == list(range(191, 200))


def test_a_catalog_that_nobody_needs_any_more_lets_go_of_its_file_at_once(tmp_path: Path) -> None:
    gc.disable()
    try:
        opened = Opened(Catalog(CatalogFile(tmp_path / f"{shelve(tmp_path)}.db"), {}, NOW))
        opened.seen_by(frozenset(("acme",))).warm()
        gone, held = weakref.ref(opened), opened.path
        assert held.exists()
        del opened
        assert (gone(), held.exists()) == (None, False)
    finally:
        gc.enable()
