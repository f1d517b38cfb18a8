"""One request per key at a time, one answer for all who hold it, and never another's."""

import asyncio
import gc
import threading
import time
from contextlib import AsyncExitStack
from unittest.mock import patch

import msgspec
import pytest

from modeldex.dialects import openai
from modeldex.domain.account import KeptConnection, View
from modeldex.domain.connection import Connection
from modeldex.domain.errors import StorageError
from modeldex.domain.listing import Page, Reading
from modeldex.domain.outcome import Outcome
from modeldex.service import discover
from modeldex.service.many.asking import Asking
from modeldex.service.many.budgets import Budget
from modeldex.service.many.views import Lost
from modeldex.storage.accounts.patience import current, waiting_at_most
from modeldex.transport.address_guard import AddressGuard
from modeldex.transport.limits import Limits
from tests.loopback import FAULTS, LoopbackProviders
from tests.service.many.house import LIMITS, LOOPBACK, House, hosting, shop
from tests.waiting import comes_meanwhile

pytestmark = pytest.mark.anyio

LISTS = {"key-of-anna": ["common", "ft:anna"], "key-of-bert": ["common", "ft:bert"]}


async def test_two_users_see_exactly_what_their_keys_open_cold_and_warm() -> None:
    async with hosting(LISTS) as host:
        house = House()
        for user in ("anna", "bert"):
            house.keep(user, host.url, f"key-of-{user}")
        for _ in range(2):
            users = ["anna", "bert"] * 20
            seen = await asyncio.gather(*map(house.names, users))
            assert seen[::2] == [{"common", "ft:anna"}] * 20
            assert seen[1::2] == [{"common", "ft:bert"}] * 20
    assert host.asked == {"key-of-anna": 1, "key-of-bert": 1}


async def test_a_hundred_waiters_make_one_request() -> None:
    async with hosting(LISTS) as host:
        house, host.latency_s = House(), 0.1
        kept = house.keep("anna", host.url, "key-of-anna")
        await asyncio.gather(*(house.view(kept, force=bool(n % 2)) for n in range(100)))
    assert host.asked.total() == 1


async def test_a_hundred_users_with_one_key_make_one_request() -> None:
    async with hosting(LISTS) as host:
        house, host.latency_s = House(), 0.1
        several = [house.keep(f"user-{n}", host.url, "key-of-anna") for n in range(100)]
        views = await asyncio.gather(*map(house.view, several))
    assert host.asked.total() == 1
    assert len({view.listing for view in views}) == 1


async def test_without_a_fingerprint_nothing_is_shared() -> None:
    async with hosting({"": ["open"]}) as host:
        house = House()
        several = [house.keep(f"user-{n}", host.url, None) for n in range(3)]
        house.rows["shop"] = shop(key="never")
        await asyncio.gather(*map(house.view, several))
    assert host.asked.total() == 3


async def test_one_key_at_two_addresses_is_asked_at_both() -> None:
    async with hosting({"k": ["here"]}) as one, hosting({"k": ["there"]}) as other:
        house = House()
        house.keep("anna", one.url, "k")
        house.keep("bert", other.url, "k")
        assert (await house.names("anna"), await house.names("bert")) == ({"here"}, {"there"})


async def test_a_waiter_who_leaves_takes_nothing_from_the_others() -> None:
    async with hosting(LISTS) as host:
        house = House()
        host.opened.clear()
        kept = house.keep("anna", host.url, "key-of-anna")
        waiters = [asyncio.create_task(house.view(kept)) for _ in range(5)]
        await host.busy()
        waiters[0].cancel()
        host.opened.set()
        assert {(await one).outcome for one in waiters[1:]} == {Outcome.OK}
    assert (waiters[0].cancelled(), host.asked.total()) == (True, 1)


async def test_what_everybody_left_is_kept_all_the_same() -> None:
    async with hosting(LISTS) as host:
        house = House()
        host.opened.clear()
        kept = house.keep("anna", host.url, "key-of-anna")
        waiter = asyncio.create_task(house.view(kept))
        await host.busy()
        waiter.cancel()
        host.opened.set()
        await house.asking.landed()
    assert house.places.views.get(kept.user, kept.id) is not None


async def test_a_fresh_list_is_not_asked_for_again() -> None:
    async with hosting(LISTS) as host:
        house = House()
        kept = house.keep("anna", host.url, "key-of-anna")
        await house.view(kept)
        house.passes(minutes=59)
        await house.view(kept)
        await house.asking.landed()
    assert host.asked.total() == 1


