"""Refreshes in order: one at a time, and what changed meanwhile is asked for after what runs."""

import asyncio
from datetime import datetime

import pytest

from modeldex.domain.errors import StorageError
from modeldex.web.renewing import APART, Renewing
from tests.conftest import NOW

ALL: frozenset[str] = frozenset()


class Providers:
    """Those who are asked; each refresh waits for `go`."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.asked: list[tuple[frozenset[str], frozenset[str]]] = []
        self.error: Exception | None = None
        self.at_once = self.most = 0
        self.now: datetime = NOW

    async def refresh(
        self, _force: bool, only: frozenset[str] = ALL, accept: frozenset[str] = ALL
    ) -> None:
        self.asked.append((only, accept))
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        await self.go.wait()
        self.at_once -= 1
        if self.error is not None:
            raise self.error

    def renewing(self) -> Renewing:
        return Renewing(self.refresh, lambda: None, lambda: self.now)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.mark.anyio
async def test_what_changed_is_asked_for_after_what_runs() -> None:
    met = Providers()
    renewing = met.renewing()
    assert renewing.begin()
    waiting = asyncio.create_task(renewing.of({"acme"}))
    await settle()
    assert met.asked == [(ALL, ALL)]
    met.go.set()
    await waiting
    assert met.asked == [(ALL, ALL), (frozenset({"acme"}), ALL)]
    assert met.most == 1


@pytest.mark.anyio
async def test_wishes_that_wait_are_one_refresh() -> None:
    met = Providers()
    renewing = met.renewing()
    renewing.begin()
    waiting = [
        asyncio.create_task(renewing.of({"acme"})),
        asyncio.create_task(renewing.of({"globex"}, {"globex"})),
    ]
    await settle()
    met.go.set()
    await asyncio.gather(*waiting)
    assert met.asked[1:] == [(frozenset({"acme", "globex"}), frozenset({"globex"}))]


@pytest.mark.anyio
async def test_a_refresh_of_few_does_not_stand_for_one_of_all() -> None:
    met = Providers()
    met.go.set()
    renewing = met.renewing()
    await renewing.of({"acme"})
    assert renewing.begin()
    await settle()
    assert met.asked[-1] == (ALL, ALL)
    await renewing.stop()


@pytest.mark.anyio
async def test_two_refreshes_of_all_are_apart() -> None:
    met = Providers()
    met.go.set()
    renewing = met.renewing()
    await renewing.now()
    assert not renewing.begin()
    met.now += APART
    assert renewing.begin()
    await renewing.stop()


@pytest.mark.anyio
async def test_one_who_gives_up_leaves_the_refresh_running() -> None:
    met = Providers()
    renewing = met.renewing()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(renewing.of({"acme"}), 0.02)
    assert renewing.busy
    met.go.set()
    await renewing.of({"acme"})
    assert not renewing.busy


@pytest.mark.anyio
async def test_how_the_last_one_ended_is_told() -> None:
    met = Providers()
    met.go.set()
    renewing = met.renewing()
    assert renewing.ended is None
    met.error = StorageError("the disk is away")
    await renewing.of({"acme"})
    assert renewing.ended is not None
    assert (renewing.ended.end, renewing.ended.at) == ("failed", NOW)


@pytest.mark.anyio
async def test_stopping_ends_what_waits() -> None:
    met = Providers()
    renewing = met.renewing()
    renewing.begin()
    task = renewing.begin_of({"acme"})
    await settle()
    await renewing.stop()
    assert task.cancelled()
    assert met.asked == [(ALL, ALL)]
