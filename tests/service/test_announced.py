from datetime import date
from pathlib import Path

import pytest

from bench.public_way import fresh, walked
from modeldex.domain.catalog import How
from modeldex.domain.shortlist import Bucket
from modeldex.providers import packaged
from modeldex.service.announced import Announcement, announcements, last_known
from modeldex.service.reading import Catalog

OPUS = "anthropic/claude-opus-4-20250514"


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What somebody sees who never asked a provider and has no key."""
    return fresh(tmp_path_factory.mktemp("fresh") / "fresh.db")


def said(retires_on: date | None, *, removed: bool = False) -> Announcement:
    return Announcement("p", "m", retires_on, ("n",), "its page", removed)


def unlisted(catalog: Catalog) -> list[Announcement]:
    """The announced ends that have come, of models in no list."""
    over = (one for one in announcements().values() if one.over(date(2026, 11, 20)))
    return [one for one in over if catalog.get(one.id) is None]


def test_a_retired_id_of_no_list_leads_to_the_announced_successor(catalog: Catalog) -> None:
    found = catalog.resolve(OPUS)
    assert (found.id, found.how) == ("anthropic/claude-opus-4-8", How.REDIRECT)
    assert found.chain == (OPUS, "anthropic/claude-opus-4-8")


def test_the_announcement_and_its_page_are_among_the_reasons(catalog: Catalog) -> None:
    first = catalog.resolve(OPUS).reasons[0]
    assert "2026-06-15" in first
    assert "https://platform.claude.com/docs/en/about-claude/model-deprecations" in first


def test_the_bare_name_of_a_retired_model_leads_there_too(catalog: Catalog) -> None:
    assert catalog.resolve("claude-opus-4-20250514").id == "anthropic/claude-opus-4-8"


def test_a_retired_id_without_a_successor_in_the_catalog_gets_a_stand_in(catalog: Catalog) -> None:
    found = catalog.resolve("openai/gpt-3.5-turbo-1106")
    assert found.how is How.STAND_IN
    assert found.id.startswith("openai/")
    assert "openai announced the end of gpt-3.5-turbo-1106" in found.reasons[0]


def test_every_announced_end_leads_as_the_bench_demands() -> None:
    way = walked()
    assert way.led == way.there > 0
    assert (way.silent, way.refused) == ((), ())


def test_a_retired_id_leads_to_no_other_vendor_without_a_key_of_it(catalog: Catalog) -> None:
    over = [one for one in announcements().values() if one.over(date(2026, 11, 20))]
    led = {one.id: catalog.resolve(one.id).id for one in over}
    assert {one.partition("/")[0] for one in led} >= {"openai", "gemini"}
    assert [one for one, to in led.items() if one.split("/")[0] != to.split("/")[0]] == []


@pytest.mark.parametrize("keys", [{}, {"openai": None, "groq": None}])
def test_a_retired_bare_name_leads_to_no_other_vendor_without_a_key_of_it(
    catalog: Catalog, keys: dict[str, str | None]
) -> None:
    mine = catalog.with_keys(keys)
    led = [(one, mine.resolve(one.native_id)) for one in unlisted(catalog)]
    assert len(led) > 60
    strange = [
        (one.native_id, found.id)
        for one, found in led
        if found.how is not How.PASSED_THROUGH
        if found.id.partition("/")[0] not in (one.provider, *keys)
    ]
    assert strange == []


def test_a_retired_bare_name_leads_where_its_id_does(catalog: Catalog) -> None:
    mine = catalog.with_keys({"openai": None, "groq": None})
    for name in ("gpt-4", "GPT 4", "gpt-3.5-turbo", "o1-pro"):
        found = mine.resolve(name)
        assert found.id.startswith("openai/gpt-5"), name
        assert found.alternatives, name


def test_a_dead_id_is_no_answer_to_a_bare_name(catalog: Catalog) -> None:
    found = [catalog.resolve(one.native_id) for one in unlisted(catalog)]
    assert [one.id for one in found if one.chain[1:] and catalog.get(one.id) is None] == []
    sora = catalog.resolve("sora-2-2025-10-06")
    assert (sora.id, sora.how) == ("sora-2-2025-10-06", How.PASSED_THROUGH)
    assert "openai announced the end of sora-2-2025-10-06" in sora.reasons[-1]


@pytest.mark.parametrize("name", ["gpt-4o", "GPT 4o"])
def test_who_has_no_key_is_led_to_the_lab_that_serves_it(catalog: Catalog, name: str) -> None:
    assert catalog.resolve(name).id == "openai/gpt-4o"


@pytest.mark.parametrize("keys", [{}, {"openai": "env:OPENAI_API_KEY"}])
@pytest.mark.parametrize("name", ["openai/o1", "cohere/command-r-plus", "openai/no-such-model"])
def test_an_id_that_names_a_provider_stays_with_it(
    catalog: Catalog, name: str, keys: dict[str, str | None]
) -> None:
    provider = name.partition("/")[0]
    assert catalog.with_keys(keys).resolve(name).id.partition("/")[0] == provider


def test_a_closed_service_is_never_put_forward(catalog: Catalog) -> None:
    names = [*announcements(), "cohere/command-r-plus", "openai/gpt-oss-120b", "Command R Plus"]
    found = [catalog.resolve(name) for name in names]
    places = {one for each in found for one in (each.id, *each.alternatives)}
    picks = {pick.id for bucket in Bucket for pick in catalog.picks().buckets[bucket]}
    closed = {row.id for row in packaged().values() if row.retired}
    assert [one for one in places | picks if one.partition("/")[0] in closed] == []


def test_a_closed_service_alone_gives_nothing_to_pick(tmp_path: Path) -> None:
    catalog = fresh(tmp_path / "closed.db", only=("github-models",))
    assert catalog.find(kind="chat")
    assert not any(catalog.picks().buckets.values())


def test_a_model_of_a_closed_service_keeps_its_id(catalog: Catalog) -> None:
    [first, *_] = catalog.find(provider="github-models")
    found = catalog.resolve(first.id)
    assert (found.id, found.how) == (first.id, How.EXACT)
    assert "was closed on" in found.reasons[0]


@pytest.mark.parametrize(
    ("announced", "over"),
    [
        (said(date(2026, 11, 20)), True),
        (said(date(2026, 11, 21)), False),
        (said(None), False),
        (said(None, removed=True), True),
    ],
)
def test_an_end_has_come_on_its_day_and_not_before(announced: Announcement, over: bool) -> None:
    assert announced.over(date(2026, 11, 20)) is over


def test_a_model_of_no_list_has_what_is_known_of_it() -> None:
    gone = last_known(packaged()["openai"], "gpt-4-0613")
    assert (gone.id, gone.successor) == ("openai/gpt-4-0613", "gpt-5.6-sol")
    assert gone.lab == "openai"