async def test_a_stale_list_is_given_while_one_refresh_runs() -> None:
    async with hosting(LISTS) as host:
        house = House()
        kept = house.keep("anna", host.url, "key-of-anna")
        before = await house.view(kept)
        house.passes(minutes=61)
        host.lists["key-of-anna"] = ["new"]
        host.opened.clear()
        assert [await house.view(kept) for _ in range(20)] == [before] * 20
        host.opened.set()
        await house.asking.landed()
        assert await house.names("anna") == {"new"}
    assert host.asked.total() == 2


async def test_a_list_that_is_lost_is_asked_for_again_however_fresh_it_is() -> None:
    async with hosting(LISTS) as host:
        house = House()
        house.keep("anna", host.url, "key-of-anna")
        await house.asking.views("anna")
        vars(house.places.bodies)["_bodies"].clear()
        with pytest.raises(Lost):
            await house.names("anna")
        house.passes(minutes=1)
        assert await house.names("anna") == {"common", "ft:anna"}
        house.passes(minutes=1)
        await house.names("anna")
    assert host.asked.total() == 2


@pytest.mark.parametrize(("seconds", "requests"), [(0, 1), (29, 1), (30, 2)])
async def test_even_a_wish_waits_half_a_minute(seconds: int, requests: int) -> None:
    async with hosting(LISTS) as host:
        house = House()
        kept = house.keep("anna", host.url, "key-of-anna")
        await house.view(kept)
        house.passes(seconds=seconds)
        await house.view(kept, force=True)
    assert host.asked.total() == requests


async def test_the_half_minute_is_the_keys_whoever_wishes() -> None:
    async with hosting(LISTS) as host:
        house = House()
        for user in ("anna", "carla", "doris"):
            await house.view(house.keep(user, host.url, "key-of-anna"), force=True)
    assert host.asked.total() == 1


async def test_what_comes_for_a_key_that_was_removed_is_dropped() -> None:
    async with hosting(LISTS) as host:
        house = House()
        host.opened.clear()
        kept = house.keep("anna", host.url, "key-of-anna")
        waiter = asyncio.create_task(house.asking.view(kept))
        await host.busy()
        house.places.connections.remove("anna", kept.id)
        host.opened.set()
        assert await waiter is None
    assert (house.places.views.get(kept.user, kept.id), await house.names("anna")) == (None, set())


async def test_what_comes_for_a_key_that_was_replaced_is_not_shown() -> None:
    async with hosting(LISTS) as host:
        house = House()
        host.opened.clear()
        kept = house.keep("anna", host.url, "key-of-anna", id="one")
        waiter = asyncio.create_task(house.asking.view(kept))
        await host.busy()
        house.passes(seconds=1)
        house.keep("anna", host.url, "key-of-bert", id="one")
        host.opened.set()
        await waiter
        assert await house.names("anna") == {"common", "ft:bert"}
    assert host.asked == {"key-of-anna": 1, "key-of-bert": 1}


async def test_nothing_of_a_replaced_key_is_written_down_for_a_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with hosting(LISTS) as host:
        house = House()
        host.opened.clear()
        put, written = house.places.views.put, list[View]()

        def noting(shown: View, asked: KeptConnection | None = None) -> bool:
            kept = put(shown, asked)
            written.extend([shown] * kept)
            return kept

        monkeypatch.setattr(house.places.views, "put", noting)
        waiter = asyncio.create_task(
            house.asking.view(house.keep("anna", host.url, "key-of-anna", id="one"))
        )
        await host.busy()
        house.passes(seconds=1)
        house.keep("anna", host.url, "key-of-bert", id="one")
        host.opened.set()
        view = await waiter
        assert written == [view]
        assert await house.names("anna") == {"common", "ft:bert"}


@pytest.mark.parametrize(
    "fault", [name for name, one in FAULTS.items() if one.inflict and not one.real_limits]
)
async def test_no_fault_takes_anything_away(fault: str) -> None:
    async with LoopbackProviders() as loopback:
        house = House(*loopback.rows.values())
        kept = house.keep(
            "anna", loopback.base_url("anthropic"), loopback.keys["anthropic"], "anthropic"
        )
        await house.view(kept)
        before = await house.names("anna")
        loopback.break_with({"anthropic": fault})
        house.hastens(Limits(attempt_s=1.0, attempts=1))
        house.passes(minutes=2)
        view = await house.view(kept, force=True)
        assert await house.names("anna") >= before != set()
    assert view.outcome in (FAULTS[fault].later("anthropic"), Outcome.UNREACHABLE, Outcome.TIMEOUT)


