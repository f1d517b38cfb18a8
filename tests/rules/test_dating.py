from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from modeldex.domain.claims import Claims
from modeldex.domain.model import Model, Tier
from modeldex.domain.provider import Provider
from modeldex.domain.source import Evidence, Losing, Source
from modeldex.rules.dating import doubted, made_on, stamped
from modeldex.rules.resolve import Resolver

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MADE = date(2025, 6, 13)


def said(source: Source, name: str, **claims: Any) -> tuple[Evidence, Claims]:
    evidence = Evidence(source=source, evidence=source.value, observed_at=NOW)
    return evidence, Claims(native_id=name, **claims)


def resolved(
    name: str,
    *witnesses: tuple[Evidence, Claims],
    at: str = "p",
    made: dict[str, date] | None = None,
) -> tuple[Model, tuple[Losing, ...]]:
    row = Provider(id=at, name="P", base_url="https://p.example", dialect="openai")
    resolver = Resolver(NOW, {}, made)
    found = resolver.model(row, name, witnesses, tier=Tier.LIVE, seen=None, first_seen=None)
    return found, resolver.losing.get(found.id, ())


def on(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


@pytest.mark.parametrize(
    ("native_id", "said"),
    [
        ("gpt-4o-2024-11-20", "2024-11-20"),
        ("claude-sonnet-4@20250514", "2025-05-14"),
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "2025-09-29"),
        ("command-r7b-12-2024", "2024-12"),
        ("gemini-2.5-flash-preview-09-2025", "2025-09"),
        ("mistralai/mistral-large-2512", "2025-12"),
        ("Qwen/Qwen3-30B-A3B-Instruct-2507", "2025-07"),
        ("qwen3-235b-a22b-2507:free", "2025-07"),
        ("gpt-4o-2024-02-31", "2024-02"),
    ],
)
def test_an_id_may_state_its_day_or_its_month(native_id: str, said: str) -> None:
    assert str(stamped(native_id)) == said


@pytest.mark.parametrize(
    "native_id",
    [
        "gpt-4-0613",
        "kimi-k2-0905-preview",
        "grok-2-1212",
        "deepseek-r1-0528",
        "gemini-2.5-pro-preview-05-06",
        "llama-2048",
        "model-2513",
        "qwen2512",
        "gpt-4-32k",
        "m",
    ],
)
def test_a_number_that_names_no_month_of_a_year_is_no_stamp(native_id: str) -> None:
    assert stamped(native_id) is None


@pytest.mark.parametrize(
    ("native_id", "released"),
    [
        ("openai-gpt-4o-2024-11-20", date(2026, 2, 28)),
        ("mistralai/mistral-large-2512", date(2024, 11, 1)),
        ("command-r7b-12-2024", date(2024, 2, 27)),
    ],
)
def test_a_day_months_away_from_the_stamp_of_the_id_is_doubted(
    native_id: str, released: date
) -> None:
    reason = doubted(released, [native_id], None)
    assert reason is not None
    assert str(stamped(native_id)) in reason


def test_the_stamp_of_the_base_counts_where_the_id_has_none() -> None:
    names = ("mistral.ministral-3-8b-instruct", "mistral/ministral-8b-2512")
    assert doubted(date(2024, 12, 1), names, None) == "the name says 2025-12"


@pytest.mark.parametrize("released", [date(2024, 11, 20), date(2024, 9, 1), date(2025, 2, 1)])
def test_a_day_within_months_of_the_stamp_stands(released: date) -> None:
    assert doubted(released, ["gpt-4o-2024-11-20"], None) is None


@pytest.mark.parametrize(
    ("released", "stands"),
    [
        (date(2025, 6, 13), True),
        (date(2025, 7, 1), True),
        (date(2025, 3, 1), True),
        (date(2025, 8, 15), False),
        (date(2024, 6, 26), False),
    ],
)
def test_a_day_after_the_labs_own_list_or_long_before_it_is_doubted(
    released: date, stands: bool
) -> None:
    assert (doubted(released, ["o3-deep-research"], MADE) is None) is stands


def test_a_doubted_day_is_not_published_and_kept_with_its_reason() -> None:
    late = said(Source.KNOWLEDGE, "x-2024-11-20", released=date(2026, 2, 28))
    found, (lost,) = resolved("x-2024-11-20", late)
    assert found.released is None
    assert "released" not in found.sources
    assert (lost.value, lost.evidence, lost.reason) == (
        date(2026, 2, 28),
        late[0],
        "the name says 2024-11-20",
    )


def test_the_strongest_day_that_is_not_doubted_is_published() -> None:
    name = "x-2024-11-20"
    found, lost = resolved(
        name,
        said(Source.API, name, released=date(2026, 2, 28)),
        said(Source.KNOWLEDGE, name, released=date(2024, 11, 20)),
        said(Source.HEURISTIC, name, released=date(2024, 11, 21)),
    )
    assert found.released == date(2024, 11, 20)
    assert found.sources["released"].source is Source.KNOWLEDGE
    assert [one.value for one in lost] == [date(2026, 2, 28), date(2024, 11, 21)]


def test_what_a_person_decided_is_not_doubted() -> None:
    decided = said(Source.OVERRIDE, "x-2024-11-20", released=date(2026, 2, 28))
    assert resolved("x-2024-11-20", decided)[0].released == date(2026, 2, 28)


def test_the_labs_own_list_doubts_the_day_of_its_model() -> None:
    name = "o3-deep-research"
    found, (lost,) = resolved(
        name,
        said(Source.API, name, created=on(MADE)),
        said(Source.KNOWLEDGE, name, released=date(2024, 6, 26)),
        at="openai",
    )
    assert found.released is None
    assert "2025-06-13" in lost.reason


def test_the_day_on_which_a_reseller_listed_a_model_doubts_nothing() -> None:
    name = "o3-deep-research"
    released = date(2024, 6, 26)
    found, _ = resolved(
        name,
        said(Source.API, name, created=on(MADE)),
        said(Source.KNOWLEDGE, name, released=released),
        at="openrouter",
    )
    assert found.released == released


def test_the_labs_own_list_doubts_the_day_at_a_reseller_by_the_base() -> None:
    base = "openai/o3-deep-research"
    elsewhere = said(Source.KNOWLEDGE, "o3", base=base, released=date(2024, 6, 26))
    assert resolved("o3", elsewhere, made={base: MADE})[0].released is None
    assert resolved("o3", elsewhere)[0].released == date(2024, 6, 26)


def listed(name: str, base: str | None, created: date, at: str = "openai") -> Model:
    return resolved(name, said(Source.API, name, base=base, created=on(created)), at=at)[0]


def test_the_earliest_record_of_a_base_says_since_when_its_lab_lists_it() -> None:
    models = [
        listed("gpt-5", "openai/gpt-5", date(2025, 8, 5)),
        listed("gpt-5-2025-08-07", "openai/gpt-5", date(2025, 8, 1)),
        listed("ft:gpt-5:acme", None, date(2026, 1, 1)),
        listed("openai/gpt-5", "openai/gpt-5", date(2025, 1, 1), at="openrouter"),
    ]
    assert made_on(models) == {"openai/gpt-5": date(2025, 8, 1)}


def test_a_record_that_was_made_anew_is_as_old_as_the_stamp_of_its_id() -> None:
    name = "gpt-4o-search-preview-2025-03-11"
    anew = listed(name, "openai/gpt-4o-search-preview", date(2026, 2, 24))
    assert made_on([anew]) == {"openai/gpt-4o-search-preview": date(2025, 3, 11)}
