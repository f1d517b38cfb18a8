"""Lists that look wrong, through the real client: set aside, shown, taken by decision or by policy."""

from pathlib import Path

import pytest

from modeldex.domain.hold import HoldKind
from modeldex.domain.lifecycle import Lifecycle
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


async def test_an_empty_list_is_held_and_the_last_good_one_stays(shop: Shop) -> None:
    line = await shop.sells({}, days=1)
    assert (line.outcome, line.failed, line.models) == (Outcome.HELD, True, 20)
    assert shop.shown() == set(TWENTY)
    assert shop.news() == []


async def test_an_empty_list_says_why_it_is_held_and_what_to_do(shop: Shop) -> None:
    message = (await shop.sells({}, days=1)).message
    assert "the list is empty where there were 20 models" in message
    assert "modeldex refresh shop --accept" in message


async def test_what_an_empty_list_would_take_away_is_kept(shop: Shop) -> None:
    await shop.sells({}, days=1)
    (aside,) = shop.catalog.held().values()
    assert (aside.held.hold.kind, set(aside.gone)) == (HoldKind.EMPTY, set(TWENTY))
    assert aside.came == ()


async def test_an_empty_list_that_is_accepted_is_taken(shop: Shop) -> None:
    await shop.sells({}, days=1)
    line = await shop.sells({}, accept=True)
    assert (line.outcome, line.failed, line.models) == (Outcome.OK, False, 0)
    assert {kind for _, kind, _, _ in shop.news()} == {"missing"}
    assert shop.catalog.held() == {}


async def test_an_empty_list_that_keeps_coming_is_taken_by_policy(shop: Shop) -> None:
    await shop.sells({}, days=1)
    assert (await shop.sells({}, days=0.01)).outcome is Outcome.HELD
    assert (await shop.sells({}, days=0.1)).outcome is Outcome.OK


async def test_models_age_by_an_empty_list_that_was_taken(shop: Shop) -> None:
    await shop.sells({}, days=1, accept=True)
    model = shop.model("model-0")
    assert model is not None
    assert model.lifecycle is Lifecycle.STALE
    for _ in range(31):
        await shop.sells({}, days=1)
    assert shop.model("model-0") is None


async def test_an_empty_list_where_none_is_known_is_empty(tmp_path: Path) -> None:
    opened = Shop(tmp_path)
    for _ in range(3):
        line = await opened.sells({}, days=1)
        assert (line.outcome, line.failed) == (Outcome.EMPTY, True)
    assert opened.catalog.held() == {}


async def test_an_answer_without_a_body_is_no_list_that_could_be_held(shop: Shop) -> None:
    for _ in range(3):
        line = await shop.sells(TWENTY, days=1, fault="empty_body")
        assert line.outcome is Outcome.EMPTY
    assert (shop.catalog.held(), shop.news()) == ({}, [])


async def test_a_list_that_fills_again_ends_the_hold_of_an_empty_one(shop: Shop) -> None:
    await shop.sells({}, days=1)
    assert (await shop.sells(TWENTY, days=1)).outcome is Outcome.OK
    assert (shop.catalog.held(), shop.news()) == ({}, [])


async def test_a_list_that_fills_after_an_empty_one_was_taken_is_taken(shop: Shop) -> None:
    await shop.sells({}, days=1, accept=True)
    assert (await shop.sells(TWENTY, days=1)).outcome is Outcome.OK
    assert all(one.lifecycle is Lifecycle.ACTIVE for one in map(shop.model, TWENTY) if one)


async def test_an_empty_list_of_a_small_provider_is_held_too(tmp_path: Path) -> None:
    opened = Shop(tmp_path)
    await opened.sells(many(1))
    assert (await opened.sells({}, days=1)).outcome is Outcome.HELD
