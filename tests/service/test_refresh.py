"""The refresh as a whole, against the loopback provider: what it shows, keeps and says."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import pytest

from modeldex.domain.model import Tier
from modeldex.domain.outcome import Outcome
from modeldex.domain.report import ProviderReport, Report
from modeldex.service.refresh import refresh
from modeldex.service.workshop import Wish
from modeldex.settings.config import load
from modeldex.settings.home import home
from modeldex.storage.catalog_file import CatalogFile
from modeldex.storage.publishing import current
from modeldex.transport.limits import Limits
from modeldex.wiring import workshop
from tests.loopback import LoopbackProviders
from tests.loopback.refreshing import connected

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HASTY = Limits(read_s=0.5, attempt_s=1.0)
"""For a provider that never answers."""


class House:
    """One user's home, the providers they reach, and a clock that the test moves."""

    def __init__(self, folder: Path, loopback: LoopbackProviders) -> None:
        self.places = home({"MODELDEX_HOME": str(folder)})
        self.loopback = loopback
        self.environ: Mapping[str, str] = loopback.environment()
        self.now = NOW
        self.limits = Limits()
        folder.mkdir(parents=True)

    async def scheduled(self) -> Report:
        """A refresh of what the schedule has fall due."""
        return await self.refresh(due=True)

    async def refresh(
        self, *only: str, force: bool = False, offline: bool = False, due: bool = False
    ) -> Report:
        self.places.config.write_text(self.loopback.config(), "utf-8")
        config = load(self.places.config)
        everyone = connected(self.loopback, config, self.environ)
        parts = workshop(self.places, config, everyone)._replace(
            limits=self.limits, clock=self.tick
        )
        return await refresh(parts, Wish(frozenset(only), force, offline, due=due))

    def tick(self) -> datetime:
        """The moment, and a microsecond is over."""
        self.now += timedelta(microseconds=1)
        return self.now

    async def line(self, provider: str, *, force: bool = True) -> ProviderReport:
        report = await self.refresh(provider, force=force)
        return report.providers[0]

    @property
    def catalog(self) -> CatalogFile:
        path = current(self.places.catalogs)
        assert path is not None
        return CatalogFile(path)

    def ids(self, provider: str) -> set[str]:
        return {name for name in self.catalog.essence() if name.startswith(f"{provider}/")}

    def tiers(self, provider: str) -> set[str | None]:
        found = (self.catalog.get(name) for name in self.ids(provider))
        return {model.tier for model in found if model}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with LoopbackProviders() as loopback:
        yield House(tmp_path / "home", loopback)


async def test_every_provider_is_asked_and_answers(house: House) -> None:
    report = await house.refresh()
    assert {line.outcome for line in report.providers} == {Outcome.OK}


async def test_every_record_served_becomes_a_model(house: House) -> None:
    await house.refresh("openrouter")
    served = house.loopback.feed("openrouter", "/api/v1/models")
    ids = {f"openrouter/{json.loads(bytes(record))['id']}" for record in served.records}
    assert ids <= house.ids("openrouter")


async def test_smaller_pages_give_the_same_models(tmp_path: Path, house: House) -> None:
    await house.refresh()
    async with LoopbackProviders(page_size=2) as paged:
        other = House(tmp_path / "other", paged)
        await other.refresh()
        assert len(paged.seen) > len(house.loopback.seen)
    assert other.catalog.essence().keys() == house.catalog.essence().keys()


async def test_a_fresh_list_is_not_asked_for_again(house: House) -> None:
    await house.line("groq")
    house.loopback.forget()
    assert (await house.line("groq", force=False)).outcome is Outcome.CACHED
    assert house.loopback.seen == ()


async def test_a_list_is_asked_for_again_when_it_is_an_hour_old(house: House) -> None:
    await house.line("groq")
    house.now += timedelta(hours=1)
    assert (await house.line("groq", force=False)).outcome is Outcome.OK


async def test_without_a_key_nobody_is_asked_and_the_manifest_is_shown(house: House) -> None:
    house.environ = {}
    line = await house.line("groq")
    assert (line.outcome, line.failed, house.loopback.seen) == (Outcome.NO_KEY, False, ())
    assert house.tiers("groq") == {Tier.MANIFEST}
    assert line.models == len(house.ids("groq")) > 0
    assert "GROQ_API_KEY" in line.message


async def test_a_public_list_needs_no_key(house: House) -> None:
    house.environ = {}
    assert (await house.line("openrouter")).outcome is Outcome.OK
    assert house.tiers("openrouter") == {Tier.LIVE}


