"""Keys of servers of one's own that want one only when they were started so."""

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from modeldex.domain.outcome import Outcome
from modeldex.domain.report import Report
from modeldex.providers import packaged
from modeldex.service.connecting import connections
from modeldex.service.refresh import refresh
from modeldex.service.workshop import Wish
from modeldex.settings.config import Config, RefreshConfig
from modeldex.settings.home import home
from modeldex.wiring import workshop
from tests.service.test_finding_local import Guarded, Server, found, line, serving, small

pytestmark = pytest.mark.anyio
KEY = "secret-of-mine"
GUARDABLE = pytest.mark.parametrize("row", ["tgi", "koboldcpp", "text-generation-webui"])


def answering(row: str) -> Server:
    said = {"/v1/models": small(row)}
    return Server({**said, "/info": small(row, "info")} if row == "tgi" else said)


async def refreshed(folder: Path, row: str, ports: frozenset[int] | None, **said: Any) -> Report:
    config = Config(refresh=RefreshConfig(knowledge_ttl_s=0), providers={row: said})
    everyone = connections({row: packaged()[row]}, config, {})
    parts = workshop(home({"MODELDEX_HOME": str(folder)}), config, everyone)
    return await refresh(parts._replace(local_ports=ports), Wish(only=frozenset()))


@GUARDABLE
async def test_a_key_that_is_set_is_sent_to_the_address_that_is_set(
    tmp_path: Path, row: str
) -> None:
    server, other = answering(row), Server({"/v1/models": small("vllm")})
    async with serving(server, other):
        address = f"http://127.0.0.1:{server.port}/v1"
        ports = frozenset({other.port})
        report = await refreshed(tmp_path, row, ports, base_url=address, api_key=KEY)
    assert found(report)[row] == 1
    assert server.asked
    assert all(f"Bearer {KEY}" in request for request in server.asked)
    assert not any(KEY in request for request in other.asked)


@GUARDABLE
async def test_without_a_key_none_is_sent_and_none_is_needed(tmp_path: Path, row: str) -> None:
    server = answering(row)
    async with serving(server):
        address = f"http://127.0.0.1:{server.port}/v1"
        report = await refreshed(tmp_path, row, None, base_url=address)
    assert found(report) == {row: 1}
    assert not any("authorization" in request.lower() for request in server.asked)


@GUARDABLE
async def test_a_port_that_was_merely_found_gets_no_key_and_its_owner_is_told(
    tmp_path: Path, row: str
) -> None:
    server = Guarded({})
    async with serving(server) as ports:
        report = await refreshed(tmp_path, row, ports, api_key=KEY)
    said = line(report, row)
    assert said.outcome is Outcome.NO_KEY
    assert f"base_url under [providers.{row}]" in said.message
    assert not any(KEY in request for request in server.asked)


@pytest.mark.parametrize("in_variable", [True, False])
async def test_doing_what_is_said_of_a_guarded_server_has_it_asked(
    tmp_path: Path, in_variable: bool
) -> None:
    server = Server({"/v1/models": small("vllm")})
    async with serving(server):
        address = f"http://localhost:{server.port}/v1"
        row = replace(packaged()["vllm"], base_url=address, ports=(server.port,))
        moved = {} if in_variable else {"vllm": {"base_url": address}}
        config = Config(refresh=RefreshConfig(knowledge_ttl_s=0), providers=moved)
        environ = {"VLLM_API_KEY": KEY, **({"VLLM_API_BASE": address} if in_variable else {})}
        everyone = connections({"vllm": row}, config, environ)
        parts = workshop(home({"MODELDEX_HOME": str(tmp_path)}), config, everyone)
        report = await refresh(parts._replace(local_ports=frozenset()), Wish(only=frozenset()))
    assert found(report) == {"vllm": 1}
    assert server.asked
    assert all(f"Bearer {KEY}" in request for request in server.asked)
