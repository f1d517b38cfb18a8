from typing import Any

import pytest

from modeldex.domain.capability import Kind, Modality
from modeldex.domain.claims import Claims
from modeldex.knowledge import bases
from modeldex.knowledge.doubting import settling
from modeldex.knowledge.elsewhere import Listings

TEXT, SEES = (Modality.TEXT,), (Modality.TEXT, Modality.IMAGE)
DATED, MOVING = "ministral-3b-2512", "ministral-3b-latest"


def listings(**said: dict[str, Claims]) -> Listings:
    """What one origin says, by provider and native id."""
    return Listings({"an origin": said}, bases.packaged())


def hosts(native_id: str, **field: Any) -> dict[str, dict[str, Claims]]:
    """Each value of the field at a host of its own."""
    [(name, values)] = field.items()
    return {
        f"host{at}": {f"mistralai/{native_id}": claims(f"mistralai/{native_id}", **{name: value})}
        for at, value in enumerate(values)
    }


def claims(native_id: str, **fields: Any) -> Claims:
    return Claims(native_id=native_id, **fields)


def moving(field: str, values: list[Any], said: Listings, origins: int = 1) -> int | None:
    return settling("mistral", MOVING, said)(field, values, origins)


def line(**field: Any) -> Listings:
    """The dated name at home, and what hosts say of it."""
    return listings(mistral={DATED: claims(DATED, name="one")}, **hosts(DATED, **field))


def test_a_word_about_a_moving_name_counts_when_hosts_repeat_it() -> None:
    assert moving("input_modalities", [SEES], line(input_modalities=[SEES, SEES, TEXT])) == 0


def test_a_word_about_a_moving_name_that_hosts_do_not_repeat_is_left_open() -> None:
    said = line(input_modalities=[SEES, SEES, TEXT])
    assert moving("input_modalities", [TEXT], said) is None


def test_of_two_words_about_a_moving_name_the_repeated_one_is_taken() -> None:
    said = line(context_window=[131072, 131072])
    assert moving("context_window", [256000, 131072], said, origins=2) == 1


def test_two_words_about_a_moving_name_that_nobody_repeats_settle_nothing() -> None:
    assert moving("context_window", [256000, 131072], line(tools=[True]), origins=2) is None


def test_limits_of_two_origins_that_differ_by_rounding_are_one() -> None:
    assert moving("context_window", [131072, 128000], line(tools=[True]), origins=2) == 0


def test_a_word_about_a_moving_name_stands_when_no_host_speaks() -> None:
    assert moving("context_window", [131072], line(tools=[True])) == 0


def test_a_moving_name_without_a_line_of_its_own_needs_more_than_a_word() -> None:
    alone = listings(mistral={MOVING: claims(MOVING, context_window=131072)})
    assert moving("context_window", [131072], alone) is None


def test_an_ability_of_a_moving_name_is_taken_at_a_word() -> None:
    assert moving("tools", [True], line(tools=[False, False])) == 0


RESOLD = "codestral-2508"


def home(*contexts: int, open_weights: bool = False) -> Listings:
    own = claims(RESOLD, open_weights=open_weights)
    return listings(mistral={RESOLD: own}, **hosts(RESOLD, context_window=contexts))


@pytest.mark.parametrize(
    ("elsewhere", "open_weights", "expected"),
    [
        ((256000,), False, None),
        ((256000,), True, 0),
        ((131072,), False, 0),
        ((), False, 0),
    ],
)
def test_a_context_of_closed_weights_needs_one_reseller_if_there_are_any(
    elsewhere: tuple[int, ...], open_weights: bool, expected: int | None
) -> None:
    said = home(*elsewhere, open_weights=open_weights)
    assert settling("mistral", RESOLD, said)("context_window", [128000], 1) == expected


@pytest.mark.parametrize(
    ("word", "elsewhere", "expected"),
    [
        (True, [], 0),
        (True, [True, True, True, True, False], 0),
        (True, [True, True, True, False], None),
        (False, [], None),
        (False, [False], 0),
        (False, [True], None),
    ],
)
def test_structured_output_at_a_host_needs_nearly_all_who_serve_the_model(
    word: bool, elsewhere: list[bool], expected: int | None
) -> None:
    native_id = f"mistralai/{RESOLD}"
    own = {"acme": {native_id: claims(native_id)}}
    said = listings(**own, **hosts(RESOLD, structured_output=elsewhere))
    assert settling("acme", native_id, said)("structured_output", [word], 1) == expected


def test_structured_output_at_the_labs_own_provider_is_taken_at_its_word() -> None:
    said = listings(mistral={RESOLD: claims(RESOLD)}, **hosts(RESOLD, structured_output=[True]))
    assert settling("mistral", RESOLD, said)("structured_output", [False], 1) == 0


def job(native_id: str, *values: Any, field: str = "kind", **others: list[Any]) -> int | None:
    """What is settled at the lab's own provider, and what `others` hosts say of the same field."""
    elsewhere = hosts(native_id, **others) if others else {}
    said = listings(mistral={native_id: claims(native_id)}, **elsewhere)
    return settling("mistral", native_id, said)(field, values, 1)


def test_chat_does_not_count_against_a_name_that_states_another_job() -> None:
    assert job("mistral-embed", Kind.CHAT) is None
    assert job("mistral-embed", Kind.CHAT, Kind.EMBEDDING) == 1
    assert job("mistral-large-2512", Kind.CHAT) == 0


def test_another_job_stands_against_a_name_of_a_series_that_chats() -> None:
    assert job("mistral-large-2512", Kind.EMBEDDING) == 0


def test_text_does_not_come_out_of_a_name_that_makes_vectors() -> None:
    assert job("mistral-embed", TEXT, field="output_modalities") is None
    assert job("mistral-ocr-2512", TEXT, field="output_modalities") == 0


@pytest.mark.parametrize(
    ("elsewhere", "settled"),
    [
        ([Kind.CHAT] * 3, None),
        ([Kind.CHAT] * 2, 0),
        ([*([Kind.CHAT] * 3), Kind.IMAGE], 0),
    ],
)
def test_a_job_that_several_hosts_contradict_is_left_open(
    elsewhere: list[Kind], settled: int | None
) -> None:
    assert job("mistral-large-2512", Kind.IMAGE, kind=elsewhere) == settled
