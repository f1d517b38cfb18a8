"""What users may have asked on their behalf: each hostile target goes the whole way of the real client."""

import asyncio
from collections.abc import Sequence
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.errors import BadConfig
from modeldex.domain.listing import Answer
from modeldex.domain.material import (
    AwsChain,
    EntraApplication,
    InstanceMetadata,
    Material,
    sealed,
)
from modeldex.domain.outcome import Outcome, Verdict
from modeldex.domain.provider import Auth
from modeldex.transport.address_guard import OUT_OF_REACH, AddressGuard, is_public, networks
from modeldex.transport.client import open_transport
from modeldex.transport.guard import origin
from modeldex.transport.limits import Limits
from modeldex.transport.resolving import Address, Look
from tests.transport import hostile_targets as hostile
from tests.transport.decoys import decoys, watched
from tests.transport.servers import ASK, ONCE, answering, connection, reply, serve

pytestmark = pytest.mark.anyio

BY_ADDRESS = [*hostile.addresses(), *hostile.ambiguous()]
BY_SHAPE = [*hostile.schemes(), *hostile.ports()]
LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


def names(targets: Sequence[tuple[str, str]]) -> list[str]:
    return [name.encode("ascii", "backslashreplace").decode() for name, _ in targets]


async def asked(
    guard: AddressGuard, url: str, look: Look = hostile.look, limits: Limits = ONCE, **row: object
) -> Answer:
    async with open_transport(limits, look=look, guard=guard) as transport:
        return await transport.fetch(connection(url, **row), ASK)  # type: ignore[arg-type]


async def refused(
    guard: AddressGuard, url: str, look: Look = hostile.look, limits: Limits = ONCE
) -> Verdict:
    with pytest.raises(Verdict) as met:
        await asked(guard, url, look, limits)
    return met.value


def test_the_table_of_hostile_targets_is_long_and_names_each_once() -> None:
    everything = [*BY_ADDRESS, *BY_SHAPE]
    assert len({name for name, _ in everything}) == len(everything) >= 350


@pytest.mark.parametrize("target", BY_ADDRESS, ids=names(BY_ADDRESS))
async def test_a_hostile_address_is_refused_before_any_packet(target: tuple[str, str]) -> None:
    async with decoys() as held:
        lenient = AddressGuard(allow_ports=held.ports | {80}, allow_http=True)
        with watched() as attempts:
            for port in sorted(held.ports):
                url = target[1].replace("{port}", str(port))
                for one in (url, url.replace("https", "http", 1)):
                    assert (await refused(lenient, one)).message.strip()
    assert (held.connections, attempts) == (0, [])


@pytest.mark.parametrize("target", BY_SHAPE, ids=names(BY_SHAPE))
async def test_a_hostile_scheme_or_port_is_refused_before_any_packet(
    target: tuple[str, str],
) -> None:
    async with decoys() as held:
        url = target[1].replace("{port}", str(held.port))
        strict = AddressGuard(allow_ports=held.ports)
        with watched() as attempts:
            met = await refused(strict, url)
            with pytest.raises(Verdict):
                strict.vet_base_url(url)
    assert (held.connections, attempts) == (0, [])
    assert met.outcome in (Outcome.UNREACHABLE, Outcome.TLS)
    assert met.message.strip()


@pytest.mark.parametrize("target", BY_ADDRESS, ids=names(BY_ADDRESS))
async def test_a_hostile_address_is_no_public_document_either(target: tuple[str, str]) -> None:
    async with decoys(1) as held:
        url = target[1].replace("{port}", str(held.port))
        guard = AddressGuard(allow_ports=held.ports, allow_http=True)
        with watched() as attempts:
            async with open_transport(ONCE, look=hostile.look, guard=guard) as transport:
                with pytest.raises(Verdict):
                    await transport.fetch_public(url)
    assert held.connections == 0
    assert set(attempts) <= {("1.1.1.1", 443)}


async def test_without_a_guard_the_decoys_are_met() -> None:
    async with decoys(1) as held:
        with watched() as attempts, pytest.raises(Verdict):
            async with open_transport(ONCE, look=hostile.look) as transport:
                await transport.fetch(connection(f"http://2130706433:{held.port}/v1"), ASK)
    assert (held.connections, len(attempts)) == (1, 1)