async def test_pages_that_broke_off_leave_the_earlier_ones() -> None:
    async with LoopbackProviders(page_size=1) as loopback:
        house = House(*loopback.rows.values())
        kept = house.keep(
            "anna", loopback.base_url("anthropic"), loopback.keys["anthropic"], "anthropic"
        )
        before = await house.view(kept)
        loopback.break_with({"anthropic": "second_page_fails"})
        house.passes(minutes=2)
        after = await house.view(kept, force=True)
    assert (after.outcome, after.listing) == (Outcome.PARTIAL, before.listing)


async def test_a_new_key_is_not_shown_the_list_of_the_old_one_when_it_fails() -> None:
    async with hosting(LISTS) as host:
        house = House()
        await house.view(house.keep("anna", host.url, "key-of-anna", id="one"))
        house.passes(seconds=1)
        view = await house.view(house.keep("anna", host.url, "wrong", id="one"))
    assert (view.outcome, view.listing) == (Outcome.KEY_REJECTED, "")


async def test_a_key_put_back_after_its_removal_is_asked_with_again() -> None:
    async with hosting(LISTS) as host:
        house = House()
        kept = house.keep("anna", host.url, "key-of-anna")
        await house.view(kept)
        house.places.connections.remove("anna", kept.id)
        house.asking.forget(kept)
        house.passes(seconds=1)
        await house.view(house.keep("anna", host.url, "key-of-anna"))
    assert host.asked.total() == 2


async def test_a_failed_refresh_keeps_the_list_and_says_so() -> None:
    async with hosting(LISTS) as host:
        house = House()
        kept = house.keep("anna", host.url, "key-of-anna")
        before = await house.view(kept)
        del host.lists["key-of-anna"]
        house.passes(minutes=2)
        after = await house.view(kept, force=True)
        assert await house.names("anna") == {"common", "ft:anna"}
    assert (after.listing, after.fetched_at) == (before.listing, before.fetched_at)
    assert (after.outcome, after.checked_at) == (Outcome.KEY_REJECTED, house.now)
    assert after.message == "Shop refused the key from your account (HTTP 401)"


async def test_an_empty_list_is_held_and_the_earlier_one_stays() -> None:
    async with hosting(LISTS) as host:
        house = House()
        kept = house.keep("anna", host.url, "key-of-anna")
        before = await house.view(kept)
        host.lists["key-of-anna"] = []
        house.passes(minutes=2)
        after = await house.view(kept, force=True)
        assert await house.names("anna") == {"common", "ft:anna"}
    assert (after.outcome, after.listing) == (Outcome.HELD, before.listing)
    assert "the list is empty where there were 2 models" in after.message


@pytest.mark.parametrize(
    ("minutes", "outcome", "names"),
    [(59, Outcome.HELD, {"common", "ft:anna"}), (61, Outcome.OK, set())],
)
async def test_an_empty_list_that_comes_again_an_hour_later_is_taken(
    minutes: int, outcome: Outcome, names: set[str]
) -> None:
    async with hosting(LISTS) as host:
        house = House()
        kept = house.keep("anna", host.url, "key-of-anna")
        await house.view(kept)
        host.lists["key-of-anna"] = []
        house.passes(minutes=2)
        await house.view(kept, force=True)
        house.passes(minutes=minutes)
        assert (await house.view(kept, force=True)).outcome is outcome
        assert await house.names("anna") == names


async def test_an_empty_list_that_was_taken_is_an_ordinary_one() -> None:
    async with hosting(LISTS) as host:
        house = House()
        kept = house.keep("anna", host.url, "key-of-anna")
        await house.view(kept)
        host.lists["key-of-anna"] = []
        for _ in range(3):
            house.passes(minutes=61)
            await house.view(kept, force=True)
        house.passes(minutes=61)
        assert (await house.view(kept, force=True)).outcome is Outcome.OK


async def test_a_key_that_never_opened_anything_has_an_empty_list() -> None:
    async with hosting({"key-of-anna": []}) as host:
        house = House()
        view = await house.view(house.keep("anna", host.url, "key-of-anna"))
    assert (view.outcome, view.listing) == (Outcome.EMPTY, "")


