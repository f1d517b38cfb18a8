"""Answers of many users that are kept: whose they are, and when they count no more."""

import asyncio
import json
import threading
from collections.abc import Iterable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import httpx2
import pytest

from modeldex.domain.account import Actor, Role
from modeldex.domain.outcome import Outcome
from modeldex.service.many.standing import AGAIN_S
from modeldex.storage.accounts.patience import current, waiting_at_most
from modeldex.web.asking import Asking
from modeldex.web.hot import STALE_FOR, Body, Hot, Shown
from modeldex.web.looks import Looks
from modeldex.web.stored import Variant
from tests.service.many.house import Host, House, hosting

from .many import Many, Person, add
from .test_many import available, opens, ready


def asking(path: str = "/available-models", query: bytes = b"", accept: bytes = b"") -> Asking:
    headers = [(b"accept-encoding", accept)] if accept else []
    scope = {"method": "GET", "path": path, "query_string": query, "headers": headers}
    return Asking(scope)


def actor(user: str, scopes: Iterable[str] | None = None) -> Actor:
    limited = None if scopes is None else frozenset(scopes)
    return Actor(user=user, role=Role.USER, by="session", scopes=limited)


class Shop:
    """Hot answers over a house: which models each user has, and how often that was worked out."""

    def __init__(self, house: House, most_bytes: int = 2**20, within_s: float = 10) -> None:
        self.house, self.made = house, 0
        self.catalog = SimpleNamespace(mark="first")
        following: Any = SimpleNamespace(opened=self.catalog)
        self.hot = Hot(
            house.standings,
            house.asking,
            lambda: house.edition,
            following,
            lambda: house.now,
            most_bytes,
            Looks(within_s),
        )
        self.padding = ""

    def make(self, shown: Shown) -> Body:
        self.made += 1
        document = self.house.available.of(shown.user, shown.showings)
        said = document.body + self.padding.encode()
        return Body(said, self.house.now + timedelta(minutes=1), document.tag)

    async def say(self, user: str, *, asked: Asking | None = None, force: bool = False) -> Variant:
        """As the service does it: what is kept, or what is worked out."""
        asked = asked or asking()
        kept = None if force else await self.hot.find(asked, actor(user))
        if kept is not None:
            return kept.variant
        return await self.hot.made(asked, user, "/available-models", self.make, force=force)

    async def models(self, user: str) -> set[str]:
        said = json.loads((await self.say(user)).body)
        return {one["id"] for each in said["providers"] for one in each["models"]}


pytestmark = pytest.mark.anyio


async def test_an_answer_is_given_again_without_being_worked_out() -> None:
    async with hosting({"k": ["a"]}) as host:
        shop = Shop(House())
        shop.house.keep("anna", host.url, "k")
        first = await shop.say("anna")
        shop.house.seconds += 60 * AGAIN_S
        assert await shop.say("anna") is first
    assert shop.made == 1


async def test_a_kept_answer_is_given_while_the_database_hangs() -> None:
    async with hosting({"k": ["a"]}) as host:
        shop = Shop(House(), within_s=0.2)
        shop.house.keep("anna", host.url, "k")
        await shop.say("anna")
        first = await shop.say("anna")
        shop.house.seconds += 60 * AGAIN_S
        answers = threading.Event()
        with patch.object(shop.house.standings, "_looked", lambda _user: answers.wait(10)):
            assert await shop.say("anna") is first
            answers.set()


async def test_who_waits_no_more_is_given_what_was_seen_last() -> None:
    async with hosting({"k": ["a"]}) as host:
        shop = Shop(House())
        shop.house.keep("anna", host.url, "k")
        await shop.say("anna")
        first = await shop.say("anna")
        shop.house.seconds += 60 * AGAIN_S
        with waiting_at_most(1.0) as patience:
            patience.lose("away")
            with patch.object(shop.house.standings, "_looked", lambda _: pytest.fail("looks")):
                assert await shop.say("anna") is first


async def test_an_answer_is_worked_out_within_the_patience_of_whoever_asks() -> None:
    shop, seen = Shop(House()), list[object]()

    def make(shown: Shown) -> Body:
        seen.append(current())
        return shop.make(shown)

    with waiting_at_most(1.0) as patience:
        await shop.hot.made(asking(), "anna", "/available-models", make)
    assert seen == [patience]


