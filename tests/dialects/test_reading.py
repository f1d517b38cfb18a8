import json
from contextlib import suppress
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.dialects.reading import (
    LONGEST_CURSOR,
    LONGEST_ID,
    LONGEST_REASON,
    MOST_RECORDS,
    MOST_UNKNOWN_NAMES,
    envelope,
    following,
    next_page,
    read_list,
)
from modeldex.domain.claims import Claims
from modeldex.domain.listing import Ask, Page, Reading
from modeldex.domain.outcome import Unreadable
from modeldex.domain.price import Price


class Inner(msgspec.Struct):
    deep: int | None = None
    other: int | None = None


class Record(msgspec.Struct):
    id: str
    size: int | None = None
    name: str | None = None
    inner: Inner | None = None
    rate: Decimal | None = None


class Cursor(msgspec.Struct):
    next: str | None = None
    total: int = 0


def claims(record: Record) -> Claims | None:
    if record.id == "none":
        return None
    price = None if record.rate is None else Price(input=record.rate)
    return Claims(native_id=record.id, name=record.name, context_window=record.size, price=price)


def page(body: bytes, **params: str) -> Page:
    return Page(ask=Ask(route="models", path="models", params=params), body=body)


def read(body: bytes, at: tuple[str, ...] = ("data",), unread: tuple[str, ...] = ()) -> Reading:
    return read_list(page(body), record=Record, claims=claims, at=at, unread=unread)


def records(*rows: Any) -> Reading:
    return read(json.dumps({"data": rows}).encode())


@pytest.mark.parametrize(
    ("body", "at"),
    [
        (b'[{"id": "a"}]', ("data",)),
        (b' \n[{"id": "a"}]', ("data",)),
        (b'{"data": [{"id": "a"}]}', ("data",)),
        (b'{"models": [{"id": "a"}]}', ("data", "models")),
        (b'{"data": null, "models": [{"id": "a"}]}', ("data", "models")),
        (b'{"output": {"models": [{"id": "a"}]}}', ("output.models",)),
        (b'{"output": null, "data": [{"id": "a"}]}', ("output.models", "data")),
    ],
)
def test_a_list_is_found_where_it_may_stand(body: bytes, at: tuple[str, ...]) -> None:
    assert [claim.native_id for claim in read(body, at).claims] == ["a"]


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b" ", b"null", b'"x"', b"7", b"{}", b"<html></html>", b"\xff\xfe", b"data: {}"),
        *(b'{"data": null}', b'{"data": {}}', b'{"data": "x"}', b'{"data": [{"id": "a"}'),
        *(b'{"error": {}}', b'[{"id": "a"}', b'{"\xff": []}', b'{"data": []} trailing'),
    ],
)
def test_what_holds_no_list_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read(body)


def test_an_empty_list_is_readable() -> None:
    assert read(b'{"data": []}') == Reading()


@pytest.mark.parametrize("bomb", [b"[" * 100_000, b'{"data":' * 100_000, b'{"x":' + b"[" * 100_000])
def test_a_depth_bomb_is_unreadable(bomb: bytes) -> None:
    with pytest.raises(Unreadable, match=r"nested too deeply|no list|Expected"):
        read(bomb)


def test_a_deep_record_makes_the_page_unreadable() -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    with pytest.raises(Unreadable, match="nested too deeply"):
        read(b'{"data": [{"id": "a", "x": ' + deep + b"}]}")


def test_too_many_records_are_refused() -> None:
    body = b"[" + b",".join([b"0"] * (MOST_RECORDS + 1)) + b"]"
    with pytest.raises(Unreadable, match=str(MOST_RECORDS)):
        read(body)


@pytest.mark.parametrize("broken", [None, 7, "x", [], {}, {"name": "no id"}, {"id": 5}])
def test_a_broken_record_is_lost_alone(broken: Any) -> None:
    reading = records({"id": "a"}, broken, {"id": "b"})
    assert [claim.native_id for claim in reading.claims] == ["a", "b"]
    assert [loss.position for loss in reading.lost] == [1]


@pytest.mark.parametrize("name", ["", "a\nb", "a\x1b[31m", "a\u0085", "a" * (LONGEST_ID + 1)])
def test_an_id_that_cannot_be_meant_is_lost(name: str) -> None:
    reading = records({"id": name})
    assert (len(reading.claims), len(reading.lost)) == (0, 1)


def test_a_lost_record_does_not_quote_its_id() -> None:
    (loss,) = records({"id": "secret\x00"}).lost
    assert "secret" not in loss.reason


