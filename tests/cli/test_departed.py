import json
from datetime import datetime
from pathlib import Path

import anyio
import pytest

from modeldex.service.reading import Catalog
from modeldex.storage.catalog_file import CatalogFile
from tests.cli.conftest import Run
from tests.cli.shelf import Shelf
from tests.service.shop import Shop

GOOD = {"context_length": 100_000, "supports_tools": True}
MODELS = {"claude-opus-4-6": GOOD, "claude-opus-4-7": GOOD, **{f"m-{n}": {} for n in range(20)}}


class Lived(Shelf):
    """The catalog of a shop in which a model is gone."""

    def __init__(self, path: Path, now: datetime) -> None:
        self.path = path
        self._now = now

    def now(self) -> datetime:
        return self._now

    def catalog(self) -> Catalog:
        return Catalog(CatalogFile(self.path), {"shop": None}, self._now)


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
    return Lived(shop.catalog.path, shop.now)


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
