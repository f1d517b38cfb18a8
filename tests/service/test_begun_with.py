"""What a refresh makes of damaged catalogs, from the pages that are kept beside them."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from modeldex.domain.model import Tier
from modeldex.domain.outcome import Outcome
from modeldex.domain.query import Query
from tests.loopback import LoopbackProviders
from tests.service.test_refresh import House

pytestmark = pytest.mark.anyio


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with LoopbackProviders() as loopback:
        yield House(tmp_path / "home", loopback)


def catalogs(house: House) -> list[Path]:
    return list(house.places.catalogs.glob("*.db"))


def facts(house: House) -> dict[str, object]:
    """What the catalog says of each model, but for what it remembers of its life."""
    forgotten = {"first_seen": None, "aliases": None, "sources": {}}
    return {
        model.id: msgspec.structs.replace(model, **forgotten)
        for model in house.catalog.models(Query())
    }


def damage(*paths: Path) -> None:
    for path in paths:
        path.write_bytes(b"damaged" * 2000)


async def test_with_every_catalog_damaged_the_lists_are_read_again(house: House) -> None:
    await house.refresh()
    house.now += timedelta(minutes=5)
    await house.refresh("groq", force=True)
    before, name = facts(house), house.catalog.path.name
    damage(*catalogs(house))
    house.loopback.forget()
    report = await house.refresh(offline=True)
    assert (house.loopback.seen, facts(house)) == ((), before)
    assert house.catalog.path.name != name
    [warning] = report.warnings
    assert "no catalog in" in warning
    assert "read again from the pages kept here" in warning


async def test_a_refresh_of_one_provider_keeps_the_lists_of_all(house: House) -> None:
    await house.refresh()
    before = house.catalog.essence().keys()
    damage(*catalogs(house))
    report = await house.refresh("groq", force=True)
    assert [line.outcome for line in report.providers] == [Outcome.OK]
    assert house.catalog.essence().keys() == before
    assert report.warnings


async def test_what_was_lost_is_told_once(house: House) -> None:
    await house.refresh("groq")
    damage(*catalogs(house))
    assert (await house.refresh("groq")).warnings
    assert (await house.refresh("groq")).warnings == ()


async def test_with_only_the_newest_damaged_its_lists_are_read_again(house: House) -> None:
    await house.refresh("groq")
    house.now += timedelta(minutes=5)
    await house.refresh("mistral")
    listed = house.ids("mistral")
    damage(house.catalog.path)
    report = await house.refresh(offline=True)
    assert house.ids("mistral") == listed
    assert house.tiers("mistral") == {Tier.LIVE_WITH_KEY}
    [warning] = report.warnings
    assert "took its place" in warning


async def test_a_list_whose_page_is_lost_too_is_replaced_by_the_packaged_one(house: House) -> None:
    await house.refresh("groq", "mistral")
    [stamp] = [one for one in house.catalog.listings() if one.provider == "groq"]
    for page in stamp.pages:
        (house.places.raw / page.hash[:2] / f"{page.hash}.gz").unlink()
    damage(*catalogs(house))
    await house.refresh(offline=True)
    assert house.tiers("groq") == {Tier.MANIFEST}
    assert house.tiers("mistral") == {Tier.LIVE_WITH_KEY}


async def test_without_what_names_the_pages_the_loss_is_told(house: House) -> None:
    await house.refresh("groq")
    damage(*catalogs(house), house.places.raw / "lists.json")
    report = await house.refresh(offline=True)
    assert house.tiers("groq") == {Tier.MANIFEST}
    [warning] = report.warnings
    assert "packaged lists stand in" in warning


async def test_a_first_refresh_has_lost_nothing(house: House) -> None:
    assert (await house.refresh("groq")).warnings == ()


async def test_a_row_of_an_override_that_is_wrong_is_left_out_and_told(house: House) -> None:
    await house.refresh("groq")
    chosen = min(house.ids("groq")).removeprefix("groq/")
    row = f'[[override]]\nprovider = "groq"\nid = "{chosen}"\n'
    house.places.overrides.mkdir()
    (house.places.overrides / "mine.toml").write_text(
        f"{row}context_windw = 1\n\n{row}context_window = 12345\n"
    )
    report = await house.refresh("groq", force=True)
    model = house.catalog.get(f"groq/{chosen}")
    assert model is not None
    assert (model.context_window, report.providers[0].outcome) == (12345, Outcome.OK)
    [warning] = report.warnings
    assert "mine.toml, row 1" in warning
    assert "did you mean 'context_window'" in warning
