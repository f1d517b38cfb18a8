from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.capability import Access, Kind, Reasoning
from modeldex.domain.lifecycle import Lifecycle
from modeldex.domain.model import Model
from modeldex.domain.price import Price
from modeldex.domain.resolution import Ground, StandIn
from modeldex.rules.closeness import distance, generations
from modeldex.rules.recommending import STAYS_FOR
from modeldex.rules.standing_in import can_stand_in, stand_ins

TODAY = date(2026, 11, 20)
OUT: tuple[dict[str, Any], ...] = (
    {"lifecycle": Lifecycle.DEPRECATED},
    {"lifecycle": Lifecycle.STALE},
    {"lifecycle": Lifecycle.REMOVED},
    {"retires_on": TODAY + STAYS_FOR},
    {"retires_on": TODAY - timedelta(days=1)},
    {"access": Access.NOT_CALLABLE},
    {"available": False},
)


def model(id: str, usd: str | None = "1", **facts: Any) -> Model:
    provider, _, native = id.partition("/")
    price = None if usd is None else Price(input=Decimal(usd), output=Decimal(usd))
    said = {"kind": Kind.CHAT, "lab": "lab", "price": price, **facts}
    return Model(id=id, provider=provider, native_id=native, **said)


def ids(gone: Model, *candidates: Model, **asked: Any) -> list[str]:
    return [one.id for one in stand_ins(gone, candidates, TODAY, **asked)]


def only(gone: Model, candidate: Model, **asked: Any) -> StandIn:
    (found,) = stand_ins(gone, [candidate], TODAY, **asked)
    return found


@pytest.mark.parametrize("facts", OUT)
def test_what_is_going_or_out_of_reach_is_never_proposed(facts: dict[str, Any]) -> None:
    new = model("p/claude-opus-5", **facts)
    asked = {"named": (new.native_id,), "default": new}
    assert ids(model("p/claude-opus-4"), new, **asked) == []


@pytest.mark.parametrize("name", ["claude-other-5", "p/claude-other-5", "Claude Other 5"])
def test_the_providers_own_word_comes_first(name: str) -> None:
    closer, named = model("p/claude-opus-5"), model("p/claude-other-5")
    found = stand_ins(model("p/claude-opus-4"), [closer, named], TODAY, named=[name])
    assert [one.id for one in found] == ["p/claude-other-5", "p/claude-opus-5"]
    assert found[0].reasons[0] == "p names it as the successor"


def test_a_name_means_a_model_of_the_provider_that_names_it() -> None:
    assert ids(model("p/m-1", lab=None), model("q/n", lab=None), named=["n"]) == []


def test_the_same_model_elsewhere_comes_before_others_and_the_cheapest_first() -> None:
    gone = model("p/m-1", base="lab/m-1")
    dear, cheap = model("q/m-1", "3", base="lab/m-1"), model("r/m-1", "2", base="lab/m-1")
    assert ids(gone, model("p/m-2"), dear, cheap) == ["r/m-1", "q/m-1", "p/m-2"]


def test_another_name_of_what_is_gone_is_no_stand_in() -> None:
    assert ids(model("p/m-1-0613", base="lab/m-1"), model("p/m-1", base="lab/m-1")) == []


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (model("p/m-opus-5"), model("p/m-haiku-5")),
        (model("p/m-opus-5"), model("p/m-opus-4-5")),
        (model("p/m-opus-4-5"), model("p/m-opus-5", tools=False)),
        (model("p/m-opus-4-5"), model("p/m-opus-5", reasoning=Reasoning.NONE)),
        (model("p/m-opus-4-5"), model("p/m-opus-5", context_window=1000)),
        (model("p/m-opus-5", "1"), model("p/m-large-5", "16")),
        (model("p/m-opus-5"), model("p/m-opus-6", None)),
        (model("p/m-opus-5"), model("p/n-opus-5", lab="other")),
        (model("p/m-5-8b"), model("p/m-5-1b")),
        (model("p/m-opus-5"), model("p/m-opus-5-guard")),
        (model("p/m-opus-latest"), model("p/m-opus-2405")),
    ],
)
def test_the_closer_of_two_comes_first(better: Model, worse: Model) -> None:
    gone = model(
        "p/m-8b-4" if "b" in better.id.rpartition("-")[2] else "p/m-opus-4",
        tools=True,
        reasoning=Reasoning.FIXED,
        context_window=8000,
    )
    assert ids(gone, worse, better)[0] == better.id


def test_one_generation_is_proposed_once_by_its_plain_name() -> None:
    names = ("p/m-5-2026-01-02", "p/m-5", "p/m-5-latest")
    assert ids(model("p/m-4"), *map(model, names)) == ["p/m-5"]


def test_models_of_another_job_are_not_proposed() -> None:
    assert ids(model("p/m-4"), model("p/m-5", kind=Kind.EMBEDDING)) == []


def test_a_batch_that_answers_later_stands_in_for_none_that_did_not() -> None:
    batch = model("q/m-4:batch", base="lab/m-4", batch=True)
    gone = model("p/m-4", base="lab/m-4")
    assert ids(gone, batch, named=[batch.native_id], default=batch) == []
    assert ids(model("p/m-4:batch", base="lab/m-4", batch=True), batch) == [batch.id]


