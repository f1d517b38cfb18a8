from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.alias import AliasSpan
from modeldex.rules.alias import LONGEST, Assigned, assign, hashed, moved, plain, token

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
NAMES = (
    "gpt-5",
    "gpt-5-2025-08-07",
    "gpt-5-latest",
    "GPT_5",
    "gpt-5-k9a2",
    "o3",
    "--",
    "Ω",
    "a" * 60,
)
IDS = st.builds("{}/{}".format, st.sampled_from(("p", "q", "q/lab")), st.sampled_from(NAMES))
SETS = st.sets(IDS, max_size=12)


def held(assigned: Assigned) -> dict[str, AliasSpan]:
    return {span.alias: span for span in assigned.given}


def names(assigned: Assigned) -> dict[str, str]:
    return {span.id: span.alias for span in assigned.given}


@pytest.mark.parametrize(
    ("id", "short"),
    [
        ("openai/gpt-5", "gpt-5"),
        ("openai/gpt-5.4-mini", "gpt-5-4-mini"),
        ("groq/openai/gpt-oss-120b", "gpt-oss-120b"),
        ("anthropic/claude-haiku-4-5-20251001", "claude-haiku-4-5"),
        ("vertex/claude-sonnet-4@20250514", "claude-sonnet-4"),
        ("openai/gpt-4o-2024-11-20", "gpt-4o"),
        ("gemini/gemini-2.5-flash-lite-preview-09-2025", "gemini-2-5-flash-lite"),
        ("mistral/mistral-small-2603", "mistral-small"),
        ("cohere/command-r-08-2024", "command-r"),
        ("cohere/command-r+", "command-r-plus"),
        ("openrouter/meta-llama/llama-3.1-8b-instruct:free", "llama-3-1-8b"),
        ("together/Qwen/Qwen3.5-397B-A17B-FP8", "qwen3-5-397b-a17b"),
        ("bedrock/anthropic.claude-opus-4-1-20250805-v1:0", "anthropic-claude-opus-4-1"),
        ("p/latest", "latest"),
        ("p/---", ""),
    ],
)
def test_the_token_of_an_id_is_its_name_without_noise(id: str, short: str) -> None:
    assert token(id) == short


def test_a_long_name_is_cut_at_a_separator() -> None:
    assert token(f"p/{'word-' * 20}") == "word-word-word-word-word-word-word-word"


@given(st.text(max_size=80))
def test_a_token_is_short_and_plain(name: str) -> None:
    short = token(f"p/{name}")
    assert short == plain(short)
    assert len(short) <= LONGEST


def test_the_hash_of_an_id_is_the_same_for_ever() -> None:
    assert hashed("groq/openai/gpt-oss-120b", 6) == "91x1ac"


def test_whoever_comes_alone_gets_the_token() -> None:
    assert names(assign({}, ["q/lab/m-instruct"], {}, NOW)) == {"q/lab/m-instruct": "m"}


def test_resellers_that_come_together_all_get_hashes() -> None:
    given_names = names(assign({}, ["p/m", "q/m"], {}, NOW))
    assert given_names == {one: f"m-{hashed(one, 4)}" for one in ("p/m", "q/m")}


def test_the_lab_that_made_it_has_the_name() -> None:
    given_names = names(assign({}, ["a/m", "p/m-latest"], {}, NOW, owned={"p/m-latest"}))
    assert given_names["p/m-latest"] == "m"


@pytest.mark.parametrize("other", ["p/m-2025-08-07", "p/m-latest", "p/m-preview"])
def test_of_one_provider_the_plain_name_has_it(other: str) -> None:
    assert names(assign({}, [other, "p/m"], {}, NOW))["p/m"] == "m"


def test_of_several_dated_ones_none_has_the_name() -> None:
    given_names = names(assign({}, ["p/m-2405", "p/m-2408"], {}, NOW)).values()
    assert all(name.startswith("m-") for name in given_names)


def test_a_reserved_name_waits_for_its_model() -> None:
    first = assign({}, ["p/m"], {"m": "q/m"}, NOW)
    assert names(first) == {"p/m": f"m-{hashed('p/m', 4)}"}
    assert names(assign(held(first), ["p/m", "q/m"], {"m": "q/m"}, LATER)) == {"q/m": "m"}


def test_a_name_reserved_later_is_taken_from_its_holder_and_both_are_written_down() -> None:
    first = held(assign({}, ["p/m"], {}, NOW))
    then = assign(first, ["p/m", "q/n"], {"m": "q/n"}, LATER)
    assert then.ended == (AliasSpan(alias="m", id="p/m", since=NOW, until=LATER),)
    assert {span.alias: span.id for span in then.given} == {
        "m": "q/n",
        "n": "q/n",
        f"m-{hashed('p/m', 4)}": "p/m",
    }


def test_an_alias_that_was_ever_held_is_not_given_to_another() -> None:
    gone = {"m": AliasSpan(alias="m", id="p/m", since=NOW, until=LATER)}
    assert names(assign(gone, ["q/m"], {}, LATER)) == {"q/m": f"m-{hashed('q/m', 4)}"}


def test_aliases_follow_a_renamed_model() -> None:
    before = held(assign({}, ["p/m", "p/n"], {}, NOW))
    then = moved(before, {"p/m": "p/lab/m"}, LATER)
    assert then.given == (AliasSpan(alias="m", id="p/lab/m", since=LATER),)
    assert then.ended == (AliasSpan(alias="m", id="p/m", since=NOW, until=LATER),)


def test_a_model_whose_alias_followed_gets_no_second_one() -> None:
    before = held(assign({}, ["p/m"], {}, NOW))
    after = before | held(moved(before, {"p/m": "p/lab/m"}, LATER))
    assert assign(after, ["p/lab/m"], {}, LATER) == Assigned((), ())


@given(SETS, SETS, st.randoms(use_true_random=False))
def test_the_order_of_the_ids_changes_nothing(
    ids: set[str], owned: set[str], chance: object
) -> None:
    shuffled = sorted(ids)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert assign({}, shuffled, {}, NOW, owned) == assign({}, sorted(ids), {}, NOW, owned)


@given(SETS, SETS, SETS)
def test_adding_models_never_changes_anothers_alias(
    ids: set[str], more: set[str], owned: set[str]
) -> None:
    before = held(assign({}, ids, {}, NOW, owned))
    then = assign(before, ids | more, {}, LATER, owned)
    assert then.ended == ()
    assert {span.id for span in then.given} == more - ids
    assert not before.keys() & held(then).keys()


@given(SETS, SETS, st.dictionaries(st.sampled_from(("m", "gpt-5", "o3")), IDS, max_size=3))
def test_every_model_has_one_alias_and_every_alias_one_model(
    ids: set[str], owned: set[str], reserved: dict[str, str]
) -> None:
    given_spans = assign({}, ids, reserved, NOW, owned).given
    assert len({span.alias for span in given_spans}) == len(given_spans)
    assert {span.id for span in given_spans} == ids
    assert all(reserved.get(span.alias, span.id) == span.id for span in given_spans)
    assert all(span.alias and span.alias == plain(span.alias) for span in given_spans)


@given(SETS, SETS)
def test_once_assigned_nothing_is_left_to_do(ids: set[str], owned: set[str]) -> None:
    assert assign(held(assign({}, ids, {}, NOW, owned)), ids, {}, LATER, owned) == ((), ())


def test_a_stretch_survives_being_written_down() -> None:
    span = AliasSpan(alias="m", id="p/m", since=NOW, until=LATER)
    assert msgspec.json.decode(msgspec.json.encode(span), type=AliasSpan) == span
