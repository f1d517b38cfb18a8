"""What strangers, other sites, and those who send too much or too slowly get."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from fastapi import APIRouter, Request

from modeldex.web import wire
from modeldex.web.actors import OPEN
from modeldex.web.app import create_app
from modeldex.web.gate import is_loopback, names
from modeldex.web.headers import SECURITY
from modeldex.web.house import Ceilings
from modeldex.web.serving import Bounds

from .hosting import TOKEN, Service, serving, shelve


def addresses(service: Service) -> list[str]:
    paths = create_app(service.house).openapi()["paths"]
    fill = {"{model}": "acme/sonnet-5", "{base}": "x/y", "{provider}": "acme"}
    found = []
    for path in (*paths, "/openapi.json", "/nowhere"):
        for gap, value in fill.items():
            path = path.replace(gap, value)
        found.append(path)
    return found


def test_every_route_but_the_open_ones_wants_the_token(service: Service) -> None:
    with service.client(token=None) as client:
        let_in = {one for one in addresses(service) if client.get(one).status_code != 401}
    assert let_in == OPEN


def test_every_answer_of_every_route_has_the_security_headers(service: Service) -> None:
    with service.client() as client:
        for address in addresses(service):
            headers = client.get(address).headers
            assert all(headers.get(name.decode()) == value.decode() for name, value in SECURITY)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer wrong"},
        {"authorization": f"Basic {TOKEN}"},
        {"authorization": f"Bearer {TOKEN}", "x-api-key": "wrong"},
        {"authorization": f"Bearer {TOKEN}x"},
        {"cookie": f"token={TOKEN}"},
    ],
)
def test_a_stranger_gets_the_same_answer_whatever_is_wrong(
    service: Service, headers: dict[str, str]
) -> None:
    with service.client(token=None) as client:
        answer = client.get("/v1/models", headers=headers)
    assert answer.status_code == 401
    assert answer.json()["title"] == "Nobody is known by that token"
    assert TOKEN not in answer.text


@pytest.mark.parametrize("headers", [{"authorization": f"bearer {TOKEN}"}, {"x-api-key": TOKEN}])
def test_the_token_may_come_in_either_header(service: Service, headers: dict[str, str]) -> None:
    with service.client(token=None) as client:
        assert client.get("/v1/models", headers=headers).status_code == 200


def test_wrong_tokens_are_counted_and_the_right_one_is_not(tmp_path: Path) -> None:
    shelve(tmp_path)
    with serving(tmp_path, rules={"stranger": "3/minute", "refresh": "9/minute"}) as service:
        with service.client(token="wrong") as client:
            found = [client.get("/v1/models").status_code for _ in range(4)]
        with service.client() as client:
            assert client.get("/v1/models").status_code == 200
    assert found == [401, 401, 401, 429]


def strangers(folder: Path, **parts: str) -> list[int]:
    """What two wrong tokens get that claim to come from two addresses, where one is allowed."""
    rules = {"stranger": "1/minute", "refresh": "9/minute"}
    with serving(folder, rules=rules, **parts) as service, service.client(token="wrong") as client:
        return [
            client.get("/v1/models", headers={"x-forwarded-for": one}).status_code
            for one in ("192.0.2.1", "192.0.2.2")
        ]


def test_nobody_chooses_their_own_address(tmp_path: Path) -> None:
    shelve(tmp_path)
    assert strangers(tmp_path) == [401, 429]


def test_a_trusted_proxy_says_who_is_behind_it(tmp_path: Path) -> None:
    shelve(tmp_path)
    assert strangers(tmp_path, trusted_proxies="127.0.0.1") == [401, 401]


def test_an_answer_under_way_is_finished_when_the_service_stops(tmp_path: Path) -> None:
    shelve(tmp_path)
    found: list[int] = []

    def ask(service: Service) -> None:
        with service.client() as client:
            found.append(client.get("/sleeps").status_code)

    begun = threading.Event()
    with serving(tmp_path, more=(slow(begun),), bounds=Bounds(stop_s=30)) as service:
        thread = threading.Thread(target=ask, args=(service,))
        thread.start()
        assert begun.wait(30)
    thread.join()
    assert found == [200]


@pytest.mark.parametrize("host", ["evil.test", "evil.test:80", "127.0.0.1", "localhost:1"])
def test_a_name_that_was_rebound_to_this_machine_is_not_answered(
    client: httpx2.Client, host: str
) -> None:
    assert client.get("/v1/models", headers={"host": host}).status_code == 421


def test_this_machine_is_known_by_its_names(client: httpx2.Client) -> None:
    port = client.base_url.port
    answer = client.get("/v1/models", headers={"host": f"LOCALHOST:{port}"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.test"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_page_of_another_site_changes_nothing(
    client: httpx2.Client, headers: dict[str, str]
) -> None:
    assert client.post("/api/v1/models", headers=headers).status_code == 403


def test_no_other_site_is_ever_told_that_it_may_read(client: httpx2.Client) -> None:
    answer = client.get("/v1/models", headers={"origin": "https://evil.test"})
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_a_body_that_is_no_json_is_refused(client: httpx2.Client) -> None:
    answer = client.post("/api/v1/models", content=b"a=1", headers={"content-type": "text/plain"})
    assert answer.status_code == 415


def test_a_body_that_says_it_is_too_large_is_not_read(client: httpx2.Client) -> None:
    answer = client.post(
        "/api/v1/models",
        content=b"x" * (1024 * 1024 + 1),
        headers={"content-type": "application/json"},
    )
    assert answer.status_code == 413


def slow(begun: threading.Event) -> APIRouter:
    router = APIRouter()

    @router.get("/sleeps")
    def sleeps() -> None:
        begun.set()
        time.sleep(0.6)

    @router.post("/takes")
    async def takes(request: Request) -> int:
        return len(await request.body())

    return router


@pytest.fixture(scope="module")
def bounded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("bounded")
    shelve(folder)
    ceilings = Ceilings(in_flight=2, answer_s=0.3, look_every_s=0.05)
    with serving(folder, more=(slow(threading.Event()),), ceilings=ceilings) as found:
        yield found


def test_an_answer_that_takes_too_long_is_given_up(bounded: Service) -> None:
    with bounded.client() as client:
        assert client.get("/sleeps").status_code == 504


def test_too_many_at_once_are_told_to_come_again(bounded: Service) -> None:
    found: list[httpx2.Response] = []

    together = threading.Barrier(6)

    def ask() -> None:
        with bounded.client() as client:
            client.get("/healthz")
            together.wait(30)
            found.append(client.get("/sleeps"))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    busy = [one for one in found if one.status_code == 503]
    assert len(busy) == 4
    assert busy[0].headers["retry-after"] == "1"


def test_a_body_without_a_length_is_cut_off_where_it_is_too_large(bounded: Service) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(40):
            yield b"x" * 65536

    with bounded.client() as client:
        try:
            status = client.post(
                "/takes", content=pieces(), headers={"content-type": "application/json"}
            ).status_code
        except httpx2.TransportError:
            status = 413
    assert status == 413


def raw(service: Service, *pieces: bytes, pause_s: float = 0.0) -> bytes:
    """What comes back for these bytes, until the service closes or is silent for half a minute."""
    place = urlsplit(service.address)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=30) as line:
        said = b""
        try:
            for piece in pieces:
                line.sendall(piece)
                time.sleep(pause_s)
            while piece := line.recv(65536):
                said += piece
        except (ConnectionError, TimeoutError):
            pass
        return said


def test_headers_that_are_too_large_are_refused(service: Service) -> None:
    head = b"GET / HTTP/1.1\r\nhost: x\r\nx-much: " + b"a" * wire.LARGEST_HEADERS
    said = raw(service, head, b"\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 431")
    assert b"urn:modeldex:problem:headers-too-large" in said


def test_headers_that_drip_are_given_up(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "HEADERS_S", 0.2)
    began = time.monotonic()
    assert raw(service, b"GET / HTTP/1.1\r\nhost:") == b""
    assert time.monotonic() - began < 20


def test_a_body_that_drips_is_given_up(bounded: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "BODY_S", 0.2)
    port = urlsplit(bounded.address).port
    head = (
        f"POST /takes HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nauthorization: Bearer {TOKEN}\r\n"
        "content-type: application/json\r\ncontent-length: 10\r\n\r\n"
    )
    began = time.monotonic()
    raw(bounded, head.encode(), b"x")
    assert time.monotonic() - began < 20


def test_nonsense_on_the_wire_is_refused_and_the_service_answers_on(
    service: Service, client: httpx2.Client
) -> None:
    assert raw(service, b"\x16\x03\x01\x00\xff nonsense\r\n\r\n").startswith(b"HTTP/1.1 400")
    assert client.get("/healthz").status_code == 200


def test_two_requests_at_once_on_one_line_are_both_answered(service: Service) -> None:
    port = urlsplit(service.address).port
    one = f"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\n".encode()
    said = raw(service, one + b"\r\n" + one + b"connection: close\r\n\r\n")
    assert said.count(b"HTTP/1.1 200 OK") == 2


def test_two_hosts_are_as_good_as_none(service: Service) -> None:
    port = urlsplit(service.address).port
    host = f"host: 127.0.0.1:{port}\r\n".encode()
    said = raw(service, b"GET / HTTP/1.1\r\n" + host + host + b"connection: close\r\n\r\n")
    assert said.startswith((b"HTTP/1.1 421", b"HTTP/1.1 400"))


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.5", False),
        ("localhost.evil.test", False),
    ],
)
def test_only_this_machines_own_addresses_are_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_a_name_of_ones_own_is_added_to_those_of_the_machine() -> None:
    found = names("127.0.0.1", 80, ["models.test"])
    assert {"models.test", "localhost:80", "[::1]:80", "127.0.0.1:80"} == found
