import json
from collections.abc import Callable

import pytest

from tests.dialects.recorded import read


def listed(after: object) -> bytes:
    return json.dumps({"results": [{"owner": "a", "name": "b"}], "next": after}).encode()


def test_the_small_body_is_read_whole(small: Callable[[str], bytes]) -> None:
    reading = read("replicate", small("replicate/collection"), "collection")
    assert [claim.native_id for claim in reading.claims] == [
        "meta/meta-llama-3-70b-instruct",
        "anthropic/claude-4.5-sonnet",
        "openai/gpt-5",
    ]
    assert (reading.lost, reading.unknown_fields, reading.follow) == ((), {}, ())


def test_only_the_cursor_of_the_next_address_is_taken() -> None:
    address = "https://evil.example/v1/models?limit=1&cursor=cD0yMDI%3D&x=1"
    (ask,) = read("replicate", listed(address), "collection").follow
    assert (ask.path, dict(ask.params)) == ("collections/language-models", {"cursor": "cD0yMDI="})


def test_the_last_page_has_no_next() -> None:
    reading = read("replicate", listed(None), "collection")
    assert (reading.follow, reading.cut_short) == ((), False)


@pytest.mark.parametrize(
    "address", ["https://api.replicate.com/v1/models?page=2", "?cursor=", "http://["]
)
def test_a_next_address_without_a_cursor_is_a_list_cut_short(address: str) -> None:
    reading = read("replicate", listed(address), "collection")
    assert (len(reading.claims), reading.follow, reading.cut_short) == (1, (), True)


def test_a_record_without_an_owner_is_lost_by_name() -> None:
    reading = read("replicate", b'{"models": [{"name": "b"}]}', "collection")
    assert (reading.claims, [one.position for one in reading.lost]) == ((), [0])
