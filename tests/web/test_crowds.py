"""Who begins to ask, or does not read, takes nobody's place; who asks very often takes nobody's time."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from fastapi import APIRouter, Request
from starlette.responses import Response

from modeldex.web import wire
from modeldex.web.bodies import LARGEST_BODY
from modeldex.web.house import Ceilings
from modeldex.web.serving import Bounds
from tests.waiting import comes

from .hosting import TOKEN, Service, serving, shelve
from .many import GENEROUS, Many, serving_many

MUCH = 32 * 1024 * 1024
"""Bytes that fit no line."""
PLACES = 2


class Held:
    """A route that answers when it is told to."""

    def __init__(self) -> None:
        self.may_end = threading.Event()
        self.under_way = threading.Semaphore(0)
        self.router = APIRouter()
        self.router.add_api_route("/waits", self.waits)
        self.router.add_api_route("/much", self.much)
        self.router.add_api_route("/takes", self.takes, methods=["POST"])

    def waits(self) -> None:
        self.under_way.release()
        assert self.may_end.wait(20)

    def much(self) -> Response:
        self.under_way.release()
        return Response(bytes(MUCH))

    async def takes(self, request: Request) -> int:
        return len(await request.body())


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
def service(tmp_path: Path, held: Held) -> Iterator[Service]:
    """A service with few places."""
    shelve(tmp_path)
    ceilings = Ceilings(in_flight=PLACES, look_every_s=0.05)
    with serving(tmp_path, more=(held.router,), ceilings=ceilings) as found:
        try:
            yield found
        finally:
            held.may_end.set()


@contextmanager
def lines(
    service: Service | Many, count: int, said: str, token: str = TOKEN, takes: int = 4096
) -> Iterator[Any]:
    """Connections on each of which this stands, beside what every request has; each takes so many
    bytes that nobody reads."""
    place = urlsplit(service.address)
    head, _, body = said.partition("\n\n")
    first, *more = head.splitlines()
    sent = (first, f"host: {place.netloc}", f"authorization: Bearer {token}", *more)
    with ExitStack() as opened:
        found = []
        for _ in range(count):
            line = socket.socket()
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, takes)
            line.settimeout(60)
            opened.enter_context(line).connect((place.hostname, place.port))
            line.sendall("\r\n".join((*sent, "", body)).encode())
            found.append(line)
        yield found


def status(service: Service | Many, path: str, token: str = TOKEN) -> int:
    with httpx2.Client(base_url=service.address, trust_env=False, timeout=60) as client:
        return client.get(path, headers={"authorization": f"Bearer {token}"}).status_code


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_the_health_is_told_when_all_places_are_taken(
    service: Service, held: Held, path: str
) -> None:
    with lines(service, PLACES, "GET /waits HTTP/1.1\n\n"):
        for _ in range(PLACES):
            assert held.under_way.acquire(timeout=60)
        assert (status(service, path), status(service, "/api/v1/facets")) == (200, 503)


BEGUN = "POST /takes HTTP/1.1\ncontent-type: application/json\ncontent-length: 50\n\n{"


def test_a_body_that_has_not_come_takes_no_place(service: Service) -> None:
    with lines(service, 4 * PLACES, BEGUN):
        time.sleep(0.2)
        assert status(service, "/api/v1/facets") == 200


def test_one_user_has_only_so_many_bodies_on_their_way(tmp_path: Path, held: Held) -> None:
    shelve(tmp_path)
    ceilings = Ceilings(bodies_of_one=3, look_every_s=0.05)
    with (
        serving(tmp_path, more=(held.router,), ceilings=ceilings) as service,
        lines(service, 4, BEGUN) as begun,
    ):
        time.sleep(0.2)
        for line in begun:
            line.sendall(b"x" * 49)
        said = sorted(line.recv(65536).split(b" ")[1] for line in begun)
    assert said == [b"200", b"200", b"200", b"503"]


def test_a_body_in_pieces_comes_whole(service: Service) -> None:
    with lines(service, 1, BEGUN) as (line,):
        for _ in range(49):
            line.sendall(b"x")
        assert line.recv(65536).endswith(b"50")


def test_who_does_not_read_is_let_go(
    service: Service, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "UNREAD_S", 0.3)
    with lines(service, PLACES, "GET /much HTTP/1.1\n\n") as unread:
        for _ in unread:
            assert held.under_way.acquire(timeout=60)
        assert comes(lambda: status(service, "/api/v1/facets") == 200)
        assert any(breaks_off(line) for line in unread)


def breaks_off(line: socket.socket) -> bool:
    try:
        read(line)
    except ConnectionError:
        return True
    return False


def read(line: socket.socket, pause_s: float = 0) -> int:
    """How much comes until it is all there."""
    size = 0
    while size < MUCH:
        piece = line.recv(1024 * 1024)
        if not piece:
            raise ConnectionError("it broke off")
        size += len(piece)
        time.sleep(pause_s)
    return size


def test_who_reads_slowly_gets_all_of_it(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "UNREAD_S", 1.0)
    began = time.monotonic()
    with lines(service, 1, "GET /much HTTP/1.1\n\n", takes=1024 * 1024) as (line,):
        assert read(line, pause_s=0.1) >= MUCH
    assert time.monotonic() - began > 2 * wire.UNREAD_S, "slowly"


@pytest.mark.parametrize(("proxies", "answer"), [("", 503), ("127.0.0.1", 200)])
def test_one_address_has_only_so_many_connections_unless_it_stands_for_many(
    tmp_path: Path, proxies: str, answer: int
) -> None:
    shelve(tmp_path)
    bounds = Bounds(connections_of_one=2, stop_s=1)
    with serving(tmp_path, bounds=bounds, trusted_proxies=proxies) as service:
        with lines(service, 2, "GET /v1/models HTTP/1.1\n\n") as kept:
            for line in kept:
                assert line.recv(100).startswith(b"HTTP/1.1 200")
            place = urlsplit(service.address)
            with socket.create_connection((place.hostname, place.port), timeout=10) as third:
                if answer == 200:
                    third.sendall(f"GET /healthz HTTP/1.1\r\nhost: {place.netloc}\r\n\r\n".encode())
                assert third.recv(100).startswith(f"HTTP/1.1 {answer}".encode())
        assert comes(lambda: healthy(service)), "the lines that ended still count"


def healthy(service: Service) -> bool:
    try:
        return status(service, "/healthz") == 200
    except httpx2.TransportError:
        return False


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Many]:
    with serving_many(tmp_path_factory.mktemp("crowds")) as found:
        found.first()
        yield found


def test_one_user_leaves_places_to_the_others(tmp_path: Path, held: Held) -> None:
    ceilings = Ceilings(in_flight=3, of_one=2, look_every_s=0.05)
    with serving_many(tmp_path, more=(held.router,), ceilings=ceilings) as many:
        ann, ben = many.first(), many.join("ben")
        with lines(many, 2, "GET /waits HTTP/1.1\n\n", ann.access):
            for _ in range(2):
                assert held.under_way.acquire(timeout=60)
            found = [status(many, "/api/v1/facets", who.access) for who in (ann, ben)]
            held.may_end.set()
    assert found == [503, 200]


def post(client: httpx2.Client, path: str, body: str) -> httpx2.Response:
    return client.post(path, content=body, headers={"content-type": "application/json"})


STRANGERS = ("/api/v1/session", "/api/v1/session/renew", "/api/v1/setup")


@pytest.mark.parametrize("path", STRANGERS)
def test_a_stranger_sends_little(many: Many, path: str) -> None:
    with many.client() as client:
        assert post(client, path, " " * (16 * 1024 + 1)).status_code == 413


@pytest.mark.parametrize("path", STRANGERS)
def test_a_stranger_who_does_not_say_how_much_sends_little_too(many: Many, path: str) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(64):
            yield b" " * 1024

    with many.client() as client:
        kind = {"content-type": "application/json"}
        assert client.post(path, content=pieces(), headers=kind).status_code == 413


def test_the_longest_name_and_password_may_be_sent(many: Many) -> None:
    said = json.dumps({"name": "\U0001f511" * 200, "password": "\U0001f511" * 1024})
    with many.client() as client:
        assert post(client, "/api/v1/session", said).status_code == 401


def test_only_calls_are_many(many: Many) -> None:
    body = '{"calls": [' + " " * (LARGEST_BODY - 20) + "]}"
    with many.boss() as boss:
        assert post(boss, "/api/v1/calls", body).status_code == 200
        assert post(boss, "/api/v1/tokens", body).status_code == 413


def test_tries_are_counted_before_anybody_looks_at_what_was_sent(tmp_path: Path) -> None:
    rules = {**GENEROUS, "sign-in": "3/5 minutes"}
    with serving_many(tmp_path, rules=rules) as many, many.client() as client:
        found = [post(client, "/api/v1/session", "[" * 1000).status_code for _ in range(5)]
    assert (set(found[:3]) <= {400, 422}, found[3:]) == (True, [429, 429])


def test_a_token_that_is_sent_too_changes_nothing_of_that(tmp_path: Path) -> None:
    rules = {**GENEROUS, "sign-in": "4/5 minutes"}
    with serving_many(tmp_path, rules=rules) as many, many.client(many.first()) as client:
        found = [post(client, "/api/v1/session", "{}").status_code for _ in range(4)]
    assert found == [422, 422, 429, 429]


def test_very_many_mistakes_are_told_of_as_one(many: Many) -> None:
    stray = ", ".join(f'"{number:x}": 1' for number in range(90_000))
    with many.boss() as boss:
        answer = post(boss, "/api/v1/calls", f'{{"calls": [{{{stray}}}]}}')
        crowd = post(boss, "/api/v1/calls", f'{{"calls": [{", ".join(["1"] * 1000)}]}}')
    assert (answer.status_code, crowd.status_code) == (422, 422)
    assert len(answer.json()["errors"]) == len(crowd.json()["errors"]) == 1
