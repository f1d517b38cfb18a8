import gzip
import http.client
import json
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.loopback import LoopbackProviders, running
from tests.loopback.asking import (
    LISTS,
    PAGING,
    ROWS,
    Follow,
    ask,
    at,
    read_all,
    talk,
)
from tests.waiting import comes


@pytest.fixture(scope="module")
def loopback() -> Iterator[LoopbackProviders]:
    with running(ROWS, page_size=2) as server:
        yield server


@pytest.fixture(autouse=True)
def _fresh(loopback: LoopbackProviders) -> None:
    loopback.forget()
    loopback.break_with({})


STATUSES = [
    ("status_400", 400),
    ("bad_key", 401),
    ("status_403", 403),
    ("html_403", 403),
    ("not_found", 404),
    ("gone", 410),
    ("rate_limited", 429),
    ("rate_limited_bare", 429),
    ("server_error", 500),
    ("unavailable", 503),
    ("redirect", 302),
    ("html", 200),
    ("empty_body", 200),
    ("no_content", 204),
    ("empty_object", 200),
    ("error_in_200", 200),
    ("empty_list", 200),
    ("null_list", 200),
    ("truncated_json", 200),
    ("deep_json", 200),
]


@pytest.mark.parametrize(("fault", "status"), STATUSES)
def test_a_fault_answers_with_its_status(
    loopback: LoopbackProviders, fault: str, status: int
) -> None:
    loopback.break_with({"groq": fault})
    assert ask(loopback, "groq", "/openai/v1/models")[0] == status


@pytest.mark.parametrize(("provider", "route"), LISTS, ids=[f"{n}{r.path}" for n, r in LISTS])
def test_an_empty_list_keeps_the_providers_envelope(
    loopback: LoopbackProviders, provider: str, route: Any
) -> None:
    loopback.break_with({provider: "empty_list"})
    body = json.loads(ask(loopback, provider, route.path)[1])
    assert (at(body, route.at) if route.at else body) == []


@pytest.mark.parametrize("fault", ["hang", "hang_after_headers"])
def test_a_hang_says_nothing_more(loopback: LoopbackProviders, fault: str) -> None:
    loopback.break_with({"groq": fault})
    with talk(loopback) as bare:
        bare.settimeout(0.2)
        if fault == "hang_after_headers":
            assert bare.recv(65536).endswith(b"\r\n\r\n")
        with pytest.raises(TimeoutError):
            bare.recv(1)


@pytest.mark.parametrize("fault", ["drip_headers", "drip_body"])
def test_a_drip_comes_byte_by_byte_and_does_not_end(
    loopback: LoopbackProviders, fault: str
) -> None:
    loopback.break_with({"groq": fault})
    with talk(loopback) as bare:
        bare.recv(65536)
        assert [bare.recv(65536) for _ in range(4)] == [b"."] * 4


def test_a_reset_breaks_the_connection_off(loopback: LoopbackProviders) -> None:
    loopback.break_with({"groq": "reset_mid_body"})
    with pytest.raises(ConnectionResetError):
        read_all(talk(loopback))


def test_a_truncated_answer_is_shorter_than_it_says(loopback: LoopbackProviders) -> None:
    loopback.break_with({"groq": "truncated_length"})
    with pytest.raises(http.client.IncompleteRead):
        ask(loopback, "groq", "/openai/v1/models")


def test_a_chunked_answer_without_end_lacks_the_last_chunk(loopback: LoopbackProviders) -> None:
    loopback.break_with({"groq": "chunked_without_end"})
    answer = read_all(talk(loopback))
    assert b"Transfer-Encoding: chunked" in answer
    assert not answer.endswith(b"0\r\n\r\n")


def test_close_at_once_writes_nothing(loopback: LoopbackProviders) -> None:
    loopback.break_with({"groq": "close_at_once"})
    assert read_all(talk(loopback)) == b""


def test_a_refused_provider_is_configured_to_a_closed_port(loopback: LoopbackProviders) -> None:
    loopback.break_with({"groq": "refused"})
    port = urlsplit(loopback.base_url("groq")).port
    assert port != loopback.port
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port or 0), timeout=2)