@pytest.mark.parametrize(("hours", "requests"), [(23, 1), (25, 2)])
async def test_a_refused_key_is_tried_again_after_a_day(hours: int, requests: int) -> None:
    async with hosting({}) as host:
        house = House()
        kept = house.keep("anna", host.url, "wrong")
        await house.view(kept)
        house.passes(hours=hours)
        await house.view(kept)
    assert host.asked.total() == requests


async def test_a_key_that_cannot_be_opened_spoils_only_itself() -> None:
    async with hosting(LISTS) as host:
        house = House()
        locked = house.keep("anna", host.url, "key-of-bert")
        house.keep("anna", host.url, "key-of-anna")
        del house.secrets[locked.id]
        views = {one.kept.id: one.view for one in await house.asking.views("anna")}
        assert await house.names("anna") == {"common", "ft:anna"}
    assert views[locked.id].outcome is Outcome.NO_KEY
    assert views[locked.id].message == "its key cannot be opened here: enter it again"


async def test_while_keys_cannot_be_read_a_connection_shows_what_it_did(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(_kept: KeptConnection) -> Connection:
        raise StorageError("away")

    async with hosting({}) as host:
        house = House()
        refused, new = house.keep("anna", host.url, "refused"), house.keep("anna", host.url, "new")
        before = await house.view(refused)
        house.passes(days=2)
        house.asking = Asking(house.desk._replace(ready=away))
        assert await house.view(refused) == before
        assert (await house.view(new)).outcome is Outcome.TIMEOUT
        with pytest.raises(StorageError):
            await house.view(refused, force=True)


async def test_what_came_is_kept_though_whoever_asked_waits_no_more() -> None:
    seen: list[object] = []

    async with hosting({"k": ["a"]}) as host:
        house = House()
        put = house.places.views.put
        with (
            patch.object(
                house.places.views, "put", lambda *view: (seen.append(current()), put(*view))[1]
            ),
            waiting_at_most(1.0),
        ):
            await house.view(house.keep("anna", host.url, "k"))
    assert seen == [None]


async def test_a_list_is_renewed_at_leisure_after_whoever_met_it_lost_patience() -> None:
    seen: list[object] = []

    async with hosting({"k": ["a"]}) as host:
        house = House()
        kept = house.keep("anna", host.url, "k")
        before = await house.view(kept)
        house.passes(hours=2)
        ready = house.desk.ready
        house.asking = Asking(
            house.desk._replace(ready=lambda one: (seen.append(current()), ready(one))[1])
        )
        with waiting_at_most(1.0) as patience:
            patience.lose("away")
            assert await house.view(kept) == before
        await house.asking.landed()
        assert house.places.views.get("anna", kept.id) != before
    assert seen == [None]


async def test_whoever_has_no_patience_left_waits_for_no_list() -> None:
    async with hosting({"k": ["a"]}) as host:
        house = House()
        kept = house.keep("anna", host.url, "k")
        host.opened.clear()
        with waiting_at_most(1.0) as patience:
            patience.lose("away")
            assert (await house.view(kept)).outcome is Outcome.TIMEOUT
            with pytest.raises(StorageError):
                await house.view(kept, force=True)
        host.opened.set()
        await house.asking.landed()
        assert await house.names("anna") == {"a"}


async def test_what_fails_while_nobody_waits_is_not_told_as_a_mistake() -> None:
    def away(_kept: KeptConnection) -> Connection:
        raise StorageError("away")

    told: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, said: told.append(said))
    async with hosting({"k": ["a"]}) as host:
        house = House()
        kept = house.keep("anna", host.url, "k")
        await house.view(kept)
        house.passes(hours=2)
        house.asking = Asking(house.desk._replace(ready=away))
        await house.view(kept)
        await house.asking.landed()
        del house
        gc.collect()
    assert told == []


async def test_a_key_is_not_sent_to_another_host_than_it_was_given_for() -> None:
    async with hosting(LISTS) as host, hosting(LISTS) as other:
        house = House()
        kept = house.keep("anna", host.url, "key-of-anna", id="one")
        secret = house.secrets["one"]
        moved = house.keep("anna", other.url, None, id="one")
        house.secrets["one"] = secret
        view = await house.view(msgspec.structs.replace(moved, host=kept.host))
    assert (view.outcome, other.asked.total()) == (Outcome.NO_KEY, 0)


