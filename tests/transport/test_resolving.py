import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.connection import Connection
from modeldex.domain.outcome import Outcome
from modeldex.transport.limits import Limits
from modeldex.transport.resolving import Address, Look, interleaved, system_look
from tests.transport.resolvers import NAME, black_hole, finding, hanging, refusing
from tests.transport.servers import (
    KEY,
    ONCE,
    Server,
    answering,
    connection,
    fetch,
    refusal,
    reply,
    serve,
)

BRIEF = Limits(connect_s=0.4, attempt_s=5, attempts=2)


def named(server: Server) -> Connection:
    """A connection to `NAME` on the server's port, whose resolver says where that is."""
    return connection(server.url.replace("127.0.0.1", NAME))


def test_the_systems_resolver_finds_this_machine() -> None:
    assert ip_address("127.0.0.1") in system_look("127.0.0.1")
    assert all(address.is_loopback for address in system_look("localhost"))


def test_a_link_local_address_keeps_its_scope(monkeypatch: pytest.MonkeyPatch) -> None:
    place = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("fe80::1", 0, 0, 4))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **said: [place])
    assert system_look("box.local") == (ip_address("fe80::1%4"),)


@given(st.lists(st.ip_addresses(), max_size=12))
def test_every_address_has_its_turn_once(addresses: list[Address]) -> None:
    turns = interleaved(addresses)
    assert set(turns) == set(addresses)
    assert len(turns) == len(set(turns))
    assert turns[:1] == addresses[:1]


@given(st.lists(st.ip_addresses(), min_size=2, unique=True))
def test_a_second_family_has_the_second_turn(addresses: list[Address]) -> None:
    versions = [address.version for address in interleaved(addresses)]
    assert len(set(versions)) == len(set(versions[:2]))


@pytest.mark.anyio
async def test_a_name_is_connected_to_where_it_was_found() -> None:
    async with serve(answering(reply())) as server:
        await fetch(named(server), look=finding("127.0.0.1"))
    assert f"\r\nhost: {NAME}:{server.port}\r\n".encode() in server.requests[0].lower()


@pytest.mark.anyio
async def test_an_address_is_not_looked_up() -> None:
    async with serve(answering(reply())) as server:
        assert (await fetch(connection(server.url), look=finding())).status == 200


