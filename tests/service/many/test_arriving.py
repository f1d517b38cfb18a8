"""Empty lists that come again and again: since when they are held, and when one is taken."""

import pytest

from modeldex.domain.account import KeptConnection
from modeldex.domain.outcome import Outcome
from modeldex.service.many.asking import Asking

from .house import Host, House, hosting

pytestmark = pytest.mark.anyio

KEY = "key-of-anna"
LISTS = {KEY: ["common", "ft:anna"]}


async def emptied(house: House, host: Host) -> KeptConnection:
    """A connection that showed a list, whose next ones are empty."""
    kept = house.keep("anna", host.url, KEY)
    await house.view(kept)
    host.lists[KEY] = []
    return kept


async def outcomes(house: House, kept: KeptConnection, *minutes: int) -> list[Outcome]:
    """What each forced check comes to, so many minutes after the one before it."""
    found = []
    for span in minutes:
        house.passes(minutes=span)
        found.append((await house.view(kept, force=True)).outcome)
    return found


async def test_checks_in_between_put_off_nothing() -> None:
    async with hosting(LISTS) as host:
        house = House()
        kept = await emptied(house, host)
        said = await outcomes(house, kept, *(50,) * 4)
        assert said == [Outcome.HELD, Outcome.HELD, Outcome.OK, Outcome.OK]
        assert await house.names("anna") == set()


async def test_a_check_that_brings_no_list_puts_off_nothing() -> None:
    async with hosting(LISTS) as host:
        house = House()
        kept = await emptied(house, host)
        assert await outcomes(house, kept, 2) == [Outcome.HELD]
        host.tired.add(KEY)
        assert await outcomes(house, kept, 30) == [Outcome.RATE_LIMITED]
        host.tired.clear()
        assert await outcomes(house, kept, 31) == [Outcome.OK]


async def test_a_key_that_cannot_be_read_in_between_puts_off_nothing() -> None:
    async with hosting(LISTS) as host:
        house = House()
        kept = await emptied(house, host)
        assert await outcomes(house, kept, 2) == [Outcome.HELD]
        secret = house.secrets.pop(kept.id)
        assert await outcomes(house, kept, 30) == [Outcome.NO_KEY]
        house.secrets[kept.id] = secret
        assert await outcomes(house, kept, 31) == [Outcome.OK]


async def test_a_list_with_models_in_between_begins_the_hour_anew() -> None:
    async with hosting(LISTS) as host:
        house = House()
        kept = await emptied(house, host)
        assert await outcomes(house, kept, 2) == [Outcome.HELD]
        host.lists[KEY] = LISTS[KEY]
        assert await outcomes(house, kept, 30) == [Outcome.OK]
        host.lists[KEY] = []
        assert await outcomes(house, kept, 31, 59, 2) == [Outcome.HELD, Outcome.HELD, Outcome.OK]


async def test_replicas_take_turns_and_put_off_nothing_for_long() -> None:
    async with hosting(LISTS) as host:
        house = House()
        kept = await emptied(house, host)
        one, other = house.asking, Asking(house.desk)
        said = []
        for house.asking in (one, other, one):
            said += await outcomes(house, kept, 40)
        assert said == [Outcome.HELD, Outcome.HELD, Outcome.OK]


async def test_a_list_that_another_replica_brought_in_between_begins_the_hour_anew() -> None:
    async with hosting(LISTS) as host:
        house = House()
        kept = await emptied(house, host)
        one, other = house.asking, Asking(house.desk)
        assert await outcomes(house, kept, 2) == [Outcome.HELD]
        house.asking, host.lists[KEY] = other, LISTS[KEY]
        assert await outcomes(house, kept, 30) == [Outcome.OK]
        host.lists[KEY] = []
        assert await outcomes(house, kept, 10) == [Outcome.HELD]
        house.asking = one
        assert await outcomes(house, kept, 31, 30) == [Outcome.HELD, Outcome.OK]


async def test_what_is_held_shows_when_its_list_was_fetched_last() -> None:
    async with hosting(LISTS) as host:
        house = House()
        kept = house.keep("anna", host.url, KEY)
        await house.view(kept)
        house.passes(minutes=90)
        before = await house.view(kept, force=True)
        assert before.fetched_at == house.now
        host.lists[KEY] = []
        assert await outcomes(house, kept, 2) == [Outcome.HELD]
        assert (await house.view(kept)).fetched_at == before.fetched_at
