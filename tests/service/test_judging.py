"""Lists that look wrong, through the real client: set aside, shown, taken by decision or by policy."""

from pathlib import Path

import pytest

from modeldex.domain.hold import HoldKind
from modeldex.domain.outcome import Outcome
from tests.service.shop import Shop, many

pytestmark = pytest.mark.anyio
TWENTY = many(20)
FEW = many(9)


@pytest.fixture
async def shop(tmp_path: Path) -> Shop:
    opened = Shop(tmp_path)
    await opened.sells(TWENTY)
    return opened


async def test_a_list_that_shrinks_is_held_and_the_last_good_one_stays(shop: Shop) -> None:
    line = await shop.sells(FEW, days=1)
    assert line.outcome is Outcome.HELD
    assert shop.shown() == set(TWENTY)
    assert shop.news() == []


async def test_the_message_says_why_and_what_to_do(shop: Shop) -> None:
    message = (await shop.sells(FEW, days=1)).message
    assert "9 models where there were 20" in message
    assert "modeldex refresh shop --accept" in message


async def test_what_a_held_list_would_change_is_kept(shop: Shop) -> None:
    await shop.sells({**FEW, "fresh": {}}, days=1)
    (aside,) = shop.catalog.held().values()
    assert aside.held.hold.kind is HoldKind.SHRUNK
    assert (len(aside.gone), aside.came) == (11, ("fresh",))


async def test_a_held_list_that_is_accepted_is_taken(shop: Shop) -> None:
    await shop.sells(FEW, days=1)
    line = await shop.sells(FEW, accept=True)
    assert line.outcome is Outcome.OK
    assert {kind for _, kind, _, _ in shop.news()} == {"missing"}
    assert shop.catalog.held() == {}


async def test_a_list_that_keeps_coming_is_taken_by_policy(shop: Shop) -> None:
    await shop.sells(FEW, days=1)
    assert (await shop.sells(FEW, days=0.01)).outcome is Outcome.HELD
    assert (await shop.sells(FEW, days=0.1)).outcome is Outcome.OK


async def test_a_good_list_ends_the_hold(shop: Shop) -> None:
    await shop.sells(FEW, days=1)
    assert (await shop.sells(TWENTY, days=1)).outcome is Outcome.OK
    assert shop.catalog.held() == {}


async def test_prices_that_all_move_by_one_factor_are_held(tmp_path: Path) -> None:
    opened = Shop(tmp_path)
    await opened.sells(many(10, pricing={"input": 1, "output": 2}))
    line = await opened.sells(many(10, pricing={"input": 1000, "output": 2000}), days=1)
    assert line.outcome is Outcome.HELD
    assert opened.news() == []


async def test_a_mass_rename_that_is_accepted_moves_the_models_lives(tmp_path: Path) -> None:
    opened = Shop(tmp_path)
    old = {f"vendor/name-{at}-chat": {"context_length": 1000 + at} for at in range(12)}
    new = {f"v2/name-{at}-chat": {"context_length": 1000 + at} for at in range(12)}
    await opened.sells(old)
    first = opened.model("vendor/name-3-chat")
    assert (await opened.sells(new, days=1)).outcome is Outcome.HELD
    await opened.sells(new, accept=True)
    moved = opened.model("v2/name-3-chat")
    assert first is not None
    assert moved is not None
    assert moved.first_seen == first.first_seen
    assert {kind for _, kind, _, _ in opened.news()} == {"renamed", "alias"}


async def test_a_held_list_survives_a_refresh_that_fails(shop: Shop) -> None:
    await shop.sells(FEW, days=1)
    await shop.sells(FEW, days=1, fault="server_error")
    assert len(shop.catalog.held()) == 1
