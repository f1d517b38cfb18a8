"""Lists without a model: of servers of this machine, and of providers with several routes."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from modeldex.domain.hold import HoldKind
from modeldex.domain.lifecycle import Lifecycle
from modeldex.domain.outcome import Outcome
from tests.loopback import LoopbackProviders
from tests.service.test_finding_local import Server, refreshed, serving, small
from tests.service.test_refresh import House

pytestmark = pytest.mark.anyio
NO_MODELS = {"/api/tags": {"models": []}}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with LoopbackProviders() as loopback:
        yield House(tmp_path / "home", loopback)


async def test_the_last_model_of_a_server_of_this_machine_goes_at_once(house: House) -> None:
    await house.line("ollama")
    before = house.ids("ollama")
    house.loopback.break_with({"ollama": "empty_list"})
    house.now += timedelta(hours=1)
    line = await house.line("ollama")
    assert (line.outcome, line.failed, line.models) == (Outcome.OK, False, 0)
    states = {house.catalog.remembered(name) for name in before}
    assert {one.lifecycle for one in states if one} == {Lifecycle.STALE}


async def test_a_model_that_is_installed_again_is_back(house: House) -> None:
    await house.line("ollama")
    before = house.catalog.essence().keys()
    house.loopback.break_with({"ollama": "empty_list"})
    house.now += timedelta(hours=1)
    await house.line("ollama")
    house.loopback.break_with({})
    house.now += timedelta(hours=1)
    assert (await house.line("ollama")).models > 0
    assert house.catalog.essence().keys() == before
    model = house.catalog.get(min(house.ids("ollama")))
    assert model is not None
    assert model.lifecycle is Lifecycle.ACTIVE


async def test_a_server_of_this_machine_that_never_had_a_model_is_no_failure(
    tmp_path: Path,
) -> None:
    async with serving(Server(NO_MODELS)) as ports:
        report = await refreshed(tmp_path, ports)
    (line,) = (one for one in report.providers if one.provider == "ollama")
    assert (line.outcome, report.partial) == (Outcome.EMPTY, False)
    assert "install one" in line.message


async def test_a_found_server_loses_its_last_model(tmp_path: Path) -> None:
    ollama = Server({"/api/tags": small("ollama", "tags")})
    async with serving(ollama) as ports:
        await refreshed(tmp_path, ports)
        ollama.said = NO_MODELS
        report = await refreshed(tmp_path, ports, force=True)
    (line,) = (one for one in report.providers if one.provider == "ollama")
    assert (line.outcome, line.models, report.partial) == (Outcome.OK, 0, False)


@pytest.mark.parametrize("provider", ["together", "xai", "cerebras", "fireworks", "dashscope"])
async def test_an_empty_list_is_held_whatever_other_routes_the_provider_has(
    house: House, provider: str
) -> None:
    await house.line(provider)
    before = house.catalog.essence()
    house.loopback.break_with({provider: "empty_list"})
    line = await house.line(provider)
    assert line.outcome is Outcome.HELD
    assert house.catalog.essence() == before
    (aside,) = house.catalog.held().values()
    assert aside.held.hold.kind is HoldKind.EMPTY


async def test_an_empty_list_is_held_though_a_route_of_facts_is_sick(house: House) -> None:
    await house.line("xai")
    house.loopback.break_with(
        {"xai/v1/models": "empty_list", "xai/v1/language-models": "server_error"}
    )
    assert (await house.line("xai")).outcome is Outcome.HELD


async def test_a_held_empty_list_is_taken_when_it_comes_again(house: House) -> None:
    await house.line("together")
    house.loopback.break_with({"together": "empty_list"})
    await house.line("together")
    house.now += timedelta(hours=2)
    line = await house.line("together")
    assert (line.outcome, line.models) == (Outcome.OK, 0)
    assert house.catalog.held() == {}


async def test_the_last_model_of_one_route_goes_while_another_has_models(house: House) -> None:
    house.environ = {**house.environ, "FIREWORKS_ACCOUNT_ID": "mine"}
    await house.line("fireworks")
    house.loopback.break_with({"fireworks/v1/accounts/mine/models": "empty_list"})
    house.now += timedelta(hours=1)
    assert (await house.line("fireworks")).outcome is Outcome.OK
    lives = map(house.catalog.remembered, house.ids("fireworks"))
    gone = {one.lifecycle for one in lives if one and not one.listed}
    assert gone == {Lifecycle.STALE}


async def test_a_list_is_whole_though_one_of_its_routes_has_no_models(house: House) -> None:
    house.environ = {**house.environ, "FIREWORKS_ACCOUNT_ID": "mine"}
    house.loopback.break_with({"fireworks/v1/accounts/mine/models": "empty_list"})
    await house.line("fireworks")
    assert (await house.line("fireworks", force=False)).outcome is Outcome.CACHED


async def test_a_held_empty_list_is_asked_for_by_the_schedule_until_it_is_taken(
    house: House,
) -> None:
    await house.refresh("groq")
    house.loopback.break_with({"groq": "empty_list"})
    outcomes = []
    for _ in range(3):
        house.now += timedelta(hours=7)
        (line,) = (one for one in (await house.scheduled()).providers if one.provider == "groq")
        outcomes.append(line.outcome)
    assert outcomes == [Outcome.HELD, Outcome.OK, Outcome.OK]