async def test_a_list_got_with_a_key_is_marked_so(house: House) -> None:
    await house.line("openrouter")
    assert house.tiers("openrouter") == {Tier.LIVE_WITH_KEY}


async def test_a_public_list_is_not_marked_as_got_with_a_key_that_was_not_sent(
    house: House,
) -> None:
    await house.line("huggingface")
    assert house.tiers("huggingface") == {Tier.LIVE}


async def test_a_failure_without_an_earlier_list_shows_the_manifest(house: House) -> None:
    house.loopback.break_with({"groq": "server_error"})
    line = await house.line("groq")
    assert (line.outcome, line.failed) == (Outcome.UNREACHABLE, True)
    assert house.tiers("groq") == {Tier.MANIFEST}


@pytest.mark.parametrize(
    "fault", ["server_error", "hang", "bad_key", "empty_list", "truncated_json"]
)
async def test_a_failure_keeps_the_earlier_list_with_its_age(house: House, fault: str) -> None:
    await house.line("groq")
    before = house.ids("groq")
    house.now += timedelta(hours=2)
    house.loopback.break_with({"groq": fault})
    house.limits = HASTY
    line = await house.line("groq")
    assert house.ids("groq") == before
    assert (line.age_s, line.models, line.removed) == (7200, len(before), 0)


async def test_a_partial_list_removes_no_model(house: House) -> None:
    async with LoopbackProviders(page_size=1) as house.loopback:
        await house.line("anthropic")
        before = house.ids("anthropic")
        house.loopback.break_with({"anthropic": "second_page_fails"})
        assert (await house.line("anthropic")).outcome is Outcome.PARTIAL
    assert house.ids("anthropic") == before


async def test_a_partial_list_leaves_the_earlier_pages_as_they_were(house: House) -> None:
    async with LoopbackProviders(page_size=1) as house.loopback:
        await house.line("anthropic")
        before = [stamp.pages for stamp in house.catalog.listings()]
        house.loopback.break_with({"anthropic": "second_page_fails"})
        await house.line("anthropic")
    assert [stamp.pages for stamp in house.catalog.listings()] == before


async def test_a_partial_list_is_shown_where_there_is_no_other(house: House) -> None:
    sick = LoopbackProviders(page_size=1, faults={"anthropic": "second_page_fails"})
    async with sick as house.loopback:
        await house.line("anthropic")
    assert len(house.ids("anthropic")) == 1


async def test_a_sick_facts_route_keeps_its_earlier_facts(house: House) -> None:
    await house.line("cerebras")
    before = house.catalog.essence()
    house.loopback.break_with({"cerebras/public/v1/models": "server_error"})
    line = await house.line("cerebras")
    assert line.outcome is Outcome.OK
    assert "'public-facts'" in line.message
    assert house.catalog.essence() == before


async def test_a_fallback_stands_in_for_a_sick_list(house: House) -> None:
    house.loopback.break_with({"fireworks/v1/accounts/fireworks/models": "server_error"})
    assert (await house.line("fireworks")).outcome is Outcome.OK
    assert house.ids("fireworks")


async def test_adding_a_key_that_is_refused_keeps_the_public_list(house: House) -> None:
    keys, house.environ = house.environ, {}
    await house.line("openrouter")
    before = house.ids("openrouter")
    house.environ = {**keys, "OPENROUTER_API_KEY": "wrong"}
    house.loopback.break_with({"openrouter/api/v1/models": "server_error"})
    assert (await house.line("openrouter")).outcome is Outcome.KEY_REJECTED
    assert house.ids("openrouter") == before
    assert not any(
        stamp.provider == "openrouter" and house.catalog.opened(stamp.connection)
        for stamp in house.catalog.listings()
    )


async def test_a_model_keeps_the_moment_when_it_was_first_seen(house: House) -> None:
    await house.line("groq")
    house.now += timedelta(days=3)
    await house.line("groq")
    model = house.catalog.get(min(house.ids("groq")))
    assert model is not None
    assert model.first_seen is not None
    assert (model.first_seen.day, house.now.day) == (NOW.day, NOW.day + 3)


async def test_an_unchanged_list_changes_nothing(house: House) -> None:
    await house.refresh()
    house.now += timedelta(hours=2)
    again = await house.refresh()
    assert {(line.added, line.removed, line.changed) for line in again.providers} == {(0, 0, 0)}


