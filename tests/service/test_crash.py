"""What is left when a refresh is killed, and what many refreshes at once ask for."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from modeldex.providers import packaged
from modeldex.storage.catalog_file import CatalogFile
from modeldex.storage.publishing import current, verify
from tests.loopback import LoopbackProviders, running

pytestmark = pytest.mark.once

WARM = """
import os, sys
from modeldex import wiring
from modeldex.service import refresh, telling
from modeldex.transport import client
for line in sys.stdin:
    child = os.fork()
    if not child:
        os._exit(wiring.refresh_now(force=True).catalog is None)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""Forks a process for each refresh, so that none is killed while it is only being loaded."""
REFRESH = "import modeldex; raise SystemExit(modeldex.refresh(force={}).catalog is None)"
LATENCY_S = 0.05


@pytest.fixture
def loopback() -> Iterator[LoopbackProviders]:
    with running(latency_s=LATENCY_S) as served:
        yield served


class Refreshes:
    """Processes that refresh, one after the other."""

    def __init__(self, home: "Home") -> None:
        warm = [sys.executable, "-c", WARM]
        pipe = subprocess.PIPE
        self._warm = subprocess.Popen(warm, env=home.environ, stdin=pipe, stdout=pipe, text=True)

    def start(self) -> int:
        """The next one's process id."""
        assert self._warm.stdin is not None
        self._warm.stdin.write("\n")
        self._warm.stdin.flush()
        return self._said()

    def wait(self) -> int:
        """Its exit code; negative: the signal that ended it."""
        return self._said()

    def stop(self) -> None:
        self._warm.communicate()

    def _said(self) -> int:
        assert self._warm.stdout is not None
        return int(self._warm.stdout.readline())


class Home:
    """A folder that processes of their own refresh into."""

    def __init__(self, folder: Path, loopback: LoopbackProviders) -> None:
        self.folder = folder
        self.loopback = loopback
        folder.mkdir(exist_ok=True)

    def serve(self, *providers: str) -> None:
        """Have the next refreshes know these providers and no others."""
        others = (row for row in packaged() if row not in providers)
        off = "".join(f"\n[providers.{row}]\nenabled = false\n" for row in others)
        on = "".join(
            f'\n[providers.{row}]\nbase_url = "{self.loopback.base_url(row)}"\n'
            for row in providers
        )
        alone = "[refresh]\nknowledge_ttl_s = 0\n"
        (self.folder / "config.toml").write_text(alone + on + off)

    @property
    def environ(self) -> dict[str, str]:
        keys = self.loopback.environment()
        return {**os.environ, **keys, "MODELDEX_HOME": str(self.folder)}

    def start(self, force: bool = True) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", REFRESH.format(force)], env=self.environ)

    def catalog(self) -> CatalogFile:
        path = current(self.folder / "catalog")
        assert path is not None
        assert verify(path)
        return CatalogFile(path)

    def models(self) -> frozenset[str]:
        return frozenset(self.catalog().essence())


def whole_lists(home: Home) -> dict[tuple[str, ...], frozenset[str]]:
    """What a refresh that nobody kills publishes for either of two sets of providers."""
    lists = {}
    for providers in (("groq", "mistral"), ("openai", "cohere", "poe")):
        home.serve(*providers)
        assert home.start().wait() == 0
        lists[providers] = home.models()
    return lists


LONG = [pytest.mark.slow, pytest.mark.timeout(600)]
"""Four times fifty kills, side by side: each is a process that starts and dies."""


@pytest.mark.parametrize(
    ("times", "seed"), [(6, 20261120), *(pytest.param(50, seed, marks=LONG) for seed in range(4))]
)
def test_a_killed_refresh_leaves_the_old_catalog_or_the_new_one(
    times: int, seed: int, tmp_path: Path, loopback: LoopbackProviders
) -> None:
    home = Home(tmp_path / "home", loopback)
    lists = whole_lists(home)
    refreshes = Refreshes(home)
    refreshes.start()
    began = time.monotonic()
    assert refreshes.wait() == 0
    usual_s = time.monotonic() - began
    moments = random.Random(seed)
    shown, killed = home.models(), 0
    for turn in range(times):
        served = list(lists)[turn % 2]
        home.serve(*served)
        process = refreshes.start()
        time.sleep(moments.uniform(0.0, 1.1) * usual_s)
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        if refreshes.wait() == 0:
            usual_s *= 0.9
        else:
            killed += 1
        assert home.models() in (shown, lists[served])
        shown = home.models()
    refreshes.stop()
    assert killed > times / 3


def test_a_refresh_after_a_killed_one_is_not_kept_waiting(
    tmp_path: Path, loopback: LoopbackProviders
) -> None:
    home = Home(tmp_path / "home", loopback)
    home.serve("groq")
    loopback.break_with({"groq": "hang"})
    process = home.start()
    while not loopback.seen:
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.wait()
    loopback.break_with({})
    began = time.monotonic()
    assert home.start().wait() == 0
    assert time.monotonic() - began < 10


def test_twenty_refreshes_at_once_ask_each_connection_once(
    tmp_path: Path, loopback: LoopbackProviders
) -> None:
    home = Home(tmp_path / "home", loopback)
    home.serve("groq", "openai", "deepseek")
    processes = [home.start(force=False) for _ in range(20)]
    assert [process.wait() for process in processes] == [0] * 20
    assert sorted(seen.provider for seen in loopback.seen) == ["deepseek", "groq", "openai"]
    assert len(home.models()) > 0
