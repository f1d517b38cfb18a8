from datetime import date

import pytest

from modeldex.domain.claims import Claims
from modeldex.domain.source import Source
from modeldex.knowledge.by_base import ByBase, Release, Weights
from modeldex.knowledge.compiling import Said, compiled
from modeldex.knowledge.pack import Pack, load
from modeldex.knowledge.packfile import unpack
from modeldex.knowledge.recalling import recalled
from tests.knowledge.datasets_written import edition

BASE = "openai/gpt-oss-20b"
EDITIONS = {"models-dev": edition("models-dev")}


def weights(homes: tuple[str, ...] = (), **said: bool) -> Weights:
    heard = ByBase()
    for provider, open_weights in said.items():
        heard.heard(BASE, provider, Claims(native_id="x", open_weights=open_weights))
    return dict(heard.weights(lambda base: homes))[BASE]


def release(*days: date) -> Release | None:
    heard = ByBase()
    for at, day in enumerate(days):
        heard.heard(BASE, f"host{at}", Claims(native_id="x", released=day))
    return dict(heard.releases()).get(BASE)


@pytest.mark.parametrize(
    ("said", "opened"),
    [
        ({"one": True}, True),
        ({"one": False, "two": False}, False),
        ({"one": True, "two": True, "three": False}, True),
        ({"one": True, "two": False, "three": False}, None),
        ({"huggingface": True, "home": False}, True),
        ({"home": True, "two": False}, True),
        ({"home": False, "one": True, "two": True}, False),
    ],
)
def test_weights_are_what_the_listings_of_a_base_decide_together(
    said: dict[str, bool], opened: bool | None
) -> None:
    assert weights(("home",), **said).open is opened


def test_a_home_that_says_both_decides_nothing() -> None:
    assert weights(("home", "away"), home=True, away=False).open is None


def test_the_reason_names_the_base_and_counts_who_says_what() -> None:
    why = weights(one=True, two=True, three=False).why
    assert why == f"by base {BASE}: 2 providers have it as open weights, 1 not"


def test_a_base_came_out_when_most_of_its_listings_say() -> None:
    four = [date(2025, 8, 5), date(2025, 8, 5), date(2025, 8, 6), date(2025, 8, 13)]
    found = release(*four, date(2024, 1, 1))
    assert found is not None
    assert found.day == date(2025, 8, 5)
    assert [found.may_be(day) for day in (date(2024, 1, 1), date(2025, 10, 1))] == [False, True]


def test_a_few_listings_outvote_nobody() -> None:
    assert release(*[date(2024, 6, 26)] * 3, date(2025, 6, 27)) is None


def test_listings_that_differ_outvote_nobody() -> None:
    assert release(*[date(2025, 4, 29)] * 4, *[date(2026, 1, 28)] * 3) is None


def compiled_of(**said: Claims) -> bytes:
    models = {name.replace("_", "-"): {claims.native_id: claims} for name, claims in said.items()}
    dataset = Said(edition=EDITIONS["models-dev"], models=models, records=len(models))
    return compiled({"models-dev": dataset}, {})


def hosted(**fields: object) -> Claims:
    return Claims(native_id="openai/gpt-oss-20b", **fields)  # type: ignore[arg-type]


def conflicting() -> bytes:
    return compiled_of(
        groq=hosted(open_weights=True),
        novita_ai=hosted(open_weights=True),
        siliconflow=hosted(open_weights=False),
    )


def opened(pack: Pack, provider: str) -> list[tuple[Source, bool]]:
    return [
        (evidence.source, claims.open_weights)
        for evidence, claims in pack.claims(provider, "openai/gpt-oss-20b")
        if claims.open_weights is not None
    ]


def test_a_listing_that_is_overruled_says_what_its_base_says() -> None:
    pack = load(conflicting())
    assert opened(pack, "siliconflow") == [(Source.HEURISTIC, True)]
    assert opened(pack, "groq") == [(Source.KNOWLEDGE, True)]


def test_what_is_overruled_is_kept_with_the_reason() -> None:
    pack = load(conflicting())
    (lost,) = pack.overruled("siliconflow", "openai/gpt-oss-20b")
    assert (lost.field, lost.value, lost.evidence.source) == (
        "open_weights",
        False,
        Source.KNOWLEDGE,
    )
    assert lost.reason == f"by base {BASE}: 2 providers have it as open weights, 1 not"
    assert pack.overruled("groq", "openai/gpt-oss-20b") == ()


def test_listings_that_differ_about_weights_are_a_conflict() -> None:
    (conflict,) = load(conflicting()).conflicts()
    assert (conflict.provider, conflict.field, conflict.taken) == (
        "siliconflow",
        "open_weights",
        True,
    )
    assert conflict.others == {"models-dev": False}
    assert conflict.evidence.startswith(f"by base {BASE}: ")


def test_weights_about_which_nobody_decides_are_left_open_on_both_sides() -> None:
    pack = load(compiled_of(groq=hosted(open_weights=True), siliconflow=hosted(open_weights=False)))
    assert opened(pack, "groq") == opened(pack, "siliconflow") == []
    assert [(one.provider, one.taken) for one in pack.conflicts()] == [
        ("groq", None),
        ("siliconflow", None),
    ]


def test_a_day_that_the_base_contradicts_is_no_claim_and_kept_with_the_reason() -> None:
    days = {
        name: hosted(released=date(2025, 8, 5))
        for name in ("groq", "novita_ai", "siliconflow", "together")
    }
    pack = load(compiled_of(**days, scaleway=hosted(released=date(2024, 1, 1))))
    assert pack.claims("scaleway", "openai/gpt-oss-20b") == ()
    (lost,) = pack.overruled("scaleway", "openai/gpt-oss-20b")
    assert (lost.field, lost.value) == ("released", date(2024, 1, 1))


def test_what_was_overruled_is_recalled() -> None:
    packed = conflicting()
    again = compiled(recalled(unpack(packed), EDITIONS), {})
    assert again == packed
