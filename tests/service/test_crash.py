"""What is left when a refresh is killed, and what many refreshes at once ask for."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from modeldex.storage.catalog_file import CatalogFile
from modeldex.storage.publishing import current, verify
from tests.loopback import LoopbackProviders, running

pytestmark = pytest.mark.once

REFRESH = "import modeldex; raise SystemExit(modeldex.refresh(force={}).catalog is None)"
LATENCY_S = 0.05


@pytest.fixture
def loopback() -> Iterator[LoopbackProviders]:
    with running(latency_s=LATENCY_S) as served:
        yield served


class Home:
    """A folder that processes of their own refresh into."""

    def __init__(self, folder: Path, loopback: LoopbackProviders) -> None:
        self.folder = folder
        self.loopback = loopback
        folder.mkdir(exist_ok=True)

    def serve(self, *providers: str) -> None:
        """Have the next refreshes know these providers and no others."""
        others = (row for row in self.loopback.rows if row not in providers)
        off = "".join(f"\n[providers.{row}]\nenabled = false\n" for row in others)
        on = "".join(
            f'\n[providers.{row}]\nbase_url = "{self.loopback.base_url(row)}"\n'
            for row in providers
        )
        alone = "[refresh]\nknowledge_ttl_s = 0\n"
        (self.folder / "config.toml").write_text(alone + on + off)

    def start(self, force: bool = True) -> subprocess.Popen[bytes]:
        keys = self.loopback.environment()
        environ = {**os.environ, **keys, "MODELDEX_HOME": str(self.folder)}
        return subprocess.Popen([sys.executable, "-c", REFRESH.format(force)], env=environ)

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
"""Four times fifty kills, side by side: each is a whole process that starts and dies."""


@pytest.mark.parametrize(
    ("times", "seed"), [(6, 20261120), *(pytest.param(50, seed, marks=LONG) for seed in range(4))]
)
def test_a_killed_refresh_leaves_the_old_catalog_or_the_new_one(
    times: int, seed: int, tmp_path: Path, loopback: LoopbackProviders
) -> None:
    home = Home(tmp_path / "home", loopback)
    lists = whole_lists(home)
    began = time.monotonic()
    assert home.start().wait() == 0
    usual_s = time.monotonic() - began
    moments = random.Random(seed)
    shown, killed = home.models(), 0
    for turn in range(times):
        served = list(lists)[turn % 2]
        home.serve(*served)
        process = home.start()
        time.sleep(moments.uniform(0.1, 1.1) * usual_s)
        process.kill()
        if process.wait() == 0:
            usual_s *= 0.9
        else:
            killed += 1
        assert home.models() in (shown, lists[served])
        shown = home.models()
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