def test_ids_stay_as_they_are() -> None:
    name = " org/Modell-ü:free@2 "
    assert records({"id": name}).claims[0].native_id == name


def test_repeated_ids_are_kept_as_they_come() -> None:
    assert len(records({"id": "a"}, {"id": "a"}).claims) == 2


def test_a_record_that_is_no_model_is_neither_claimed_nor_lost() -> None:
    assert records({"id": "none"}) == Reading()


def test_an_odd_field_is_counted_and_the_rest_is_kept() -> None:
    reading = records({"id": "a", "size": "large", "name": "A"}, {"id": "b", "size": []})
    assert [(one.name, one.context_window) for one in reading.claims] == [("A", None), (None, None)]
    assert (reading.odd_fields, reading.lost) == ({"size": 2}, ())


def test_several_odd_fields_of_one_record_are_left_out() -> None:
    reading = records({"id": "a", "size": "x", "name": 5, "inner": 7, "rate": "dear"})
    assert reading.odd_fields == {"size": 1, "name": 1, "inner": 1, "rate": 1}
    assert reading.claims == (Claims(native_id="a"),)


def test_an_odd_field_within_spares_its_neighbours() -> None:
    seen: list[Record] = []
    body = b'[{"id": "a", "inner": {"deep": "x", "other": 2}}]'
    reading = read_list(page(body), record=Record, claims=lambda record: seen.append(record))
    assert seen[0].inner == Inner(deep=None, other=2)
    assert reading.odd_fields == {"inner.deep": 1}


def test_unknown_fields_are_counted() -> None:
    reading = records({"id": "a", "new": 1}, {"id": "b", "new": 2, "newer": 3})
    assert reading.unknown_fields == {"new": 2, "newer": 1}


def test_known_fields_without_a_word_of_ours_are_not_unknown() -> None:
    assert read(b'[{"id": "a", "object": "model"}]', unread=("object",)).unknown_fields == {}


def test_only_the_most_frequent_unknown_names_are_kept() -> None:
    crowd = {f"field-{number}": 1 for number in range(2 * MOST_UNKNOWN_NAMES)}
    reading = records({"id": "a", "often": 1}, {"id": "b", "often": 1, **crowd})
    assert len(reading.unknown_fields) == MOST_UNKNOWN_NAMES
    assert reading.unknown_fields["often"] == 2


@pytest.mark.parametrize("said", ["0.00000011", "1E-7", "0.060000000000000005", "123456789.123"])
@pytest.mark.parametrize("quote", [b"", b'"'])
def test_decimals_come_through_exactly(said: str, quote: bytes) -> None:
    body = b'[{"id": "a", "rate": ' + quote + said.encode() + quote + b"}]"
    assert read(body).claims[0].price == Price(input=Decimal(said))


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_every_record_is_claimed_or_lost(value: Any) -> None:
    reading = records({"id": "a"}, value, {"id": "b", "name": value, "inner": value})
    assert len(reading.claims) + len(reading.lost) == 3


@given(st.binary())
def test_no_bytes_raise_anything_but_unreadable(body: bytes) -> None:
    with suppress(Unreadable):
        assert read(body).claims == ()


def test_the_reason_of_an_unreadable_page_is_short() -> None:
    with pytest.raises(Unreadable) as caught:
        read(b'{"data": {}}', at=tuple(f"place-{number}" for number in range(100)))
    assert 0 < len(str(caught.value)) <= LONGEST_REASON


def test_what_stands_around_is_read() -> None:
    assert envelope(b'{"next": "two", "data": [1], "total": "7"}', Cursor) == Cursor("two", 7)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'{"next": 5}', b"{" * 9])
def test_surroundings_of_another_shape_are_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        envelope(body, Cursor)


def test_the_next_page_is_the_same_ask_with_other_parameters() -> None:
    ask = next_page(page(b"", size="9", after="a"), {"after": "b"})
    assert (ask.route, ask.params) == ("models", {"size": "9", "after": "b"})


@pytest.mark.parametrize(
    ("cursor", "more", "follows", "cut_short"),
    [
        ("two", None, True, False),
        ("two", True, True, False),
        ("two", False, False, False),
        (None, None, False, False),
        ("", None, False, False),
        (None, False, False, False),
        (None, True, False, True),
        ("", True, False, True),
        ("one", None, False, True),
        ("x" * (LONGEST_CURSOR + 1), None, False, True),
    ],
)
def test_a_page_follows_when_the_cursor_moves(
    cursor: str | None, more: bool | None, follows: bool, cut_short: bool
) -> None:
    asks, short = following(page(b"", after="one"), "after", cursor, more=more)
    assert (bool(asks), short) == (follows, cut_short)
