import os
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from modeldex.transport import building
from modeldex.transport.limits import Limits
from modeldex.transport.resolving import all_pass, system_look

FIRST = """
import asyncio, sys
from modeldex.transport.client import open_transport
from modeldex.transport.limits import Limits
from tests.transport.servers import ASK, answering, connection, reply, serve

async def first():
    async with serve(answering(reply())) as server, open_transport(Limits()) as transport:
        before = set(sys.modules)
        await transport.fetch(connection(server.url), ASK)
        return set(sys.modules) - before

print(sorted(asyncio.run(first())))
"""


def test_the_first_request_loads_nothing_more() -> None:
    path = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(
        [sys.executable, "-c", FIRST],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The TLS contexts made so far."""
    contexts: list[object] = []
    make = httpx2.create_ssl_context
    monkeypatch.setattr(httpx2, "create_ssl_context", lambda: contexts.append(1) or make())
    building._ssl_context.cache_clear()
    return contexts


def test_certificates_are_read_once(made: list[object]) -> None:
    for _ in range(3):
        building.build(Limits(), system_look, all_pass)
    assert len(made) == 1


def test_other_certificates_are_read_anew(
    made: list[object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    building.build(Limits(), system_look, all_pass)
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    building.build(Limits(), system_look, all_pass)
    assert len(made) == 2