async def test_a_provider_that_fails_three_times_is_left_alone(house: House) -> None:
    house.loopback.break_with({"groq": "server_error"})
    for _ in range(3):
        await house.line("groq")
    house.loopback.forget()
    line = await house.line("groq", force=False)
    assert (line.outcome, house.loopback.seen) == (Outcome.UNREACHABLE, ())
    house.now += timedelta(minutes=2)
    await house.line("groq", force=False)
    assert len(house.loopback.seen) > 0


async def test_force_asks_a_provider_that_is_left_alone(house: House) -> None:
    house.loopback.break_with({"groq": "rate_limited"})
    await house.line("groq")
    house.loopback.break_with({})
    assert (await house.line("groq", force=False)).outcome is Outcome.RATE_LIMITED
    assert (await house.line("groq")).outcome is Outcome.OK


async def test_a_clock_set_back_makes_no_list_fresh_for_ever(house: House) -> None:
    await house.line("groq")
    house.now -= timedelta(days=400)
    assert (await house.line("groq", force=False)).outcome is Outcome.OK


async def test_offline_asks_nobody_and_still_shows_everything(house: House) -> None:
    await house.refresh()
    before = house.catalog.essence()
    house.loopback.forget()
    report = await house.refresh(offline=True, force=True)
    assert {(line.outcome, line.skipped) for line in report.providers} == {(Outcome.CACHED, True)}
    assert (house.loopback.seen, house.catalog.essence()) == ((), before)


async def test_a_list_that_never_came_is_not_called_fresh(house: House) -> None:
    [line] = (await house.refresh("groq", offline=True)).providers
    assert (line.outcome, line.skipped, line.failed) == (Outcome.CACHED, True, False)
    assert "before" not in line.message


async def test_the_list_of_another_key_is_set_aside_and_said_to_be(house: House) -> None:
    good = house.environ
    listed = (await house.line("groq")).models
    house.environ = {**good, "GROQ_API_KEY": "gsk_" + "wrong" * 10}
    for _ in range(2):
        refused = await house.line("groq")
        assert (refused.outcome, refused.age_s) == (Outcome.KEY_REJECTED, None)
        assert "the list that another key brought is set aside" in refused.message
        assert house.tiers("groq") == {Tier.MANIFEST}
    [stamp] = [one for one in house.catalog.listings() if one.provider == "groq"]
    assert "set aside" in stamp.message
    house.environ = good
    assert (await house.line("groq")).models == listed


async def test_a_key_that_is_refused_at_first_has_nothing_set_aside(house: House) -> None:
    house.environ = {**house.environ, "GROQ_API_KEY": "gsk_" + "wrong" * 10}
    assert "set aside" not in (await house.line("groq")).message


async def test_refreshes_at_the_same_time_ask_once(house: House) -> None:
    reports = await asyncio.gather(*(house.refresh("groq", force=True) for _ in range(5)))
    outcomes = sorted(report.providers[0].outcome for report in reports)
    assert outcomes == [*["cached"] * 4, "ok"]
    assert len(house.loopback.seen) == 1


async def test_a_lost_page_costs_a_list_but_no_refresh(house: House) -> None:
    await house.line("groq")
    for page in house.places.raw.rglob("*.gz"):
        page.unlink()
    report = await house.refresh("groq", offline=True)
    assert report.catalog is not None
    assert house.tiers("groq") == {Tier.MANIFEST}


async def test_a_folder_that_cannot_be_written_is_told_and_not_raised(house: House) -> None:
    house.places.catalogs.parent.mkdir(exist_ok=True)
    house.places.catalogs.write_text("a file where a folder belongs")
    report = await house.refresh("groq")
    assert report.catalog is None
    assert str(house.places.catalogs) in report.message


async def test_a_scheduled_refresh_asks_each_provider_once_per_interval(house: House) -> None:
    await house.scheduled()
    asked = len(house.loopback.seen)
    for _ in range(3):
        await house.scheduled()
    assert len(house.loopback.seen) == asked
    house.now += timedelta(hours=6)
    await house.scheduled()
    assert len(house.loopback.seen) == 2 * asked


async def test_when_nothing_is_due_nothing_is_published(house: House) -> None:
    await house.scheduled()
    before = house.catalog.path
    report = await house.scheduled()
    assert (report.message, house.catalog.path) == ("nothing is due", before)


async def test_two_schedulers_at_once_ask_once(house: House) -> None:
    alone = House(house.places.data.parent / "alone", house.loopback)
    await alone.scheduled()
    asked = len(house.loopback.seen)
    async with anyio.create_task_group() as group:
        group.start_soon(house.scheduled)
        group.start_soon(house.scheduled)
    assert len(house.loopback.seen) == 2 * asked
