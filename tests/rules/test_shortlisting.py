from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.capability import Access, Kind, Modality, Reasoning
from modeldex.domain.lifecycle import Lifecycle
from modeldex.domain.model import Model
from modeldex.domain.price import Price
from modeldex.domain.shortlist import Benchmark, Bucket, Kept, Measured, Shortlist
from modeldex.rules.recommending import STAYS_FOR
from modeldex.rules.shortlisting import LEAST, MARGIN, MOST, PER_LAB, fits, shortlist

TODAY = date(2026, 11, 20)
CHAT = Bucket.CHAT


def model(id: str, usd: str | None = "1", **facts: Any) -> Model:
    provider, _, native = id.partition("/")
    price = None if usd is None else Price(input=Decimal(usd), output=Decimal(usd))
    said = {"kind": Kind.CHAT, "lab": provider, "base": id, "price": price, **facts}
    return Model(id=id, provider=provider, native_id=native, **said)


def table(scores: dict[str, float]) -> list[Benchmark]:
    return [
        Benchmark(
            title="A table",
            buckets=tuple(Bucket),
            zero=0,
            full=1,
            date=TODAY,
            link="https://example.org",
            scores=scores,
        )
    ]


def kept(id: str, *specialty: Bucket) -> Kept:
    return Kept(
        id=id, specialty=specialty, caption="for words", link="https://k.example", seen=TODAY
    )


def chats(models: Sequence[Model], **asked: Any) -> list[str]:
    return [one.id for one in shortlist(models, TODAY, **asked).buckets[CHAT]]


@pytest.mark.parametrize(
    ("facts", "bucket", "fit"),
    [
        ({}, CHAT, True),
        ({"kind": None}, CHAT, False),
        ({"tools": True}, Bucket.CODING, True),
        ({"tools": None}, Bucket.CODING, False),
        ({"reasoning": Reasoning.FIXED}, Bucket.REASONING, True),
        ({"reasoning": Reasoning.NONE}, Bucket.REASONING, False),
        ({"usd": "1"}, Bucket.FAST, True),
        ({"usd": "1.01"}, Bucket.FAST, False),
        ({"usd": None}, Bucket.FAST, False),
        ({"vision": True}, Bucket.VISION, True),
        ({"kind": Kind.IMAGE}, Bucket.IMAGE, True),
        ({"output_modalities": (Modality.TEXT, Modality.IMAGE)}, Bucket.IMAGE, True),
        ({}, Bucket.IMAGE, False),
    ],
)
def test_a_bucket_takes_what_is_known_to_fit(
    facts: dict[str, Any], bucket: Bucket, fit: bool
) -> None:
    assert fits(model("p/m", **facts), bucket) is fit


@pytest.mark.parametrize("bucket", Bucket)
def test_a_batch_that_answers_later_is_for_no_bucket(bucket: Bucket) -> None:
    media = (Modality.TEXT, Modality.IMAGE)
    facts = {"tools": True, "vision": True, "reasoning": Reasoning.FIXED, "batch": True}
    assert fits(model("p/m", output_modalities=media, **facts), bucket)
    assert not fits(model("p/m:batch", output_modalities=media, **facts), bucket)


def test_a_quick_model_is_fast_whatever_it_costs() -> None:
    assert fits(model("p/m", "90"), Bucket.FAST, Measured(date=TODAY, link="", latency_s=0.4))


@pytest.mark.parametrize(
    "facts",
    [
        {"retires_on": TODAY + STAYS_FOR},
        {"lifecycle": Lifecycle.DEPRECATED},
        {"lifecycle": Lifecycle.STALE},
        {"access": Access.NOT_CALLABLE},
        {"available": False},
    ],
)
def test_what_retires_soon_or_cannot_be_called_is_not_shown(facts: dict[str, Any]) -> None:
    assert (
        chats([model("p/m", **facts)], core=[kept("p/m", CHAT)], incumbents={CHAT: ["p/m"]}) == []
    )


def test_what_retires_later_is_shown() -> None:
    later = TODAY + STAYS_FOR + timedelta(days=1)
    assert chats([model("p/m", retires_on=later)]) == ["p/m"]


def test_the_better_comes_first() -> None:
    scores = table({"p/m": 0.3, "q/m": 0.9})
    assert chats([model("p/m"), model("q/m")], benchmarks=scores) == ["q/m", "p/m"]


def test_a_missing_score_is_neither_zero_nor_a_bonus() -> None:
    scores = table({"p/m": 0.2, "q/m": 0.4, "r/m": 0.9})
    models = [model(f"{lab}/m") for lab in "pqrs"]
    found = chats(models, benchmarks=scores, core=[kept("s/m", CHAT)])
    assert found == ["r/m", "s/m", "q/m", "p/m"]


def test_what_nobody_measured_or_keeps_only_fills_up() -> None:
    models = [model(f"{lab}/m", "0") for lab in "abcdefghij"]
    known = {f"{lab}/m": 0.1 for lab in "ab"}
    found = chats(models, benchmarks=table(known))
    assert len(found) == LEAST[CHAT]
    assert set(found[:2]) == known.keys()


def test_two_of_one_lab_at_most_and_of_two_lines() -> None:
    models = [model(f"p/{name}") for name in ("opus-5", "opus-4", "haiku-5", "sonnet-5")]
    scores = {"p/opus-5": 0.9, "p/opus-4": 0.8, "p/haiku-5": 0.5, "p/sonnet-5": 0.4}
    assert chats(models, benchmarks=table(scores)) == ["p/opus-5", "p/haiku-5"]