async def test_two_users_who_take_turns_get_their_own_bytes() -> None:
    async with hosting({"anna": ["a"], "bert": ["b"]}) as host:
        shop = Shop(House())
        for user in ("anna", "bert"):
            shop.house.keep(user, host.url, user)
        seen = [await shop.models(user) for user in ("anna", "bert") * 5]
    assert seen == [{"shop/a"}, {"shop/b"}] * 5
    assert shop.made == 2


async def test_two_users_with_equal_lists_have_tags_of_their_own() -> None:
    async with hosting({"k": ["a"]}) as host:
        shop = Shop(House())
        for user in ("anna", "bert"):
            shop.house.keep(user, host.url, "k")
        assert (await shop.say("anna")).etag != (await shop.say("bert")).etag


async def test_who_may_not_read_finds_nothing() -> None:
    async with hosting({"k": ["a"]}) as host:
        shop = Shop(House())
        shop.house.keep("anna", host.url, "k")
        await shop.say("anna")
        assert await shop.hot.find(asking(), actor("anna", ["report"])) is None
        assert await shop.hot.find(asking(), actor("anna", ["read"])) is not None


@pytest.mark.parametrize("where", ["here", "elsewhere"])
async def test_a_connection_that_comes_changes_or_goes_shows(where: str) -> None:
    """`elsewhere`: another process changed it, which this one sees when a second has passed."""
    async with hosting({"k": ["a"], "l": ["b"]}) as host:
        house = House()
        shop = Shop(house)

        def changed() -> None:
            if where == "here":
                house.standings.forget("anna")
            else:
                house.seconds += AGAIN_S

        seen = [await shop.models("anna")]
        kept = house.keep("anna", host.url, "k")
        changed()
        seen.append(await shop.models("anna"))
        house.passes(seconds=1)
        house.keep("anna", host.url, "l", id=kept.id)
        changed()
        seen.append(await shop.models("anna"))
        house.places.connections.remove("anna", kept.id)
        changed()
        seen.append(await shop.models("anna"))
    assert seen == [set(), {"shop/a"}, {"shop/b"}, set()]


async def test_a_stale_list_is_shown_and_its_renewal_shows_when_it_is_there() -> None:
    async with hosting({"k": ["a"]}) as host:
        shop = Shop(House())
        shop.house.keep("anna", host.url, "k")
        await shop.models("anna")
        host.lists["k"] = ["a", "b"]
        host.opened.clear()
        shop.house.passes(hours=1)
        assert await shop.models("anna") == {"shop/a"}
        host.opened.set()
        await shop.house.asking.landed()
        assert await shop.models("anna") == {"shop/a", "shop/b"}
    assert host.asked["k"] == 2


async def test_a_list_that_falls_due_within_the_minute_is_asked_for_then() -> None:
    async with hosting({"k": ["a"]}) as host:
        shop = Shop(House())
        shop.house.keep("anna", host.url, "k")
        await shop.models("anna")
        shop.house.passes(minutes=59, seconds=50)
        await shop.models("anna")
        assert host.asked["k"] == 1
        shop.house.passes(seconds=10)
        await shop.models("anna")
        await shop.house.asking.landed()
    assert host.asked["k"] == 2


async def test_while_a_renewal_runs_an_answer_is_given_again_for_a_second() -> None:
    async with hosting({"k": ["a"]}) as host:
        shop = Shop(House())
        shop.house.keep("anna", host.url, "k")
        await shop.models("anna")
        host.opened.clear()
        shop.house.passes(hours=2)
        for _ in range(3):
            await shop.models("anna")
        assert shop.made == 2
        shop.house.now += STALE_FOR
        await shop.models("anna")
    assert shop.made == 3


@pytest.mark.parametrize("what", ["catalog", "knowledge"])
async def test_a_new_edition_has_every_answer_worked_out_anew(what: str) -> None:
    async with hosting({"k": ["a"]}) as host:
        shop = Shop(House())
        shop.house.keep("anna", host.url, "k")
        await shop.say("anna")
        if what == "catalog":
            shop.catalog.mark = "second"
        else:
            shop.house.edition = "second"
            shop.house.seconds += AGAIN_S
        await shop.say("anna")
    assert shop.made == 2


