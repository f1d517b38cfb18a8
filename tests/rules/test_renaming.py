from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.claims import Claims
from modeldex.rules.renaming import proposed

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NAMES = ("gpt-5", "gpt-5-mini", "gpt-4o", "gpt-4o-2024-05-13", "o3")


def listed(*names: str, **facts: Any) -> dict[str, Claims]:
    return {name: Claims(native_id=name, **facts) for name in names}


@pytest.mark.parametrize(
    "written",
    ["openai/{}", "{}:latest", "models/openai/{}", "{}-v2"],
)
def test_a_beginning_or_an_end_given_to_all_is_found_both_ways(written: str) -> None:
    longer = [written.format(name) for name in NAMES]
    there = proposed(listed(*NAMES), listed(*longer))
    assert there == dict(
        zip(sorted(NAMES), (written.format(n) for n in sorted(NAMES)), strict=True)
    )
    assert proposed(listed(*longer), listed(*NAMES)) == {new: old for old, new in there.items()}


def test_another_spelling_is_the_same_name() -> None:
    names = proposed(listed("Meta/Llama-3.1-8B"), listed("meta-llama/llama-3-1-8b"))
    assert names == {"Meta/Llama-3.1-8B": "meta-llama/llama-3-1-8b"}


@pytest.mark.parametrize(
    "facts",
    [
        {"hugging_face_id": "meta/llama"},
        {"name": "Llama"},
        {"created": NOW, "context_window": 8192},
    ],
    ids=lambda facts: next(iter(facts)),
)
def test_what_identifies_a_model_pairs_it(facts: dict[str, Any]) -> None:
    assert proposed(listed("one", **facts), listed("two", **facts)) == {"one": "two"}


def test_two_that_could_be_the_same_model_are_left_out() -> None:
    assert proposed(listed("one", name="L"), listed("two", "three", name="L")) == {}


def test_a_time_of_creation_alone_identifies_nothing() -> None:
    assert proposed(listed("one", created=NOW), listed("two", created=NOW)) == {}


def test_another_version_is_another_model() -> None:
    assert proposed(listed("gpt-4.1", "o3"), listed("gpt-4.5", "o4")) == {}


IDS = st.dictionaries(
    st.text("ab/-:", min_size=1, max_size=5),
    st.sampled_from([None, "X", "Y", "Z"]),
    max_size=8,
)


@given(IDS, IDS)
def test_every_pair_leads_from_one_that_is_gone_to_one_that_came_and_none_is_shared(
    old: dict[str, str | None], new: dict[str, str | None]
) -> None:
    gone = {one: Claims(native_id=one, name=name) for one, name in old.items()}
    fresh = {one: Claims(native_id=one, name=name) for one, name in new.items() if one not in old}
    names = proposed(gone, fresh)
    assert names.keys() <= gone.keys()
    assert set(names.values()) <= fresh.keys()
    assert len(set(names.values())) == len(names)


@given(IDS, IDS)
def test_the_order_of_the_lists_changes_no_pair(
    old: dict[str, str | None], new: dict[str, str | None]
) -> None:
    gone = {one: Claims(native_id=one, name=name) for one, name in old.items()}
    fresh = {one: Claims(native_id=one, name=name) for one, name in new.items() if one not in old}
    turned = proposed(dict(reversed(gone.items())), dict(reversed(fresh.items())))
    assert list(turned.items()) == list(proposed(gone, fresh).items())
