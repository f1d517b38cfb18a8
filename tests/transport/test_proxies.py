import pytest

from modeldex.domain.outcome import Outcome, Verdict
from modeldex.transport.limits import Limits
from modeldex.transport.resolving import Address
from tests.transport.resolvers import NAME, finding, hanging, refusing
from tests.transport.servers import answering, connection, fetch, refusal, reply, serve

pytestmark = pytest.mark.anyio


async def is_proxied(url: str) -> bool:
    """Whether a request gets to the proxy; one that goes its own way is stopped."""
    seen: list[Address] = []
    try:
        await fetch(connection(url), look=finding("192.0.2.1"), vet=refusing(seen))
    except Verdict:
        assert seen
    return not seen


@pytest.mark.parametrize(
    ("excepted", "url", "proxied"),
    [
        ("", "http://api.acme.example/", True),
        ("*", "http://api.acme.example/", False),
        ("other.example, *", "http://api.acme.example/", False),
        ("api.acme.example", "http://api.acme.example/", False),
        ("acme.example", "http://api.acme.example/", False),
        (".acme.example", "http://api.acme.example/", False),
        ("*.acme.example", "http://api.acme.example/", False),
        ("cme.example", "http://api.acme.example/", True),
        ("acme.example:8080", "http://api.acme.example:8080/", False),
        ("acme.example:8080", "http://api.acme.example/", True),
        ("http://api.acme.example", "http://api.acme.example/", False),
        ("https://api.acme.example", "http://api.acme.example/", True),
        ("192.0.2.7", "http://192.0.2.7/", False),
        ("192.0.2.0/24", "http://192.0.2.7/", False),
        ("http://192.0.2.0/24", "http://192.0.2.7/", False),
        ("192.0.2.0/28", "http://192.0.2.77/", True),
        ("2001:db8::/32", "http://[2001:db8::7]/", False),
        ("[2001:db8::7]", "http://[2001:db8::7]/", False),
        ("2001:db8::7", "http://[2001:db8::8]/", True),
        ("192.0.2.0/99, fe80::1%eth0, a b, x/y, [", "http://api.acme.example/", True),
    ],
)
async def test_exceptions_are_read_as_the_client_reads_them(
    excepted: str, url: str, proxied: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", excepted)
    async with serve(answering(reply())) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"127.0.0.1:{proxy.port}")
        assert await is_proxied(url) is proxied
    assert proxy.connections == int(proxied)


@pytest.mark.parametrize(
    ("variable", "proxied"), [("HTTP_PROXY", True), ("ALL_PROXY", True), ("HTTPS_PROXY", False)]
)
async def test_each_scheme_has_its_proxy(
    variable: str, proxied: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serve(answering(reply())) as proxy:
        monkeypatch.setenv(variable, proxy.url)
        assert await is_proxied(f"http://{NAME}/") is proxied


async def test_a_secure_address_is_reached_through_a_tunnel(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with serve(answering(reply(status="403 X"))) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", "//me:word@"))
        met = await refusal(connection(f"https://{NAME}/v1"), look=finding())
    assert proxy.requests[0].startswith(f"CONNECT {NAME}:443 HTTP/1.1\r\n".encode())
    assert b"proxy-authorization: basic bwu6d29yza==\r\n" in proxy.requests[0].lower()
    assert met.message == "the proxy of this machine refused to reach it"


async def test_a_proxy_is_looked_up_by_the_same_resolver(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serve(answering(reply())) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://{NAME}:{proxy.port}")
        await fetch(connection("http://192.0.2.1/"), look=finding("127.0.0.1"))
    assert proxy.connections == 1


async def test_a_proxy_whose_name_is_not_found_in_time_is_dns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://{NAME}:3128")
    with hanging() as look:
        met = await refusal(connection(f"https://{NAME}/"), Limits(connect_s=0.3), look)
    assert (met.outcome, met.message) == (
        Outcome.DNS,
        "the proxy of this machine was not looked up in time",
    )


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_proxy_that_cannot_be_reached_is_told_as_the_proxy(
    scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serve(answering(reply())) as gone:
        pass
    monkeypatch.setenv("ALL_PROXY", gone.url)
    try:
        raise RuntimeError  # as the event loop may be started while one is handled
    except RuntimeError:
        met = await refusal(connection(f"{scheme}://{NAME}/"), look=finding())
    assert met.message == "the proxy of this machine refused the connection"


async def test_a_proxy_that_has_no_address_is_told_as_the_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ALL_PROXY", f"http://{NAME}:3128")
    met = await refusal(connection("http://192.0.2.1/"), look=finding())
    assert met.message == "the proxy of this machine has a host name that was not found"