def test_following_the_redirect_is_noticed(loopback: LoopbackProviders) -> None:
    loopback.break_with({"groq": "redirect"})
    with talk(loopback) as bare:
        head = bare.recv(65536).decode()
    elsewhere = urlsplit(head.partition("Location: ")[2].split("\r\n")[0])
    assert not loopback.decoy_connections
    socket.create_connection((elsewhere.hostname, elsewhere.port), timeout=2).close()
    assert comes(lambda: len(loopback.decoy_connections) == 1)


def test_the_bomb_is_small_and_unpacks_to_more_than_it_should(
    loopback: LoopbackProviders,
) -> None:
    loopback.break_with({"groq": "gzip_bomb"})
    packed = ask(loopback, "groq", "/openai/v1/models")[1]
    unpacked = gzip.decompress(packed)
    assert len(packed) < 1024 * 1024
    assert len(unpacked) > 400 * 1024 * 1024
    assert unpacked.endswith(b'"}]}')


def test_the_huge_body_outgrows_any_cap(loopback: LoopbackProviders) -> None:
    loopback.break_with({"groq": "huge_body"})
    with talk(loopback) as bare:
        got = 0
        while got < 100 * 1024 * 1024 and (more := bare.recv(1024 * 1024)):
            got += len(more)
    assert got >= 100 * 1024 * 1024


def test_twice_packed_is_still_packed_when_unpacked(loopback: LoopbackProviders) -> None:
    loopback.break_with({"groq": "double_gzip"})
    once = gzip.decompress(ask(loopback, "groq", "/openai/v1/models")[1])
    assert once.startswith(b"\x1f\x8b")


@pytest.mark.parametrize(("provider", "path", "follow"), PAGING, ids=[row[0] for row in PAGING])
def test_endless_pages_go_on_with_models_never_seen(
    loopback: LoopbackProviders,
    provider: str,
    path: str,
    follow: Follow,
) -> None:
    loopback.break_with({provider: "endless_pages"})
    feed = loopback.feed(provider, path)
    met = set()
    for _ in range(3):
        body = json.loads(ask(loopback, provider, path)[1])
        met.add(at(body, feed.at)[0][feed.id_key])
        if provider != "dashscope":
            assert follow(body)
    assert len(met) == 3


def test_looping_pages_give_the_same_cursor(loopback: LoopbackProviders) -> None:
    loopback.break_with({"gemini": "looping_pages"})
    bodies = {ask(loopback, "gemini", "/v1beta/models", pageToken=token)[1] for token in "ab"}
    assert len(bodies) == 1
    assert json.loads(bodies.pop())["nextPageToken"]


def test_the_second_page_fails_and_the_first_does_not(loopback: LoopbackProviders) -> None:
    loopback.break_with({"anthropic": "second_page_fails"})
    status, body = ask(loopback, "anthropic", "/v1/models")
    first = json.loads(body)
    assert (status, first["has_more"]) == (200, True)
    assert ask(loopback, "anthropic", "/v1/models", after_id=first["last_id"])[0] == 500


def test_more_without_cursor_says_more_and_not_where(loopback: LoopbackProviders) -> None:
    loopback.break_with({"anthropic": "more_without_cursor"})
    body = json.loads(ask(loopback, "anthropic", "/v1/models")[1])
    assert (body["has_more"], body["last_id"]) == (True, None)


def test_duplicates_are_every_record_five_times(loopback: LoopbackProviders) -> None:
    loopback.break_with({"groq": "duplicates"})
    body = json.loads(ask(loopback, "groq", "/openai/v1/models")[1])
    ids = [record["id"] for record in body["data"]]
    known = loopback.feed("groq", "/openai/v1/models").ids
    assert ids == [name for name in known for _ in range(5)]


def test_bad_records_are_one_more_that_has_no_id(loopback: LoopbackProviders) -> None:
    loopback.break_with({"groq": "bad_records"})
    body = json.loads(ask(loopback, "groq", "/openai/v1/models")[1])
    assert body["data"][-1] == {"id": None}
    assert len(body["data"]) == len(loopback.feed("groq", "/openai/v1/models").ids) + 1


def test_flaky_fails_once_and_then_answers(loopback: LoopbackProviders) -> None:
    loopback.break_with({"groq": "flaky"})
    statuses = [ask(loopback, "groq", "/openai/v1/models")[0] for _ in range(3)]
    assert statuses == [503, 200, 200]