@pytest.mark.anyio
async def test_the_secure_connection_is_asked_for_by_name() -> None:
    hello = asyncio.get_running_loop().create_future()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hello.set_result(await reader.read(4096))
        writer.close()

    async with await asyncio.start_server(meet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        target = connection(f"https://{NAME}:{port}/v1", key=KEY)
        assert (await refusal(target, look=finding("127.0.0.1"))).outcome is not Outcome.DNS
    assert NAME.encode() in await hello


def nothing(host: str) -> Sequence[Address]:
    return ()


def unknown(host: str) -> Sequence[Address]:
    raise socket.gaierror(socket.EAI_NONAME, KEY)


def unspeakable(host: str) -> Sequence[Address]:
    raise UnicodeError(KEY)


@pytest.mark.anyio
@pytest.mark.parametrize("look", [nothing, unknown, unspeakable])
async def test_a_name_that_is_not_found_is_dns(look: Look) -> None:
    met = await refusal(connection(f"https://{NAME}/v1"), look=look)
    assert (met.outcome, met.message) == (Outcome.DNS, "its host name could not be looked up")


@pytest.mark.anyio
async def test_a_resolver_that_hangs_costs_the_connect_limit_once() -> None:
    began = time.monotonic()
    with hanging() as look:
        met = await refusal(connection(f"https://{NAME}/v1"), BRIEF, look=look)
    assert (met.outcome, met.message) == (Outcome.DNS, "its host name was not looked up in time")
    assert time.monotonic() - began < 20 * BRIEF.connect_s


@pytest.mark.anyio
async def test_a_resolver_that_hangs_holds_up_no_other_name() -> None:
    async with serve(answering(reply())) as server:
        with hanging() as look:
            found = finding("127.0.0.1")
            lost = [refusal(connection(f"https://{n}.example/"), BRIEF, look) for n in range(40)]
            *_, answer = await asyncio.gather(*lost, fetch(named(server), limits=BRIEF, look=found))
    assert answer.status == 200


HUNG = """
import asyncio, socket, time
from modeldex.domain.outcome import Verdict
from modeldex.transport.limits import Limits
from tests.transport.servers import connection, fetch

socket.getaddrinfo = lambda *args, **said: time.sleep(30)
try:
    asyncio.run(fetch(connection("https://api.acme.example/v1"), limits=Limits(connect_s=0.5)))
except Verdict as met:
    print(met.outcome)
"""


def test_neither_the_loop_nor_the_process_waits_for_a_resolver_that_hangs() -> None:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", HUNG],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("dns\n", "")
    assert time.monotonic() - began < 25


@pytest.mark.anyio
async def test_what_is_not_let_pass_is_not_connected_to() -> None:
    seen: list[Address] = []
    async with serve(answering(reply())) as decoy:
        both = finding("192.0.2.1", "127.0.0.1")
        met = await refusal(named(decoy), look=both, vet=refusing(seen))
    assert (met.outcome, met.message) == (Outcome.UNREACHABLE, "no way there")
    assert seen == [ip_address("192.0.2.1"), ip_address("127.0.0.1")]
    assert decoy.connections == 0


@pytest.mark.anyio
async def test_an_address_written_as_such_is_vetted_too() -> None:
    seen: list[Address] = []
    async with serve(answering(reply())) as decoy:
        await refusal(connection(decoy.url), vet=refusing(seen))
    assert (seen, decoy.connections) == ([ip_address("127.0.0.1")], 0)


@pytest.mark.anyio
async def test_a_name_is_looked_up_once_for_vetting_and_connecting() -> None:
    turns = iter([(ip_address("127.0.0.1"),), (ip_address("192.0.2.1"),)])
    async with serve(answering(reply())) as server:
        await fetch(named(server), look=lambda host: next(turns))
    assert [str(left) for (left,) in turns] == ["192.0.2.1"]


@pytest.mark.anyio
async def test_an_address_that_refuses_is_followed_by_the_next() -> None:
    async with serve(answering(reply())) as server:
        assert (await fetch(named(server), look=finding("::1", "127.0.0.1"))).status == 200
    assert server.connections == 1


@pytest.mark.anyio
async def test_a_black_hole_is_overtaken_by_the_next_address() -> None:
    began = time.monotonic()
    async with serve(answering(reply())) as server:
        with black_hole(server.port):
            await fetch(named(server), look=finding("::1", "127.0.0.1"))
    assert 0.2 < time.monotonic() - began < Limits().connect_s


@pytest.mark.anyio
async def test_a_black_hole_alone_is_unreachable_within_the_connect_limit() -> None:
    began = time.monotonic()
    with black_hole() as port:
        met = await refusal(connection(f"http://{NAME}:{port}/"), BRIEF, look=finding("::1"))
    assert (met.outcome, met.message) == (Outcome.UNREACHABLE, "no connection within 0.4 s")
    assert time.monotonic() - began < 20 * BRIEF.connect_s


@pytest.mark.anyio
async def test_one_refusal_among_the_addresses_is_what_is_told() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        url = f"http://{NAME}:{held.getsockname()[1]}/"
        met = await refusal(connection(url), ONCE, look=finding("127.0.0.1", "::1"))
    assert (met.outcome, met.message) == (Outcome.UNREACHABLE, "it refused the connection")


@pytest.mark.anyio
async def test_an_address_given_up_leaves_no_connection_open() -> None:
    before = len(asyncio.all_tasks())
    async with serve(answering(reply())) as server:
        with black_hole(server.port):
            await fetch(named(server), look=finding("::1", "127.0.0.1"))
    assert len(asyncio.all_tasks()) == before
