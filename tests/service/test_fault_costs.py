"""What faults may cost: memory, time, and the event loop's attention."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from modeldex.domain.outcome import Outcome
from modeldex.transport.limits import Limits
from tests.loopback import FAULTS, Bodies, LoopbackProviders, canary, running
from tests.loopback.__main__ import main
from tests.loopback.mounts import MOUNTS
from tests.loopback.refreshing import outing

pytestmark = [pytest.mark.alone, pytest.mark.once]

MOST_GAP_S = 0.050
MOST_RISE_MIB = 64
PEAK = """
import resource, sys
import modeldex.wiring as wiring

def peak_mib():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)

wiring.refresh_now(only=["openai", "mistral"], force=True)
before = peak_mib()
for _ in range(5):
    report = wiring.refresh_now(only=["groq"], force=True)
print(report.providers[0].outcome, round(peak_mib() - before))
"""
"""Five times the same bomb: what one leaves behind adds up."""

COLD = """
import asyncio, sys
import modeldex.wiring as wiring
from tests.heartbeat import watched, worst

async def first():
    async with watched() as beats:
        report = await wiring.refresh_async(force=True)
    return report, worst(beats).of_work

assert not {"httpx2", "apsw", "modeldex.service.refresh"} & set(sys.modules)
report, away_s = asyncio.run(first())
print({line.outcome.value for line in report.providers}, away_s)
"""
HUNG = """
import socket, time
import modeldex.wiring as wiring

socket.getaddrinfo = lambda *args, **said: time.sleep(30)
began = time.monotonic()
report = wiring.refresh_now(only=["groq"], force=True)
print(report.providers[0].outcome, time.monotonic() - began)
"""

SAMPLE = [
    ("groq", "hang"),
    ("openai", "slow"),
    ("gemini", "drip_body"),
    ("anthropic", "endless_pages"),
    ("openrouter", "huge_body"),
    ("dashscope", "looping_pages"),
    ("cohere", "drip_headers"),
    ("ollama", "refused"),
    ("together", "gzip_bomb"),
    ("xai", "bad_key"),
    ("mistral", "rate_limited"),
]


@pytest.mark.parametrize("fault", ["gzip_bomb", "huge_body", "deep_json"])
def test_a_bomb_costs_less_than_64_mib(
    fault: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--small", "--home", str(tmp_path), "--fault", f"groq={fault}"]
    assert main([*arguments, "--run", sys.executable, "-c", PEAK]) == 0
    outcome, rise = capfd.readouterr().out.split()
    assert outcome == FAULTS[fault].expected
    assert int(rise) < MOST_RISE_MIB


@pytest.mark.anyio
@pytest.mark.parametrize("fault", ["bad_records", "deep_json", "gzip_bomb", "huge_body", "html"])
async def test_the_loop_is_never_away_for_50_ms(fault: str, tmp_path: Path) -> None:
    with running(bodies=Bodies.recorded(), faults={"groq": fault}) as loopback:
        tries = [(await outing(loopback, tmp_path, Limits())).gaps for _ in range(4)]
    assert min(gaps.of_work for gaps in tries) <= MOST_GAP_S
    assert min(gaps.of_clock for gaps in tries) <= MOST_GAP_S


def test_the_first_refresh_of_a_process_does_not_keep_the_loop_for_50_ms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    arguments = ["--small", "--home", str(tmp_path), "--run", sys.executable, "-c", COLD]
    assert main(arguments) == 0
    outcomes, away_s = capfd.readouterr().out.rsplit(maxsplit=1)
    assert outcomes == "{'ok'}"
    assert float(away_s) <= MOST_GAP_S


@pytest.mark.slow
def test_a_resolver_that_hangs_costs_the_connect_limit() -> None:
    began = time.monotonic()
    said = subprocess.run(
        [sys.executable, "-c", HUNG],
        env={**os.environ, "GROQ_API_KEY": canary("groq")},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout.split()
    assert said[0] == Outcome.DNS
    assert float(said[1]) < Limits().connect_s + 2
    assert time.monotonic() - began < Limits().connect_s + 5


@pytest.mark.slow
@pytest.mark.anyio
@pytest.mark.parametrize(("provider", "fault"), SAMPLE, ids=["-".join(pair) for pair in SAMPLE])
async def test_one_sick_provider_costs_its_own_deadline(
    provider: str, fault: str, tmp_path: Path
) -> None:
    with running(faults={provider: fault}) as loopback:
        met = await outing(loopback, tmp_path, Limits())
    well = dict.fromkeys(MOUNTS, Outcome.OK)
    assert met.outcomes == well | {provider: FAULTS[fault].outcome(provider)}
    assert met.seconds < 12
    assert all(
        line.duration_ms < 2500 for line in met.report.providers if line.provider != provider
    )


@pytest.mark.slow
@pytest.mark.anyio
async def test_slow_providers_are_waited_for_side_by_side(tmp_path: Path) -> None:
    with running(latency_s=4.0) as loopback:
        met = await outing(loopback, tmp_path, Limits())
    assert met.outcomes == dict.fromkeys(MOUNTS, Outcome.OK)
    assert met.seconds < 10


@pytest.mark.shared
@pytest.mark.anyio
async def test_the_recordings_come_whole_from_all_providers_in_small_pages(
    tmp_path: Path, recordings: Callable[[str], bytes]
) -> None:
    with running(bodies=Bodies.recorded(), page_size=60) as loopback:
        met = await outing(loopback, tmp_path, Limits())
        opened = _opened(loopback)
    assert met.outcomes == dict.fromkeys(MOUNTS, Outcome.OK)
    shown = {line.provider: line.models for line in met.report.providers}
    assert {name: shown[name] for name in opened} == opened


def _opened(loopback: LoopbackProviders) -> dict[str, int]:
    """Provider → distinct models of the recording, for those whose list is one route."""
    lists = {name: mount.routes[0] for name, mount in MOUNTS.items() if len(mount.routes) == 1}
    return {name: len(set(loopback.feed(name, route.path).ids)) for name, route in lists.items()}