def test_one_base_is_shown_once_by_the_best_known_offer() -> None:
    offers = [model("p/m", None, base="l/m", lab="l"), model("q/m", "5", base="l/m", lab="l")]
    assert chats(offers, benchmarks=table({"l/m": 0.5})) == ["q/m"]


def test_a_new_model_stands_where_its_predecessor_stood_and_says_so() -> None:
    models = [model("p/opus-5", None), model("p/opus-6"), model("q/m")]
    found = shortlist(models, TODAY, benchmarks=table({"p/opus-5": 0.9, "q/m": 0.5})).buckets[CHAT]
    assert found[0].id == "p/opus-6"
    assert found[0].because[-1].startswith("quality of its predecessor p/opus-5 0.90: A table 0.9")


def test_every_pick_says_why_and_what_is_not_known() -> None:
    (pick,) = shortlist(
        [model("p/m", "2")], TODAY, benchmarks=table({"p/m": 0.75}), core=[kept("p/m", CHAT)]
    ).buckets[CHAT]
    assert (pick.known, pick.curated, pick.score) == (2, True, 0.679)
    assert pick.because == (
        "kept by hand: for words (2026-11-20, https://k.example)",
        "quality 0.75: A table 0.75 (2026-11-20, https://example.org)",
        "cost 0.47: 2 USD in and 2 USD out per million tokens",
        "not known: reliability, latency; the score rests on 2 of 4 inputs, 60% of the weights",
    )


def test_a_bucket_that_stays_short_says_why() -> None:
    found = shortlist([model(f"p/m-{name}") for name in "abc"], TODAY)
    assert found.short[CHAT] == (
        "2 of at least 8: 3 models that you can call fit, of 1 labs, and at most 2 of one lab are shown"
    )
    assert found.short.keys() == {one for one in Bucket if len(found.buckets[one]) < LEAST[one]}


@pytest.mark.parametrize(("ahead", "first"), [(0.01, "p/m"), (0.2, "q/m")])
def test_an_incumbent_stays_unless_another_is_clearly_ahead(ahead: float, first: str) -> None:
    scores = table({"p/m": 0.5, "q/m": 0.5 + ahead})
    models = [model("p/m"), model("q/m")]
    assert chats(models, benchmarks=scores, incumbents={CHAT: ["p/m"]})[0] == first


LABS = "abcdefg"
SCORES = st.floats(0, 1)
MODELS = st.lists(
    st.builds(
        lambda lab, name, usd, tools: model(f"{lab}/{name}", usd, tools=tools),
        st.sampled_from(LABS),
        st.sampled_from(("m-1", "m-2", "n-1", "o")),
        st.sampled_from((None, "0.5", "2")),
        st.sampled_from((None, True, False)),
    ),
    max_size=20,
    unique_by=lambda one: one.id,
)


@given(MODELS, st.dictionaries(st.sampled_from([f"{lab}/m-1" for lab in LABS]), SCORES))
def test_the_rules_hold_and_the_least_is_reached_whenever_it_can_be(
    models: list[Model], scores: dict[str, float]
) -> None:
    found = shortlist(models, TODAY, benchmarks=table(scores))
    for bucket, picks in found.buckets.items():
        fit = Counter(one.provider for one in models if fits(one, bucket))
        can = sum(min(PER_LAB, many) for many in fit.values())
        labs = Counter(one.id.partition("/")[0] for one in picks)
        assert max(labs.values(), default=0) <= PER_LAB
        assert min(can, LEAST[bucket]) <= len(picks) <= MOST[bucket]
        assert (bucket in found.short) == (can < LEAST[bucket])


@given(MODELS, st.randoms(use_true_random=False))
def test_the_order_of_the_models_changes_nothing(models: list[Model], chance: Any) -> None:
    shuffled = list(models)
    chance.shuffle(shuffled)
    assert shortlist(shuffled, TODAY) == shortlist(models, TODAY)


MANY = [model(f"{lab}/m", tools=True, vision=True) for lab in "abcdefghij"]
TEN = {"min_size": len(MANY), "max_size": len(MANY)}


@given(st.lists(SCORES, **TEN), st.lists(st.floats(-1, 1), **TEN))
def test_noise_below_the_margin_changes_no_pick(scores: list[float], noise: list[float]) -> None:
    first = {one.id: score for one, score in zip(MANY, scores, strict=True)}
    shaken = {
        one: was + MARGIN / 2 * by for (one, was), by in zip(first.items(), noise, strict=True)
    }
    before = shown(MANY, table(first))
    after = shown(MANY, table(shaken), incumbents=before)
    assert {bucket: set(ids) for bucket, ids in after.items()} == {
        bucket: set(ids) for bucket, ids in before.items()
    }


def shown(
    models: Sequence[Model], scores: list[Benchmark], **asked: Any
) -> dict[Bucket, list[str]]:
    found = shortlist(models, TODAY, benchmarks=scores, **asked).buckets
    return {bucket: [one.id for one in picks] for bucket, picks in found.items()}


def test_a_shortlist_survives_being_written_down() -> None:
    found = shortlist([model("p/m")], TODAY, benchmarks=table({"p/m": 0.5}))
    assert msgspec.json.decode(msgspec.json.encode(found), type=Shortlist) == found