GUARDS = {
    "http": AddressGuard(allow_networks=LOOPBACK.allow_networks, allow_ports=LOOPBACK.allow_ports),
    "port": AddressGuard(allow_networks=LOOPBACK.allow_networks, allow_http=True),
    "network": AddressGuard(allow_ports=LOOPBACK.allow_ports, allow_http=True),
}
SAID = {
    "http": "there is no safe connection to Shop (its address starts with http://: only https:// is"
    " asked)",
    "port": "Shop cannot be reached or fails (port {port} may not be asked)",
    "network": "Shop cannot be reached or fails (it cannot be reached from here)",
}


@pytest.mark.parametrize("refused_by", GUARDS)
async def test_an_address_that_users_may_not_ask_is_not_asked(refused_by: str) -> None:
    async with hosting(LISTS) as host:
        house = House(guard=GUARDS[refused_by])
        view = await house.view(house.keep("anna", host.url, "key-of-anna"))
    assert view.message == SAID[refused_by].format(port=host.server.port)
    assert (view.listing, host.server.connections) == ("", 0)


async def test_a_sick_provider_costs_its_deadline_and_harms_no_other() -> None:
    async with hosting(LISTS) as well, hosting(LISTS) as sick:
        house = House(shop(), shop("sick"), limits=Limits(attempt_s=3.0, attempts=1))
        sick.opened.clear()
        house.keep("anna", well.url, "key-of-anna")
        house.keep("anna", sick.url, "key-of-anna", "sick")
        outcomes = {one.kept.provider: one.view.outcome for one in await house.asking.views("anna")}
        assert await house.names("anna") == {"common", "ft:anna"}
    assert outcomes == {"shop": Outcome.OK, "sick": Outcome.TIMEOUT}


async def test_a_host_is_asked_few_at_a_time() -> None:
    keys = [f"key-{n}" for n in range(12)]
    async with hosting({key: [key] for key in keys}) as host:
        house, host.latency_s = House(), 0.03
        kept = [house.keep(key, host.url, key) for key in keys]
        views = await asyncio.gather(*map(house.view, kept))
    assert {view.outcome for view in views} == {Outcome.OK}
    assert host.most_at_once == 2


async def test_requests_to_a_host_are_spaced() -> None:
    keys = [f"key-{n}" for n in range(5)]
    async with hosting({key: [key] for key in keys}) as host:
        house = House(budget=Budget(at_once=5, every_s=0.1))
        kept = [house.keep(key, host.url, key) for key in keys]
        await asyncio.gather(*map(house.view, kept))
    arrivals = host.server.arrivals
    assert arrivals[-1] - arrivals[0] > 0.35


async def test_who_finds_no_turn_is_told_so() -> None:
    async with hosting(LISTS) as host:
        house = House(budget=Budget(at_once=1, every_s=0.0, patience_s=0.2))
        host.opened.clear()
        first, second = (house.keep(u, host.url, f"key-of-{u}") for u in ("anna", "bert"))
        busy = asyncio.create_task(house.view(first))
        await host.busy()
        late = await house.view(second)
        host.opened.set()
        assert (await busy).outcome is Outcome.OK
    assert late.outcome is Outcome.TIMEOUT
    assert late.message == "it was not asked: too many others are, at the moment"


async def test_who_found_no_turn_is_asked_as_soon_as_there_is_one() -> None:
    async with hosting(LISTS) as host:
        house = House(budget=Budget(at_once=1, every_s=0.0, patience_s=0.1))
        host.opened.clear()
        first, second = (house.keep(u, host.url, f"key-of-{u}") for u in ("anna", "bert"))
        busy = asyncio.create_task(house.view(first))
        await host.busy()
        await house.view(second)
        assert house.places.views.get("bert", second.id) is None
        host.opened.set()
        await busy
        assert await house.names("bert") == {"common", "ft:bert"}


async def test_who_finds_no_turn_keeps_the_list_they_had() -> None:
    async with hosting(LISTS) as host:
        house = House(budget=Budget(at_once=1, every_s=0.0, patience_s=0.1))
        first, second = (house.keep(u, host.url, f"key-of-{u}") for u in ("anna", "bert"))
        before = await house.view(second)
        host.opened.clear()
        busy = asyncio.create_task(house.view(first))
        await host.busy()
        house.passes(minutes=2)
        late = await house.view(second, force=True)
        assert house.places.views.get("bert", second.id) == before
        host.opened.set()
        await busy
    assert (late.listing, late.outcome) == (before.listing, Outcome.TIMEOUT)