@pytest.mark.parametrize("host", ["127.0.0.1", "box", "a.rebind.internal"])
async def test_a_network_that_the_operator_allows_is_asked(host: str) -> None:
    async with serve(answering(reply())) as server:
        guard = AddressGuard(
            allow_networks=LOOPBACK, allow_ports=frozenset({server.port}), allow_http=True
        )
        assert (await asked(guard, f"http://{host}:{server.port}/v1")).status == 200


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f000001", "127.1", "0177.0.0.1", "box.", "[::ffff:127.0.0.1]"]
)
async def test_an_odd_spelling_is_refused_in_an_allowed_network_too(host: str) -> None:
    async with decoys(1) as held:
        guard = AddressGuard(allow_networks=LOOPBACK, allow_ports=held.ports, allow_http=True)
        await refused(guard, f"http://{host}:{held.port}/v1")
    assert held.connections == 0


@pytest.mark.parametrize("address", ["fe80::1%1", "2606:4700:4700::1111%1"])
def test_an_address_of_one_link_is_refused_in_an_allowed_network_too(address: str) -> None:
    guard = AddressGuard(allow_networks=networks(["fe80::/10"]))
    with pytest.raises(Verdict):
        guard.vet((ip_address(address),))


async def test_a_port_is_refused_in_an_allowed_network_too() -> None:
    async with decoys(1) as held:
        guard = AddressGuard(allow_networks=LOOPBACK, allow_http=True)
        met = await refused(guard, f"http://127.0.0.1:{held.port}/v1")
    assert (held.connections, met.message) == (0, f"port {held.port} may not be asked")


@pytest.mark.parametrize("address", hostile.METADATA)
def test_credentials_of_the_cloud_are_refused_in_allowed_networks_too(address: str) -> None:
    guard = AddressGuard(allow_networks=networks(["169.254.0.0/16", "100.64.0.0/10", address]))
    with pytest.raises(Verdict):
        guard.vet((ip_address(address),))


def test_a_public_network_may_be_denied() -> None:
    guard = AddressGuard(deny_networks=networks(["1.1.1.0/24"]))
    guard.vet((ip_address("1.0.0.1"),))
    with pytest.raises(Verdict):
        guard.vet((ip_address("1.1.1.1"),))


async def test_a_public_name_is_connected_to_at_the_address_that_was_vetted() -> None:
    turns = iter([(ip_address("1.1.1.1"),), (ip_address("127.0.0.1"),)])
    with watched() as attempts:
        await refused(AddressGuard(), "https://api.example.net/v1", lambda host: next(turns))
    assert attempts == [("1.1.1.1", 443)]


async def test_a_name_that_turns_inwards_at_the_second_try_is_refused_there() -> None:
    turns = iter([(ip_address("1.1.1.1"),), (ip_address("127.0.0.1"),)])
    async with decoys(1) as held:
        url = f"https://api.example.net:{held.port}/v1"
        guard = AddressGuard(allow_ports=held.ports)
        with watched() as attempts:
            await refused(guard, url, lambda host: next(turns), Limits(attempts=2))
    assert (held.connections, attempts) == (0, [("1.1.1.1", held.port)])
    assert next(turns, None) is None