@pytest.mark.parametrize("kinds", [(Kind.CHAT, Kind.REALTIME), (Kind.REALTIME, Kind.CHAT)])
def test_a_realtime_session_and_a_chat_do_not_stand_in_for_each_other(
    kinds: tuple[Kind, Kind],
) -> None:
    gone, new = model("p/m-4", kind=kinds[0]), model("p/m-5", kind=kinds[1])
    assert ids(gone, new) == []


def test_the_best_of_the_same_provider_is_among_few_however_many_serve_the_model() -> None:
    gone = model("p/m-4", base="lab/m-4")
    elsewhere = [model(f"q{number}/m-4", base="lab/m-4") for number in range(9)]
    found = ids(gone, *elsewhere, model("p/m-5"))
    assert (len(found), found[-1]) == (5, "p/m-5")


def test_the_best_is_proposed_where_only_one_is_wanted() -> None:
    far = model("q/small", lab="other")
    assert ids(model("p/m-4"), model("p/m-5"), far, default=far, limit=1) == ["p/m-5"]


def test_only_the_same_lab_is_proposed_from_another_provider() -> None:
    gone = model("p/m-4")
    assert ids(gone, model("q/m-5"), model("q/n-5", lab="other")) == ["q/m-5"]


def test_the_model_to_start_with_comes_last() -> None:
    far = model("q/small", lab="other")
    assert ids(model("p/m-4"), model("p/m-5"), far, default=far) == ["p/m-5", "q/small"]


def test_without_anything_closer_there_is_the_model_to_start_with() -> None:
    far = model("q/small", lab="other")
    found = only(model("p/m-4"), far, default=far)
    assert (found.id, found.ground) == ("q/small", Ground.DEFAULT)


def test_a_model_that_makes_pictures_is_not_replaced_by_one_that_chats() -> None:
    far = model("q/small", lab="other")
    assert ids(model("p/m-4", kind=Kind.IMAGE), far, default=far) == []


def test_the_reasons_say_what_would_be_different() -> None:
    gone = model("p/m-4", "3.50", tools=True, context_window=200_000)
    new = model("p/m-5", "1", tools=False, context_window=128_000)
    assert only(gone, new).reasons == (
        "of the same lab and family",
        "without tools",
        "context of 128000 tokens instead of 200000",
        "input at 1 USD per million tokens instead of 3.5",
    )


def test_a_price_that_is_not_known_is_said() -> None:
    assert "its price is not known" in only(model("p/m-4"), model("p/m-5", None)).reasons


def test_no_more_than_asked_for_are_proposed() -> None:
    many = [model(f"p/m-{number}") for number in range(5, 20)]
    assert len(ids(model("p/m-4"), *many, limit=3)) == 3


FACTS = st.fixed_dictionaries(
    {
        "usd": st.sampled_from((None, "0", "1", "9")),
        "lab": st.sampled_from((None, "a", "b")),
        "base": st.sampled_from((None, "a/m", "a/n")),
        "kind": st.sampled_from((None, Kind.CHAT, Kind.IMAGE)),
        "lifecycle": st.sampled_from((None, *Lifecycle)),
        "access": st.sampled_from((None, *Access)),
        "retires_on": st.sampled_from((None, TODAY, TODAY + timedelta(days=90))),
        "tools": st.sampled_from((None, True, False)),
    }
)
MODELS = st.dictionaries(
    st.builds(
        "{}/{}".format, st.sampled_from("pq"), st.sampled_from(("m-1", "m-2", "n-1-latest", "x"))
    ),
    FACTS,
    max_size=6,
).map(lambda found: [model(one, **facts) for one, facts in found.items()])


@given(MODELS, FACTS, st.lists(st.sampled_from(("m-1", "x")), max_size=2), st.integers(1, 4))
def test_proposals_are_few_distinct_and_fit(
    models: list[Model], facts: dict[str, Any], named: list[str], limit: int
) -> None:
    gone = model("p/m-1", **facts)
    found = stand_ins(
        gone, models, TODAY, named=named, default=next(iter(models), None), limit=limit
    )
    fit = {one.id for one in models if can_stand_in(one, TODAY)}
    assert len({one.id for one in found}) == len(found) <= limit
    assert {one.id for one in found} <= fit - {gone.id}


@given(MODELS, st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_changes_nothing(models: list[Model], chance: Any) -> None:
    shuffled = list(models)
    chance.shuffle(shuffled)
    gone = model("p/m-1")
    assert stand_ins(gone, shuffled, TODAY) == stand_ins(gone, models, TODAY)


def test_a_proposal_survives_being_written_down() -> None:
    found = only(model("p/m-4"), model("p/m-5"))
    assert msgspec.json.decode(msgspec.json.encode(found), type=StandIn) == found


def test_a_version_that_may_have_lost_its_point_makes_no_other_old() -> None:
    gone, new, beside = (model(f"p/gpt-{version}") for version in ("5", "5.5", "5.4"))
    crowded = model("p/gpt-54", lab="another")
    assert ids(gone, crowded, beside, new)[0] == new.id
    assert distances(gone, crowded, beside, new) == distances(gone, beside, new)


def distances(gone: Model, *candidates: Model) -> list[float]:
    """How far the last two candidates are, among all."""
    newer = generations(candidates)
    return [distance(gone, one, newer) for one in candidates[-2:]]
