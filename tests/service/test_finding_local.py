"""Servers of this machine, found through the real client on ports that the test chose."""

import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import anyio
import pytest
from anyio.abc import SocketStream

from modeldex.domain.errors import BadConfig
from modeldex.domain.outcome import Outcome
from modeldex.domain.report import ProviderReport, Report
from modeldex.providers import packaged
from modeldex.service.connecting import connections
from modeldex.service.finding_local import ports
from modeldex.service.refresh import refresh
from modeldex.service.workshop import Wish
from modeldex.settings.config import Config, RefreshConfig
from modeldex.settings.home import home
from modeldex.transport.probing import listening
from modeldex.wiring import workshop
from tests.conftest import SMALL

pytestmark = pytest.mark.anyio
LOCAL = {name: row for name, row in packaged().items() if row.local}


def small(row: str, route: str = "models") -> Any:
    return json.loads((SMALL / row / f"{route}.json").read_bytes())


UNAUTHORIZED = {"error": "Unauthorized"}


class Server:
    """A stranger on this machine that answers some addresses and remembers what it was asked."""

    def __init__(self, said: Mapping[str, Any] | None) -> None:
        self.said = said
        self.port = 0
        self.asked: list[str] = []

    async def answer(self, stream: SocketStream) -> None:
        async with stream:
            with suppress(anyio.EndOfStream, anyio.BrokenResourceError):
                await self._answer(stream, (await stream.receive()).decode())

    async def _answer(self, stream: SocketStream, request: str) -> None:
        self.asked.append(request)
        if self.said is None:
            await anyio.sleep(30)
            return
        path = request.split(" ")[1].partition("?")[0]
        known = path in self.said
        body = json.dumps(self.said[path] if known else {"detail": "no"}).encode()
        status = "200 OK" if known else "404 Not Found"
        head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close\r\n"
        await stream.send(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)


@asynccontextmanager
async def serving(*servers: Server) -> AsyncIterator[frozenset[int]]:
    failed: Exception | None = None
    async with AsyncExitStack() as stack, anyio.create_task_group() as group:
        for server in servers:
            listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
            await stack.enter_async_context(listener)
            server.port = listener.extra(anyio.abc.SocketAttribute.local_port)
            group.start_soon(listener.serve, server.answer)
        try:
            yield frozenset(server.port for server in servers)
        except Exception as error:  # noqa: BLE001 (raised again, out of the task group)
            failed = error
        group.cancel_scope.cancel()
    if failed is not None:
        raise failed


async def refreshed(
    folder: Path,
    ports: frozenset[int] | None,
    environ: Mapping[str, str] | None = None,
    **wish: Any,
) -> Report:
    config = Config(refresh=RefreshConfig(knowledge_ttl_s=0))
    everyone = connections(LOCAL, config, environ or {})
    parts = workshop(home({"MODELDEX_HOME": str(folder)}), config, everyone)
    return await refresh(parts._replace(local_ports=ports), Wish(only=frozenset(), **wish))


def found(report: Report) -> dict[str, int]:
    return {line.provider: line.models for line in report.providers if line.outcome is Outcome.OK}


async def test_a_server_is_found_by_what_it_says_on_whatever_port(tmp_path: Path) -> None:
    vllm = Server({"/v1/models": small("vllm")})
    kobold = Server({"/v1/models": small("koboldcpp")})
    async with serving(vllm, kobold) as ports:
        report = await refreshed(tmp_path, ports)
    assert found(report) == {"vllm": 1, "koboldcpp": 1}


async def test_ollama_is_found_with_its_models(tmp_path: Path) -> None:
    ollama = Server({"/api/tags": small("ollama", "tags")})
    async with serving(ollama) as ports:
        report = await refreshed(tmp_path, ports)
    assert found(report)["ollama"] == len(small("ollama", "tags")["models"])


async def test_a_server_that_nobody_knows_has_a_name_of_its_own(tmp_path: Path) -> None:
    stranger = Server({"/v1/models": {"data": [{"id": "a", "owned_by": "me", "created": 5}]}})
    async with serving(stranger) as ports:
        report = await refreshed(tmp_path, ports)
    assert found(report) == {f"local-{stranger.port}": 1}


async def test_what_is_no_server_of_models_is_left_alone(tmp_path: Path) -> None:
    async with serving(Server({"/": "a web page"})) as ports:
        report = await refreshed(tmp_path, ports)
    assert found(report) == {}


async def test_a_server_that_is_not_running_is_no_failure(tmp_path: Path) -> None:
    report = await refreshed(tmp_path, frozenset({1}))
    assert not report.partial
    assert {line.outcome for line in report.providers if line.provider == "vllm"} == {
        Outcome.UNREACHABLE
    }


async def test_a_port_that_hangs_costs_the_look_and_no_more(tmp_path: Path) -> None:
    began = time.monotonic()
    async with serving(Server(None)) as ports:
        report = await refreshed(tmp_path, ports)
    assert found(report) == {}
    assert time.monotonic() - began < 20


async def test_no_key_goes_to_a_port_that_was_merely_found(tmp_path: Path) -> None:
    vllm = Server({"/v1/models": small("vllm")})
    async with serving(vllm) as ports:
        await refreshed(tmp_path, ports, {"VLLM_API_KEY": "secret-of-mine"})
    assert vllm.asked
    assert not any("secret-of-mine" in request for request in vllm.asked)


