import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import anyio
import msgspec
import pytest

from modeldex.domain.outcome import Outcome
from modeldex.transport.limits import Limits
from tests.loopback import FAULTS, KeySeen, LoopbackProviders, canary, running
from tests.loopback.faults import LOCAL
from tests.loopback.mounts import MOUNTS
from tests.loopback.refreshing import Outing, outing, texts

pytestmark = pytest.mark.once

TIGHT = Limits(read_s=2.0, attempt_s=5.0, total_s=8.0)
ROOM_S = 10.0
"""What storing, publishing and a busy machine may add to the budget of asking."""
MOST_WORK_S = 0.100
"""Twice the promise: other tests share the processor's caches at the same time. The strict figures,
that of the clock too, are asked of quiet refreshes in `test_fault_costs`."""

Round = dict[str, str]
"""Provider → fault; a provider that is not in it is well."""


def schedule() -> list[Round]:
    """Rounds in which every provider has every fault once, and about a third is well each time.

    Faults that wait stand together, so that few rounds take long.
    """
    names = sorted(FAULTS, key=lambda name: not FAULTS[name].waits)
    tested = [name for name in names if not FAULTS[name].real_limits]
    slots: list[str | None] = []
    for place, name in enumerate(tested):
        slots += [name] if place % 2 else [name, None]
    return [_round(slots[turn:] + slots[:turn]) for turn in range(len(slots))]


def _round(slots: list[str | None]) -> Round:
    return {
        provider: name
        for provider, name in zip(MOUNTS, slots, strict=False)
        if name is not None and FAULTS[name].concerns(provider)
    }


ROUNDS = schedule()


@pytest.fixture(scope="module")
def loopback() -> Iterator[LoopbackProviders]:
    with running() as server:
        yield server


@pytest.fixture(scope="module")
def seeded(
    loopback: LoopbackProviders, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Outing]:
    """A home after one refresh in which all was well."""
    home = tmp_path_factory.mktemp("seeded")
    loopback.break_with({})

    async def go() -> Outing:
        return await outing(loopback, home, Limits())

    return home, anyio.run(go)


@pytest.fixture
def home(seeded: tuple[Path, Outing], tmp_path: Path) -> Path:
    copy = tmp_path / "copy"
    shutil.copytree(seeded[0], copy)
    return copy


def test_the_rounds_hold_every_pair_once_and_always_someone_well() -> None:
    pairs = [(provider, name) for faults in ROUNDS for provider, name in faults.items()]
    wanted = {
        (provider, name)
        for name, fault in FAULTS.items()
        for provider in MOUNTS
        if fault.concerns(provider) and not fault.real_limits
    }
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == wanted
    assert all(len(MOUNTS) - len(faults) >= 4 for faults in ROUNDS)


def test_without_faults_everything_is_ok(seeded: tuple[Path, Outing]) -> None:
    assert seeded[1].outcomes == dict.fromkeys(MOUNTS, Outcome.OK)


@pytest.mark.anyio
@pytest.mark.parametrize("faults", ROUNDS, ids=range(len(ROUNDS)))
async def test_every_fault_gets_its_word_and_harms_nobody_else(
    faults: Round,
    loopback: LoopbackProviders,
    seeded: tuple[Path, Outing],
    home: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    loopback.forget()
    loopback.break_with(faults)
    limits = TIGHT if any(FAULTS[name].waits for name in faults.values()) else Limits()
    met = await outing(loopback, home, limits)
    expected = {p: FAULTS[faults[p]].later(p) if p in faults else Outcome.OK for p in MOUNTS}
    assert met.outcomes == expected
    assert met.seconds <= limits.total_s + ROOM_S
    assert met.gaps.of_work <= MOST_WORK_S
    _check_lists(faults, seeded[1], met)
    _check_asking(loopback)
    _check_secrecy(home, met, caplog.text + "".join(capfd.readouterr()))


def _check_lists(faults: Round, well: Outing, met: Outing) -> None:
    """The well ones to the byte; of the sick ones every model that was known, unchanged.

    A server of this machine that says that it has no models is believed: they are missing.
    """
    for provider in MOUNTS:
        if provider not in faults:
            assert (provider, met.listings[provider]) == (provider, well.listings[provider])
        if faults.get(provider) == "empty_list" and provider in LOCAL:
            assert met.essence_of(provider).keys() == well.essence_of(provider).keys()
        elif faults.get(provider) != "refused":
            assert met.essence_of(provider) == well.essence_of(provider)


def _check_asking(loopback: LoopbackProviders) -> None:
    assert not loopback.decoy_connections
    assert not [seen for seen in loopback.seen if seen.strayed or seen.key is KeySeen.WRONG]


def _check_secrecy(home: Path, met: Outing, said: str) -> None:
    keys = [canary(provider) for provider in MOUNTS]
    said += repr(met) + msgspec.json.encode(met.report).decode()
    assert not [key for key in keys if key in said]
    found = [(path, key) for path, text in texts(home) for key in keys if key.encode() in text]
    assert not found