async def test_whoever_has_many_slow_hosts_takes_no_turn_from_the_others() -> None:
    async with AsyncExitStack() as open_hosts:
        hosts = [await open_hosts.enter_async_context(hosting(LISTS)) for _ in range(5)]
        house = House(budget=Budget(every_s=0.0, of_one=2, in_all=3))
        *slow, well = hosts
        for host in slow:
            host.opened.clear()
            house.keep("anna", host.url, "key-of-anna")
        hers = asyncio.create_task(house.asking.views("anna"))
        assert await comes_meanwhile(lambda: sum(host.at_once for host in slow) == 2)
        assert await house.names("bert") == set()
        view = await house.view(house.keep("bert", well.url, "key-of-bert"))
        assert not hers.done()
        for host in slow:
            host.opened.set()
        assert {one.view.outcome for one in await hers} == {Outcome.OK}
    assert view.outcome is Outcome.OK


async def test_an_address_of_a_users_own_may_answer_less_than_a_providers() -> None:
    async with hosting({"k": ["a-long-name" * 20]}) as host:
        house = House(
            shop(base_url=host.url), own_limits=msgspec.structs.replace(LIMITS, decoded_bytes=200)
        )
        own = house.keep("anna", f"{host.url}/own", "k")
        theirs = house.keep("bert", host.url, "k")
        assert (await house.view(own)).outcome is Outcome.TOO_LARGE
        assert (await house.view(theirs)).outcome is Outcome.OK


async def test_few_large_answers_are_read_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, most, lock = 0, 0, threading.Lock()

    def slowly(page: Page) -> Reading:
        nonlocal reading, most
        with lock:
            reading += 1
            most = max(most, reading)
        time.sleep(0.05)
        with lock:
            reading -= 1
        return openai.DIALECT.read(page)

    dialect = msgspec.structs.replace(openai.DIALECT, read=slowly)
    monkeypatch.setattr(discover, "spoken", lambda _: dialect)
    keys = [f"key-{n}" for n in range(6)]
    large = [f"{'a' * 200}-{n}" for n in range(200)]
    async with hosting(dict.fromkeys(keys, large)) as host:
        house = House(budget=Budget(at_once=6, every_s=0.0, readers=2))
        views = await asyncio.gather(*(house.view(house.keep(key, host.url, key)) for key in keys))
    assert ({view.outcome for view in views}, most) == ({Outcome.OK}, 2)


async def test_a_host_that_hangs_is_left_alone_after_three() -> None:
    async with hosting(LISTS) as host:
        house = House(limits=Limits(attempt_s=0.5, attempts=1))
        host.opened.clear()
        for n in range(3):
            await house.view(house.keep(f"user-{n}", host.url, f"key-{n}"))
        view = await house.view(house.keep("anna", host.url, "key-of-anna"))
    assert (view.outcome, host.asked.total()) == (Outcome.TIMEOUT, 3)


async def test_refused_keys_of_some_do_not_park_the_host_for_others() -> None:
    async with hosting(LISTS) as host:
        house = House()
        for n in range(5):
            await house.view(house.keep(f"user-{n}", host.url, f"wrong-{n}"))
        assert (await house.view(house.keep("anna", host.url, "key-of-anna"))).outcome is Outcome.OK


async def test_tired_keys_of_some_do_not_park_the_host_for_others() -> None:
    async with hosting(LISTS) as host:
        house = House()
        for n in range(5):
            host.lists[f"tired-{n}"] = []
            host.tired.add(f"tired-{n}")
            await house.view(house.keep(f"user-{n}", host.url, f"tired-{n}"))
        assert (await house.view(house.keep("anna", host.url, "key-of-anna"))).outcome is Outcome.OK


async def test_every_dialect_is_asked_as_ever() -> None:
    providers = ("openai", "anthropic", "gemini", "openrouter", "mistral")
    async with LoopbackProviders() as loopback:
        house = House(*loopback.rows.values())
        for name in providers:
            house.keep("anna", loopback.base_url(name), loopback.keys[name], name)
        showings = await house.asking.views("anna")
        models = await house.models("anna")
    assert {one.view.outcome for one in showings} == {Outcome.OK}
    assert {model.provider for model in models} == set(providers)
    assert not any(seen.strayed for seen in loopback.seen)


async def test_no_key_is_kept_with_what_is_shown() -> None:
    async with hosting(LISTS) as host:
        house = House()
        await house.view(house.keep("anna", host.url, "key-of-anna"))
        await house.view(house.keep("anna", host.url, "wrong-key"))
        document = await house.available.document("anna")
    kept = repr((vars(house.places.views), vars(house.places.listings), document))
    assert "key-of-anna" not in kept
    assert "wrong-key" not in kept