async def test_a_forced_refresh_is_never_answered_from_what_is_kept() -> None:
    async with hosting({"k": ["a"]}) as host:
        shop = Shop(House())
        shop.house.keep("anna", host.url, "k")
        await shop.say("anna")
        shop.house.passes(minutes=1)
        await shop.say("anna", asked=asking(query=b"force_refresh=true"), force=True)
        assert await shop.hot.find(asking(query=b"force_refresh=true"), actor("anna")) is None
    assert host.asked["k"] == 2


async def test_many_who_wait_for_one_answer_have_it_worked_out_once() -> None:
    async with hosting({"k": ["a"]}) as host:
        shop = Shop(House())
        shop.house.keep("anna", host.url, "k")
        await shop.house.asking.views("anna")
        said = await asyncio.gather(*(shop.say("anna") for _ in range(20)))
    assert (shop.made, len({id(one) for one in said})) == (1, 1)


async def test_each_encoding_has_a_tag_of_its_own() -> None:
    shop = Shop(House())
    shop.padding = " " * 2000
    plain, packed = await shop.say("anna"), await shop.say("anna", asked=asking(accept=b"gzip"))
    assert packed.etag == plain.etag[:-1] + b'-gzip"'
    assert (b"content-encoding", b"gzip") in packed.headers


async def test_all_answers_together_take_no_more_than_their_room() -> None:
    shop = Shop(House(), most_bytes=50_000)
    shop.padding = " " * 8000
    for number in range(20):
        await shop.say(f"user-{number}")
        assert 0 < shop.hot.size <= 50_000
    assert await shop.hot.find(asking(), actor("user-0")) is None
    assert await shop.hot.find(asking(), actor("user-19")) is not None


async def test_an_answer_that_would_take_most_of_the_room_is_not_kept() -> None:
    shop = Shop(House(), most_bytes=50_000)
    shop.padding = " " * 20_000
    await shop.say("anna")
    assert shop.hot.size == 0


async def test_a_provider_that_is_still_being_asked_is_told_and_not_kept_for_long() -> None:
    async with hosting({"k": ["a"]}) as host:
        shop = Shop(House())
        host.opened.clear()
        shop.house.keep("anna", host.url, "k")
        (said,) = json.loads((await shop.say("anna")).body)["providers"]
        assert said["status"] == Outcome.TIMEOUT
        host.opened.set()
        await shop.house.asking.landed()
        shop.house.passes(minutes=2)
        assert await shop.models("anna") == {"shop/a"}


def test_people_who_take_turns_at_the_service_see_their_own(
    host: Host, ann: Person, bob: Person, hers: httpx2.Client, his: httpx2.Client
) -> None:
    add(hers, host, opens(host, ann, "hers"))
    add(his, host, opens(host, bob, "his"))
    seen = [(available(one), ready(one)) for _ in range(3) for one in (hers, his)]
    assert seen == [({"groq/hers"},) * 2, ({"groq/his"},) * 2] * 3


def test_a_kept_answer_is_for_nobody_whose_session_ended(
    many: Many, host: Host, ann: Person, hers: httpx2.Client
) -> None:
    add(hers, host, opens(host, ann, "hers"))
    with many.client(many.sign_in(ann.name)) as elsewhere:
        assert available(hers) == available(elsewhere) == {"groq/hers"}
        hers.delete("/api/v1/session")
        assert hers.get("/available-models").status_code == 401
        assert available(elsewhere) == {"groq/hers"}


def test_a_kept_answer_has_the_headers_of_the_one_worked_out(
    host: Host, ann: Person, hers: httpx2.Client
) -> None:
    add(hers, host, opens(host, ann, "hers"))
    for address in ("/available-models", "/v1/models"):
        first, second = hers.get(address), hers.get(address)
        assert first.headers["cache-control"] == "private, no-store"
        assert (first.content, sorted(first.headers)) == (second.content, sorted(second.headers))
