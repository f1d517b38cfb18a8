import json
from datetime import datetime
from pathlib import Path

import anyio
import pytest

from bench.public_way import fresh
from modeldex.service.announced import announcements
from modeldex.service.reading import Catalog
from modeldex.storage.catalog_file import CatalogFile
from tests.cli.conftest import Run
from tests.cli.shelf import Shelf
from tests.conftest import NOW
from tests.service.shop import Shop

GOOD = {"context_length": 100_000, "supports_tools": True}
MODELS = {"claude-opus-4-6": GOOD, "claude-opus-4-7": GOOD, **{f"m-{n}": {} for n in range(20)}}


class Lived(Shelf):
    """A catalog that was made elsewhere, such as that of a shop in which a model is gone."""

    def __init__(self, path: Path, now: datetime, *keys: str) -> None:
        self.path = path
        self._now = now
        self._keys = dict.fromkeys(keys)

    def now(self) -> datetime:
        return self._now

    def catalog(self) -> Catalog:
        return Catalog(CatalogFile(self.path), self._keys, self._now)


async def _live(shop: Shop) -> None:
    await shop.sells(MODELS)
    left = {one: fields for one, fields in MODELS.items() if one != "claude-opus-4-6"}
    for _ in range(14):
        await shop.sells(left, days=3)
    assert shop.catalog.removed() == {"shop/claude-opus-4-6"}


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    shop = Shop(tmp_path_factory.mktemp("lived"))
    anyio.run(_live, shop)
    return Lived(shop.catalog.path, shop.now, "shop")


GONE = "shop/claude-opus-4-6"
HEIR = "shop/claude-opus-4-7"


def test_a_model_that_is_gone_is_shown_as_it_was_last(modeldex: Run, lived: Lived) -> None:
    out = modeldex("show", GONE, services=lived).out
    assert out.splitlines()[:2] == ["claude-opus-4-6", GONE]
    assert "  lifecycle         removed\n" in out


def test_its_own_history_stands_before_its_stand_in(modeldex: Run, lived: Lived) -> None:
    out = modeldex("show", GONE, "--history", services=lived).out
    assert f"{GONE} is removed" in out
    assert f"{GONE} is no longer listed" in out
    assert out.index("History") < out.index("In its place")
    assert f"  stand-in          {HEIR}\n" in out


def test_the_json_is_the_model_that_was_asked_for(modeldex: Run, lived: Lived) -> None:
    said = json.loads(modeldex("show", GONE, "--json", services=lived).out)
    listed = json.loads(modeldex("show", HEIR, "--json", services=lived).out)
    assert (said["id"], said["lifecycle"]) == (GONE, "removed")
    assert said.keys() - {"resolution"} == listed.keys()
    assert (said["resolution"]["id"], said["resolution"]["how"]) == (HEIR, "stand-in")


def test_its_history_is_in_the_json(modeldex: Run, lived: Lived) -> None:
    said = json.loads(modeldex("show", GONE, "--history", "--json", services=lived).out)
    assert [one["kind"] for one in said["history"]] == ["removed", "deprecated", "missing"]
    assert {one["id"] for one in said["history"]} == {GONE}


def test_its_sources_can_still_be_asked_for(modeldex: Run, lived: Lived) -> None:
    said = json.loads(modeldex("show", GONE, "--sources", "--json", services=lived).out)
    assert said["claims"]["context_window"][0]["value"] == 100_000


def test_an_alias_of_former_days_leads_to_it_and_no_further(modeldex: Run, lived: Lived) -> None:
    said = json.loads(modeldex("show", "claude-opus-4-6", "--json", services=lived).out)
    assert said["id"] == GONE
    assert said["resolution"]["chain"] == ["claude-opus-4-6", GONE, HEIR]


def test_a_listed_model_says_nothing_of_the_kind(modeldex: Run, lived: Lived) -> None:
    ran = modeldex("show", HEIR, "--json", services=lived)
    assert "resolution" not in json.loads(ran.out)
    assert "In its place" not in modeldex("show", HEIR, services=lived).out


def test_what_is_compared_in_the_place_of_a_model_that_is_gone_is_said(
    modeldex: Run, lived: Lived
) -> None:
    err = modeldex("compare", GONE, HEIR, services=lived).err
    assert f"{GONE} is gone; this is {HEIR} (stand-in): " in err
    assert "is read as" not in err


def test_what_is_priced_in_its_place_is_said(modeldex: Run, lived: Lived) -> None:
    err = modeldex("cost", GONE, "--in", "1000", "--out", "9", services=lived).err
    assert f"{GONE} is gone; this is {HEIR} (stand-in): " in err


@pytest.fixture(scope="module")
def unasked(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """The catalog of somebody who never asked a provider: no model of it was ever listed."""
    path = tmp_path_factory.mktemp("unasked") / f"{'0' * 64}.db"
    fresh(path)
    return Lived(path, NOW)


BASE = "openai/gpt-4"
"""The id of a model whose announced end has come, and the name of a base that others serve."""


def test_a_base_whose_id_had_an_announced_end_is_shown_with_it(
    modeldex: Run, unasked: Lived
) -> None:
    ran = modeldex("show", BASE, services=unasked)
    assert ran.out.startswith(f"{BASE}\n")
    assert "openai announced the end of gpt-4 for 2026-10-23" in ran.err
    assert "shows what stands in its place" in ran.err


def test_the_json_of_such_a_base_says_where_the_id_led(modeldex: Run, unasked: Lived) -> None:
    said = json.loads(modeldex("show", BASE, "--json", services=unasked).out)
    assert said["base"] == BASE
    assert said["resolution"]["how"] == "stand-in"
    assert "openai announced the end of gpt-4" in said["resolution"]["reasons"][0]


def test_a_base_without_such_an_end_says_nothing_of_it(modeldex: Run, unasked: Lived) -> None:
    ran = modeldex("show", "openai/gpt-oss-120b", "--json", services=unasked)
    assert ran.err == ""
    assert "resolution" not in json.loads(ran.out)


def test_a_model_of_no_list_is_not_found_with_its_announced_end(
    modeldex: Run, unasked: Lived
) -> None:
    name = "openai/sora-2-2025-10-06"
    ran = modeldex("show", name, services=unasked)
    assert (ran.code, ran.out) == (3, "")
    assert f'no model named "{name}"' in ran.err
    assert str(announcements()[name]) in ran.err