async def test_a_redirect_inwards_is_not_followed() -> None:
    async with decoys(1) as held:
        away = reply(b"", "307 Temporary Redirect", location=f"http://127.0.0.1:{held.port}/x")
        async with serve(answering(away)) as server:
            ports = frozenset({server.port, held.port})
            guard = AddressGuard(allow_networks=LOOPBACK, allow_ports=ports, allow_http=True)
            met = await refused(guard, server.url)
    assert (held.connections, met.outcome) == (0, Outcome.REDIRECTED)


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"])
async def test_a_proxy_of_the_environment_is_not_used(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    async with decoys(1) as held:
        monkeypatch.setenv(variable, f"http://127.0.0.1:{held.port}")
        with watched() as attempts:
            for scheme, port in (("https", 443), ("http", 80)):
                guard = AddressGuard(allow_http=True, allow_ports=frozenset({port}))
                await refused(guard, f"{scheme}://api.example.net/v1")
    assert (held.connections, attempts) == (0, [("1.1.1.1", 443), ("1.1.1.1", 80)])


def unknown(host: str) -> Sequence[Address]:
    raise OSError(host)


async def test_nothing_tells_a_refused_address_from_one_that_is_not_there() -> None:
    public, inside = "https://api.example.net/v1", "https://private.rebind.example.net/v1"
    with watched():
        met = [
            await refused(AddressGuard(), public),
            await refused(AddressGuard(), public, unknown),
            await refused(AddressGuard(), inside),
            await refused(AddressGuard(), "https://10.0.0.1/v1"),
        ]
    assert {(one.outcome, one.message) for one in met} == {(Outcome.UNREACHABLE, OUT_OF_REACH)}


async def test_the_certificate_is_asked_for_by_the_name_and_not_the_address() -> None:
    hello = asyncio.get_running_loop().create_future()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hello.set_result(await reader.read(4096))
        writer.close()

    async with await asyncio.start_server(meet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        guard = AddressGuard(allow_networks=LOOPBACK, allow_ports=frozenset({port}))
        await refused(guard, f"https://loopback.rebind.example.net:{port}/v1")
    assert b"loopback.rebind.example.net" in await hello


ON_MACHINE: list[tuple[Auth, Material]] = [
    (Auth.AWS, AwsChain(profile="root", credentials_file="/etc/hostname")),
    (Auth.AWS, InstanceMetadata(host="http://127.0.0.1:{port}")),
    (Auth.GOOGLE, InstanceMetadata(host="127.0.0.1:{port}")),
    (Auth.ENTRA, InstanceMetadata()),
    (Auth.ENTRA, EntraApplication(tenant="t", client_id="c", token_file="/etc/hostname")),
    (Auth.ENTRA, EntraApplication(tenant="t", client_id="c", authority="http://127.0.0.1:{port}")),
]


@pytest.mark.parametrize(("auth", "material"), ON_MACHINE)
async def test_a_key_that_points_to_a_credential_of_the_server_is_refused(
    auth: Auth, material: Material
) -> None:
    async with decoys(1) as held:
        key = sealed(material).reveal().replace("{port}", str(held.port))
        guard = AddressGuard(allow_ports=held.ports | {80}, allow_http=True)
        with watched() as attempts, pytest.raises(Verdict) as met:
            await asked(guard, "https://api.example.net/v1", auth=auth, key=key)
    assert (held.connections, attempts) == (0, [])
    assert met.value.outcome is Outcome.KEY_REJECTED


PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "172.15.0.1", "100.63.0.1", "223.255.255.254",
          "2606:4700:4700::1111", "2001:4860:4860::8888", "2a00:1450::1", "2400:cb00::1"]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_passes(address: str) -> None:
    AddressGuard().vet((ip_address(address),))


@given(st.ip_addresses())
def test_what_passes_is_global_unicast_by_the_library_too(address: Address) -> None:
    if is_public(address):
        assert address.is_global
        assert not address.is_multicast
        assert getattr(address, "ipv4_mapped", None) is None


@given(st.from_regex(r"https://[a-z0-9.\[\]:@%\\-]{1,24}(:[0-9]{1,5})?/v1", fullmatch=True))
async def test_the_host_that_is_looked_up_is_the_host_that_was_read(url: str) -> None:
    seen: list[str] = []

    def look(host: str) -> Sequence[Address]:
        seen.append(host)
        return ()

    guard = AddressGuard(allow_networks=LOOPBACK, allow_ports=frozenset(range(65536)))
    with watched(), pytest.raises(Verdict):
        await asked(guard, url, look)
    assert not seen or seen == [origin(url).host]


@pytest.mark.parametrize("url", ["https://api.example.net/v1?x", "https://api.example.net/v1#x",
                                 "https://{host}.example.net/v1"])  # fmt: skip
def test_an_address_that_a_user_types_has_neither_query_nor_fragment_nor_gap(url: str) -> None:
    with pytest.raises(Verdict, match="leave it out"):
        AddressGuard().vet_base_url(url)


def test_an_address_that_may_be_asked_is_given_back_as_its_origin() -> None:
    found = AddressGuard().vet_base_url("https://API.example.net:8443/v1")
    assert found == ("https", "api.example.net", 8443)


def test_networks_are_read_as_an_operator_writes_them() -> None:
    found = networks(["10.1.0.0/16", " 127.0.0.1 ", "fd00::/8"])
    assert [str(one) for one in found] == ["10.1.0.0/16", "127.0.0.1/32", "fd00::/8"]


@pytest.mark.parametrize("said", ["0.0.0.0/0", "::/0", "10.0.0.1/8", "localhost", ""])
def test_what_is_no_network_is_told(said: str) -> None:
    with pytest.raises(BadConfig, match="network"):
        networks([said])
