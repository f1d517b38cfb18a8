"""Newer editions of the public datasets: asked for when due, taken when trusted, never in the way."""

import asyncio
import gzip
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from modeldex.domain.errors import BadConfig
from modeldex.domain.outcome import Outcome
from modeldex.domain.report import EditionReport, KnowledgeReport, Report
from modeldex.knowledge.in_force import in_force
from modeldex.knowledge.known import Known
from modeldex.service.building import build
from modeldex.service.connecting import connections, rows
from modeldex.service.refresh import refresh
from modeldex.service.workshop import Wish, Workshop
from modeldex.settings.config import load
from modeldex.settings.home import home
from modeldex.storage.catalog_file import CatalogFile
from modeldex.storage.publishing import current
from modeldex.transport.limits import Limits
from modeldex.wiring import workshop
from tests.service.publisher import Publisher, as_many, publishing, records

pytestmark = [pytest.mark.anyio, pytest.mark.once]
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
GENAI = "genai-prices"


class Reader:
    """One user's home, a published dataset or two, and a clock that the test moves."""

    def __init__(self, folder: Path, publisher: Publisher) -> None:
        self.places = home({"MODELDEX_HOME": str(folder)})
        self.publisher = publisher
        self.asks = (GENAI,)
        self.settings = ""
        self.limits = Limits(attempts=1, attempt_s=60, total_s=90)
        self.now = NOW
        folder.mkdir(parents=True)

    def parts(self) -> Workshop:
        text = f"[refresh]\n{self.settings}\n{self.publisher.config(*self.asks)}"
        self.places.config.write_text(text, "utf-8")
        config = load(self.places.config)
        known = rows(config, self.places.rows)
        everyone = connections({"openai": known["openai"]}, config, {})
        return workshop(self.places, config, everyone)._replace(limits=self.limits, clock=self.tick)

    def tick(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now

    async def refresh(
        self, *, force: bool = False, offline: bool = False, only: str = ""
    ) -> Report:
        wish = Wish(frozenset({only} if only else ()), force, offline)
        return await refresh(self.parts(), wish)

    async def renew(self, *, force: bool = False) -> KnowledgeReport:
        report = await self.refresh(force=force)
        assert report.catalog is not None
        assert report.knowledge is not None
        return report.knowledge

    async def line(self, name: str = GENAI, *, force: bool = False) -> EditionReport:
        report = await self.renew(force=force)
        return next(line for line in report.editions if line.dataset == name)

    def publish(self, context: int = 1000, *, share: float = 1.0, name: str = GENAI) -> None:
        field = {"models-dev": "limit", GENAI: "context_window"}[name]
        value = {"context": context} if name == "models-dev" else context
        self.publisher.bodies[name] = records(name, as_many(name, share), **{field: value})

    def context(self) -> int | None:
        """The context window that is known of the first model."""
        found = Known.in_force(self.places.knowledge).claims("openai", "made-0")
        return next((one.context_window for _, one in found if one.context_window), None)

    @property
    def hash(self) -> str:
        return in_force(self.places.knowledge).hash


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[Reader]:
    async with publishing() as publisher:
        reader = Reader(tmp_path / "home", publisher)
        reader.publish()
        yield reader


async def test_a_newer_edition_is_taken(reader: Reader) -> None:
    line = await reader.line()
    assert (line.outcome, line.version, line.records) == (
        Outcome.OK,
        "2026-11-20",
        as_many(GENAI),
    )
    assert reader.context() == 1000


async def test_the_catalog_of_the_same_refresh_is_made_with_it(reader: Reader) -> None:
    reader.asks = ("models-dev",)
    reader.publish(name="models-dev")
    await reader.refresh()
    path = current(reader.places.catalogs)
    assert path is not None
    model = CatalogFile(path).get("openai/made-0")
    assert model is not None
    assert model.sources["context_window"].evidence == "models.dev 2026-11-20"


async def test_a_fresh_edition_is_not_asked_for_again(reader: Reader) -> None:
    await reader.renew()
    reader.now += timedelta(hours=23)
    assert (await reader.renew()).outcome is Outcome.CACHED
    assert reader.publisher.asked == [GENAI]


async def test_an_edition_of_yesterday_is_asked_for_with_its_validators(reader: Reader) -> None:
    await reader.renew()
    before = reader.hash
    reader.now += timedelta(days=1)
    line = await reader.line()
    assert (line.outcome, line.published) == (Outcome.CACHED, NOW.date())
    assert b"if-none-match: " in reader.publisher.heads[1].lower()
    assert reader.hash == before


async def test_the_same_bytes_are_no_newer_edition(reader: Reader) -> None:
    reader.publisher.headers[GENAI] = {"etag": ""}
    await reader.renew()
    before = reader.hash
    reader.now += timedelta(days=1)
    assert (await reader.line()).outcome is Outcome.CACHED
    assert (len(reader.publisher.asked), reader.hash) == (2, before)


async def test_a_changed_dataset_changes_what_is_known(reader: Reader) -> None:
    await reader.renew()
    reader.publish(2000)
    reader.now += timedelta(days=1)
    assert (await reader.line()).outcome is Outcome.OK
    assert reader.context() == 2000


async def test_datasets_that_are_not_asked_keep_their_knowledge(reader: Reader) -> None:
    packaged = in_force(reader.places.knowledge).pack
    before = packaged.claims("anthropic", "claude-sonnet-4-6")
    await reader.renew()
    now = in_force(reader.places.knowledge).pack
    assert now.editions.keys() == packaged.editions.keys()
    assert {one.context_window for _, one in now.claims("anthropic", "claude-sonnet-4-6")} == {
        one.context_window for _, one in before
    }


async def test_one_dataset_does_not_cost_another_its_validators(reader: Reader) -> None:
    reader.asks = (GENAI, "models-dev")
    reader.publish(name="models-dev")
    await reader.renew()
    reader.publish(2000, name="models-dev")
    reader.now += timedelta(days=1)
    await reader.renew()
    reader.now += timedelta(days=1)
    assert (await reader.renew()).outcome is Outcome.CACHED
    assert all(b"if-none-match: " in head.lower() for head in reader.publisher.heads[2:])


async def test_a_dataset_that_was_not_due_stays_fresh_in_the_next_pack(reader: Reader) -> None:
    reader.asks = (GENAI, "models-dev")
    reader.publish(name="models-dev")
    reader.publisher.status[GENAI] = "500 Oops"
    await reader.renew()
    reader.publisher.status.clear()
    for _ in range(2):
        reader.now += timedelta(minutes=61)
        await reader.renew()
    assert sorted(reader.publisher.asked) == [GENAI, GENAI, "models-dev"]


async def test_an_edition_that_was_held_leaves_the_validators_of_the_earlier(
    reader: Reader,
) -> None:
    await reader.renew()
    reader.publish(share=0.5)
    reader.now += timedelta(days=1)
    assert (await reader.line()).outcome is Outcome.HELD
    reader.publish()
    reader.now += timedelta(days=1)
    assert (await reader.line()).outcome is Outcome.CACHED
    first, *later = (head.lower() for head in reader.publisher.heads)
    assert b"if-none-match" not in first
    assert all(b"if-none-match" in head for head in later)


async def test_refreshes_at_the_same_time_ask_once(reader: Reader) -> None:
    await asyncio.gather(*(reader.refresh(force=True) for _ in range(3)))
    assert reader.publisher.asked == [GENAI]


@pytest.mark.parametrize(
    ("body", "status", "outcome"),
    [
        (b"", "200 OK", Outcome.EMPTY),
        (b"[]", "200 OK", Outcome.EMPTY),
        (b"{", "200 OK", Outcome.BAD_PAYLOAD),
        (b'{"openai": {}}', "200 OK", Outcome.BAD_PAYLOAD),
        (b"<html>", "200 OK", Outcome.NOT_JSON),
        (b"", "404 Not Found", Outcome.MOVED),
        (b"", "403 Forbidden", Outcome.FORBIDDEN),
        (b"", "302 Found", Outcome.REDIRECTED),
        (b"", "500 Oops", Outcome.UNREACHABLE),
    ],
)
async def test_a_damaged_dataset_keeps_the_earlier_edition(
    reader: Reader, body: bytes, status: str, outcome: Outcome
) -> None:
    before = reader.hash
    reader.publisher.bodies[GENAI], reader.publisher.status[GENAI] = body, status
    line = await reader.line()
    assert (line.outcome, line.version, reader.hash) == (outcome, "v2", before)
    assert "; the edition of 2026-08-21 stays" in line.message


async def test_a_shrunken_edition_is_held_with_the_reason(reader: Reader) -> None:
    reader.publish(share=0.5)
    line = await reader.line()
    assert (line.outcome, reader.context()) == (Outcome.HELD, None)
    assert f"it has {as_many(GENAI, 0.5)} records where there were {as_many(GENAI)}" in line.message


async def test_an_older_edition_is_held_with_the_reason(reader: Reader) -> None:
    reader.publisher.headers[GENAI] = {"last_modified": "Thu, 20 Aug 2026 10:00:00 GMT"}
    line = await reader.line()
    assert line.outcome is Outcome.HELD
    assert "it is of 2026-08-20, older than the one of 2026-08-21" in line.message


async def test_an_edition_is_of_the_day_that_its_publisher_names(reader: Reader) -> None:
    reader.publisher.headers[GENAI] = {"last_modified": "Thu, 19 Nov 2026 10:00:00 GMT"}
    assert (await reader.line()).version == "2026-11-19"


async def test_a_failed_dataset_does_not_fail_the_refresh_nor_the_others(reader: Reader) -> None:
    reader.asks = (GENAI, "models-dev")
    reader.publish(name="models-dev")
    reader.publisher.status[GENAI] = "500 Oops"
    report = await reader.refresh()
    assert report.catalog is not None
    assert report.knowledge is not None
    assert (report.knowledge.outcome, report.partial) == (Outcome.PARTIAL, False)
    assert reader.context() == 1000


async def test_a_failed_dataset_is_left_alone_for_an_hour(reader: Reader) -> None:
    reader.publisher.status[GENAI] = "500 Oops"
    await reader.renew()
    reader.now += timedelta(minutes=50)
    await reader.renew()
    assert len(reader.publisher.asked) == 1
    reader.now += timedelta(minutes=11)
    await reader.renew()
    assert len(reader.publisher.asked) == 2


async def test_a_hung_dataset_costs_no_more_than_its_deadline(reader: Reader) -> None:
    reader.publisher.delay_s[GENAI] = 30
    reader.limits = Limits(attempts=1, attempt_s=0.5, total_s=1)
    began = time.monotonic()
    line = await reader.line()
    assert line.outcome is Outcome.TIMEOUT
    assert time.monotonic() - began < 15


async def test_what_is_compiled_too_late_is_not_waited_for(reader: Reader) -> None:
    reader.limits = Limits(attempts=1, attempt_s=0.2, total_s=0.2)
    before = reader.hash
    line = await reader.line()
    assert (line.outcome, reader.hash) == (Outcome.TIMEOUT, before)


async def test_offline_none_is_asked(reader: Reader) -> None:
    report = await reader.refresh(offline=True, force=True)
    assert (report.knowledge, reader.publisher.asked) == (None, [])


async def test_a_refresh_of_one_provider_asks_no_dataset(reader: Reader) -> None:
    report = await reader.refresh(only="openai", force=True)
    assert (report.knowledge, reader.publisher.asked) == (None, [])


async def test_never_is_never(reader: Reader) -> None:
    reader.settings = "knowledge_ttl_s = 0"
    report = await reader.refresh(force=True)
    assert (report.knowledge, reader.publisher.asked) == (None, [])


async def test_force_asks_for_a_fresh_edition(reader: Reader) -> None:
    await reader.renew()
    await reader.renew(force=True)
    assert len(reader.publisher.asked) == 2


async def test_a_lost_pack_is_asked_for_whole_at_once(reader: Reader) -> None:
    await reader.renew()
    for pack in reader.places.knowledge.glob("*.bin"):
        pack.write_bytes(b"modeldex")
    report = await reader.renew()
    assert report.outcome is Outcome.OK
    assert b"if-none-match" not in reader.publisher.heads[1].lower()
    assert reader.context() == 1000


async def test_a_damaged_pack_that_cannot_be_renewed_is_told(reader: Reader) -> None:
    await reader.renew()
    for pack in reader.places.knowledge.glob("*.bin"):
        pack.write_bytes(b"modeldex")
    reader.publisher.status[GENAI] = "500 Oops"
    assert "is damaged: the packaged knowledge is used" in (await reader.renew()).message


async def test_an_address_that_was_changed_is_asked_anew(reader: Reader) -> None:
    await reader.renew()
    async with publishing() as other:
        other.bodies, reader.publisher = reader.publisher.bodies, other
        await reader.renew()
        assert len(other.heads) == 1
        assert b"if-none-match" not in other.heads[0].lower()


async def test_a_folder_that_cannot_be_written_costs_no_catalog(reader: Reader) -> None:
    reader.places.knowledge.write_text("a file where a folder belongs")
    report = await reader.renew()
    assert report.outcome is Outcome.CACHED
    assert str(reader.places.knowledge) in report.message


async def test_build_asks_whatever_the_age(reader: Reader) -> None:
    await reader.renew()
    reader.settings = "knowledge_ttl_s = 0"
    reader.publish(2000)
    assert (await build(reader.parts())).outcome is Outcome.OK
    assert reader.context() == 2000


@pytest.mark.parametrize("file", ["genai-prices-v2.json.gz", "data.json"])
async def test_build_reads_a_folder_and_asks_nobody(
    reader: Reader, tmp_path: Path, file: str
) -> None:
    body = reader.publisher.bodies[GENAI]
    (tmp_path / file).write_bytes(gzip.compress(body) if file.endswith(".gz") else body)
    report = await build(reader.parts(), tmp_path)
    assert (report.outcome, reader.context(), reader.publisher.asked) == (Outcome.OK, 1000, [])


async def test_a_folder_without_a_dataset_is_a_mistake(reader: Reader, tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match=r"holds no dataset; looked for .*genai-prices-v2"):
        await build(reader.parts(), tmp_path)


async def test_build_takes_a_shrunken_edition_only_when_forced(
    reader: Reader, tmp_path: Path
) -> None:
    reader.publish(share=0.5)
    (tmp_path / "data.json").write_bytes(reader.publisher.bodies[GENAI])
    assert (await build(reader.parts(), tmp_path)).outcome is Outcome.HELD
    assert (await build(reader.parts(), tmp_path, trusting=True)).outcome is Outcome.OK
    assert reader.context() == 1000


async def test_a_dataset_that_is_none_is_named(reader: Reader) -> None:
    reader.settings = "\n[knowledge.model-dev]\nenabled = false"
    with pytest.raises(BadConfig, match=r"knowledge.model-dev.*did you mean 'models-dev'"):
        reader.parts()