async def test_an_address_that_somebody_set_is_asked_with_its_key(tmp_path: Path) -> None:
    vllm = Server({"/v1/models": small("vllm")})
    async with serving(vllm) as ports:
        address = f"http://127.0.0.1:{vllm.port}/v1"
        environ = {"VLLM_API_KEY": "secret-of-mine", "VLLM_API_BASE": address}
        report = await refreshed(tmp_path, ports, environ)
    assert found(report) == {"vllm": 1}
    assert all("Bearer secret-of-mine" in request for request in vllm.asked)


@pytest.mark.parametrize("wish", [{"local": False}, {"offline": True}])
async def test_nobody_is_looked_for_when_that_is_not_wanted(
    tmp_path: Path, wish: dict[str, bool]
) -> None:
    vllm = Server({"/v1/models": small("vllm")})
    async with serving(vllm) as ports:
        await refreshed(tmp_path, ports, **wish)
    assert vllm.asked == []


async def test_the_setting_looks_nowhere(tmp_path: Path) -> None:
    report = await refreshed(tmp_path, None)
    assert found(report) == {}


@pytest.mark.parametrize("said", ["99999", "abc", "0x10", "8000;9000", "-1", "8000,0"])
def test_a_variable_that_lists_no_ports_is_told(said: str) -> None:
    with pytest.raises(BadConfig, match="MODELDEX_LOCAL is to be off, or ports"):
        ports(True, {"MODELDEX_LOCAL": said})


@pytest.mark.parametrize(
    ("said", "found"), [("8000, 9000,", {8000, 9000}), ("", set()), ("on", set()), ("off", None)]
)
def test_the_variable_lists_ports_or_says_off(said: str, found: set[int] | None) -> None:
    assert ports(True, {"MODELDEX_LOCAL": said}) == found


async def test_a_port_that_cannot_be_is_one_on_which_nobody_listens() -> None:
    assert await listening([99999], 0.1) == frozenset()


class Guarded(Server):
    """Says no to everybody without a key, as vLLM does."""

    async def _answer(self, stream: SocketStream, request: str) -> None:
        self.asked.append(request)
        body = json.dumps(UNAUTHORIZED).encode()
        head = f"HTTP/1.1 401 Unauthorized\r\ncontent-length: {len(body)}\r\n\r\n"
        await stream.send(head.encode() + body)


def line(report: Report, provider: str) -> ProviderReport:
    (found,) = (one for one in report.providers if one.provider == provider)
    return found


async def test_a_server_behind_a_key_is_told_with_the_variable_that_leads_there(
    tmp_path: Path,
) -> None:
    vllm = Guarded({})
    async with serving(vllm) as ports:
        report = await refreshed(tmp_path, ports, {"VLLM_API_KEY": "secret-of-mine"})
    said = line(report, "vllm")
    assert (said.outcome, said.failed) == (Outcome.NO_KEY, False)
    assert f"http://localhost:{vllm.port}/v1 wants a key" in said.message
    assert "if it is vLLM, set VLLM_API_BASE to this address, and VLLM_API_KEY" in said.message


async def test_no_key_goes_to_a_server_that_wants_one_and_was_merely_found(tmp_path: Path) -> None:
    vllm = Guarded({})
    async with serving(vllm) as ports:
        await refreshed(tmp_path, ports, {"VLLM_API_KEY": "secret-of-mine"})
    assert vllm.asked
    assert not any("secret-of-mine" in request for request in vllm.asked)


async def test_a_server_behind_a_key_that_nobody_knows_is_told_with_how_to_add_it(
    tmp_path: Path,
) -> None:
    stranger = Guarded({})
    async with serving(stranger) as ports:
        report = await refreshed(tmp_path, ports)
    said = line(report, f"local-{stranger.port}")
    assert said.outcome is Outcome.NO_KEY
    assert f"modeldex providers add http://127.0.0.1:{stranger.port}/v1 --key-env" in said.message
    assert line(report, "vllm").outcome is Outcome.UNREACHABLE


async def test_a_server_known_by_how_it_refuses_is_told_with_the_variable_that_leads_there(
    tmp_path: Path,
) -> None:
    class Proxy(Server):
        async def _answer(self, stream: SocketStream, request: str) -> None:
            body = b'{"error": {"type": "auth_error", "code": "401"}}'
            head = f"HTTP/1.1 401 Unauthorized\r\ncontent-length: {len(body)}\r\n\r\n"
            await stream.send(head.encode() + body)

    async with serving(Proxy({})) as ports:
        report = await refreshed(tmp_path, ports, {"LITELLM_PROXY_API_KEY": "secret-of-mine"})
    said = line(report, "litellm-proxy")
    assert said.outcome is Outcome.NO_KEY
    assert "set LITELLM_PROXY_API_BASE to this address" in said.message


async def test_a_server_that_lists_for_keys_alone_is_told_too_and_not_sent_the_key(
    tmp_path: Path,
) -> None:
    class Refusing(Server):
        async def _answer(self, stream: SocketStream, request: str) -> None:
            self.asked.append(request)
            body = b'{"detail": "Not authenticated"}'
            head = f"HTTP/1.1 401 Unauthorized\r\ncontent-length: {len(body)}\r\n\r\n"
            await stream.send(head.encode() + body)

    webui = Refusing({})
    async with serving(webui) as ports:
        report = await refreshed(tmp_path, ports, {"OPEN_WEBUI_API_KEY": "secret-of-mine"})
    assert line(report, "open-webui").outcome is Outcome.NO_KEY
    assert webui.asked
    assert not any("secret-of-mine" in request for request in webui.asked)
