from pathlib import Path

import pytest

from modeldex.domain.errors import BadConfig
from modeldex.transport.client import open_transport
from tests.transport.servers import ASK, KEY, ONCE, answering, connection, fetch, reply, serve

pytestmark = pytest.mark.anyio


async def test_no_cookie_is_kept() -> None:
    handler = answering(reply(set_cookie="session=1; Path=/"))
    async with serve(handler) as server, open_transport(ONCE) as transport:
        await transport.fetch(connection(server.url), ASK)
        await transport.fetch(connection(server.url), ASK)
    assert b"cookie" not in server.requests[1].lower()


async def test_a_netrc_is_never_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password hunter2\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    async with serve(answering(reply())) as server:
        await fetch(connection(server.url))
    assert b"authorization" not in server.requests[0].lower()


async def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serve(answering(reply())) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        await fetch(connection("http://api.acme.example/v1"))
    assert proxy.requests[0].startswith(b"GET http://api.acme.example/v1/models ")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("variable", ["HTTP_PROXY", "ALL_PROXY"])
async def test_this_machine_is_never_asked_through_a_proxy(
    variable: str, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serve(answering(reply())) as proxy, serve(answering(reply())) as server:
        monkeypatch.setenv(variable, proxy.url)
        await fetch(connection(server.url.replace("127.0.0.1", host), key=KEY))
    assert (proxy.connections, server.connections) == (0, 1)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HTTPS_PROXY", "socks5://me:hunter2@proxy.example:1080"),
        ("HTTPS_PROXY", "gopher://me:hunter2@proxy.example"),
        ("SSL_CERT_FILE", "/nowhere/hunter2.pem"),
    ],
)
async def test_an_unusable_environment_is_said_without_its_value(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(BadConfig) as met:
        async with open_transport(ONCE):
            pass
    assert met.value.__context__ is None
    assert "hunter2" not in str(met.value)
    assert ("pip install socksio" in str(met.value)) is value.startswith("socks")
