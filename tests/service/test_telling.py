import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from modeldex.domain.change import ChangeKind
from modeldex.domain.delivery import DeliveryState
from modeldex.domain.lifecycle import Lifecycle
from modeldex.rules.redelivery import ATTEMPTS
from modeldex.service.delivering import lines, send, send_test
from modeldex.settings.telling import NoticesConfig
from modeldex.storage.publishing import POINTER
from tests.receiver import HANG, Receiver, receiving
from tests.service.newsstand import Newsstand
from tests.service.shop import Killed, many

pytestmark = pytest.mark.anyio
CHEAP = {"a": {"pricing": {"prompt": "1"}}, "b": {}}
DEAR = {"a": {"pricing": {"prompt": "2"}}, "b": {}}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def stand(tmp_path: Path, receiver: Receiver) -> Newsstand:
    return Newsstand(tmp_path, receiver)


async def test_each_change_is_posted_once_and_signed(stand: Newsstand, receiver: Receiver) -> None:
    for sold in (CHEAP, DEAR, DEAR):
        await stand.sells(sold, days=1)
    assert receiver.kinds() == ["model.price", "model.price-rise"]
    assert len(receiver.got) == 2
    assert all(one.genuine for one in receiver.got)


async def test_a_message_says_what_changed(stand: Newsstand, receiver: Receiver) -> None:
    for sold in (CHEAP, DEAR):
        await stand.sells(sold, days=1)
    said = receiver.taken[0].document["data"]
    assert (said["id"], said["field"], said["old"], said["new"]) == (
        "shop/a",
        "price.input",
        "1",
        "2",
    )
    assert said["says"].startswith("shop/a: input price 1 → 2 USD")


async def test_the_first_list_and_what_was_before_the_receiver_is_no_news(
    stand: Newsstand, receiver: Receiver
) -> None:
    hooks, stand.webhooks = stand.webhooks, ()
    for sold in (CHEAP, DEAR):
        await stand.sells(sold, days=1)
    stand.webhooks = hooks
    await stand.sells({**DEAR, "c": {}}, days=1)
    assert receiver.kinds() == ["model.added"]


async def test_a_receiver_that_fails_gets_the_same_message_later(
    stand: Newsstand, receiver: Receiver
) -> None:
    await stand.sells(CHEAP)
    receiver.answers = [500]
    await stand.sells({"a": CHEAP["a"]}, days=1)
    assert stand.report is not None
    assert stand.report.undelivered == ("hook-0: it answered 500",)
    assert (await stand.look(), len(receiver.got)) == ((), 1)
    stand.now += timedelta(minutes=1)
    await stand.look()
    assert [one.status for one in receiver.got] == [500, 204]
    assert receiver.got[0].id == receiver.got[1].id


async def test_events_behind_a_failed_one_wait_and_keep_their_order(
    stand: Newsstand, receiver: Receiver
) -> None:
    await stand.sells(many(6))
    receiver.answers = [503]
    await stand.sells(many(9), days=1)
    assert len(receiver.got) == 1
    stand.now += timedelta(minutes=1)
    await stand.look()
    assert [one.document["data"]["id"] for one in receiver.taken] == [
        f"shop/model-{number}" for number in (6, 7, 8)
    ]


async def test_an_event_that_is_refused_for_itself_holds_up_no_other(
    stand: Newsstand, receiver: Receiver
) -> None:
    await stand.sells(many(6))
    receiver.answers = [422]
    await stand.sells(many(9), days=1)
    assert len(receiver.taken) == 2


async def test_a_receiver_is_left_alone_for_as_long_as_it_asks(
    stand: Newsstand, receiver: Receiver
) -> None:
    await stand.sells(CHEAP)
    receiver.answers, receiver.headers = [429], {"retry-after": "1800"}
    await stand.sells({"a": CHEAP["a"]}, days=1)
    stand.now += timedelta(minutes=29)
    await stand.look()
    assert len(receiver.got) == 1
    stand.now += timedelta(minutes=2)
    await stand.look()
    assert len(receiver.taken) == 1


async def test_a_receiver_that_hangs_delays_a_refresh_by_its_budget_only(
    stand: Newsstand, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modeldex.service.telling.BUDGET_S", 0.7)
    await stand.sells(CHEAP)
    receiver.answers = [HANG]
    await stand.sells({"a": CHEAP["a"]}, days=1)
    assert stand.report is not None
    assert "no answer within 0.7 s" in stand.report.undelivered[0]
    receiver.release.set()
    stand.now += timedelta(minutes=1)
    await stand.look()
    assert len(receiver.taken) == 1


@pytest.mark.parametrize("step", ["put", "was put", "record", "recorded"])
async def test_a_process_that_is_gone_at_any_step_loses_no_event_and_tells_none_twice(
    stand: Newsstand, receiver: Receiver, step: str
) -> None:
    await stand.sells(many(6))
    stand.dies = lambda at: at == step
    with pytest.raises(Killed):
        await stand.sells(many(8), days=1)
    stand.dies = lambda _: False
    await stand.sells(many(9), days=1)
    added = [change.id for change in stand.catalog.changes(kinds=(ChangeKind.ADDED,))]
    assert sorted(one.document["data"]["id"] for one in receiver.taken) == sorted(added)
    assert len(added) == 3


async def test_a_catalog_that_is_rolled_back_and_made_anew_tells_nothing_twice(
    stand: Newsstand, receiver: Receiver
) -> None:
    await stand.sells(many(6))
    before = stand.catalog.path.stem
    await stand.sells(many(8), days=1)
    (stand.places.catalogs / POINTER).write_text(before)
    await stand.sells(many(9), days=1)
    assert len(receiver.got) == 3
    assert {one.document["data"]["id"] for one in receiver.got} == {
        f"shop/model-{number}" for number in (6, 7, 8)
    }


async def test_receivers_get_the_kinds_and_providers_that_they_ask_for(
    tmp_path: Path, receiver: Receiver
) -> None:
    stand = Newsstand(tmp_path, receiver, receiver, kinds=("price-rise",))
    stand.webhooks = (stand.webhooks[0], stand.webhooks[1]._replace(providers=("other",)))
    for sold in (CHEAP, DEAR):
        await stand.sells(sold, days=1)
    assert [one.document["type"] for one in receiver.got] == ["model.price-rise"]


async def test_an_offline_refresh_sends_nothing_and_the_next_look_does(
    stand: Newsstand, receiver: Receiver
) -> None:
    await stand.sells(CHEAP)
    stand.dies = lambda at: at == "put"
    with pytest.raises(Killed):
        await stand.sells(DEAR, days=1)
    stand.dies, stand.offline = lambda _: False, True
    await stand.sells(DEAR)
    assert receiver.got == []
    await stand.look()
    assert len(receiver.taken) == 2


async def test_a_message_is_given_up_in_the_end_and_kept_and_can_be_sent_by_hand(
    stand: Newsstand, receiver: Receiver
) -> None:
    await stand.sells(CHEAP)
    receiver.answers = [500] * ATTEMPTS
    await stand.sells({"a": CHEAP["a"]}, days=1)
    for _ in range(ATTEMPTS + 3):
        stand.now += timedelta(days=1)
        await stand.look()
    assert len(receiver.got) == ATTEMPTS
    line = lines(stand.desk)[0]
    assert (line.failed, line.waiting, line.problem) == (1, 0, "it answered 500")
    await send(stand.desk, 5, early=True, failed=True)
    assert len(receiver.taken) == 1


async def test_a_receiver_that_wants_nothing_any_more_is_not_asked_again(
    stand: Newsstand, receiver: Receiver
) -> None:
    await stand.sells(CHEAP)
    receiver.answers = [410]
    await stand.sells({"a": CHEAP["a"]}, days=1)
    assert [one.state for one in stand.desk.outbox.deliveries()] == [DeliveryState.FAILED]


async def test_a_secret_that_is_not_there_sends_nothing_and_counts_as_no_try(
    stand: Newsstand, receiver: Receiver
) -> None:
    await stand.sells(CHEAP)
    environ, stand.environ = stand.environ, {}
    await stand.sells(DEAR, days=1)
    assert stand.report is not None
    assert stand.report.undelivered == ("hook-0: set the variable HOOK",)
    assert {one.attempts for one in stand.desk.outbox.deliveries()} == {0}
    stand.environ = environ
    await stand.look()
    assert len(receiver.taken) == 2


async def test_two_that_send_at_once_send_each_message_once(
    stand: Newsstand, receiver: Receiver
) -> None:
    await stand.sells(CHEAP)
    receiver.answers = [500]
    await stand.sells(DEAR, days=1)
    stand.now += timedelta(minutes=1)
    await asyncio.gather(*(stand.look() for _ in range(4)))
    assert len([one for one in receiver.got if one.status == 204]) == 2


async def test_a_test_message_is_signed_and_passes_the_outbox_by(
    stand: Newsstand, receiver: Receiver
) -> None:
    assert (await send_test(stand.desk, "hook-0")).delivered == 1
    assert receiver.kinds() == ["modeldex.test"]
    assert receiver.got[0].genuine
    assert stand.desk.outbox.deliveries() == ()


async def test_a_bound_model_is_never_removed(stand: Newsstand) -> None:
    await stand.sells({"a": {}, "b": {}, "c": {}})
    stand.bind("bot", "shop/a")
    for _ in range(20):
        await stand.sells({"c": {}}, days=3)
    assert stand.shown() == {"a", "c"}
    found = stand.model("a")
    assert found is not None
    assert found.lifecycle is Lifecycle.DEPRECATED


async def test_a_program_hears_once_that_its_model_is_gone(
    stand: Newsstand, receiver: Receiver
) -> None:
    await stand.sells({"a": {}, "c": {}})
    stand.bind("bot", "shop/a")
    said = []
    for _ in range(14):
        await stand.sells({"c": {}}, days=3)
        said += stand.said()
    assert said == ["bot uses shop/a: its provider lists it no more"]
    assert receiver.kinds().count("binding.disappeared") == 1


async def test_a_program_hears_once_of_a_rise_of_several_prices(stand: Newsstand) -> None:
    prices = [{"prompt": str(one), "completion": str(one)} for one in (1, 2, 2, 3)]
    await stand.sells({"a": {"pricing": prices[0]}})
    stand.bind("bot", "shop/a")
    said = []
    for price in prices[1:]:
        await stand.sells({"a": {"pricing": price}}, days=1)
        said.append(stand.said())
    assert [len(one) for one in said] == [1, 0, 1]
    assert "input price 1 → 2" in said[0][0]
    assert "output price 1 → 2" in said[0][0]


async def test_a_program_that_binds_late_hears_of_what_is_known_already(stand: Newsstand) -> None:
    await stand.sells({"a": {}, "c": {}})
    await stand.sells({"c": {}}, days=1)
    stand.bind("bot", "shop/a")
    await stand.sells({"c": {}}, days=1)
    assert stand.said() == ["bot uses shop/a: its provider lists it no more"]


@pytest.mark.parametrize("step", ["put", "was put"])
async def test_a_notice_is_given_once_although_the_process_was_gone(
    tmp_path: Path, step: str
) -> None:
    stand = Newsstand(tmp_path)
    await stand.sells({"a": {}, "c": {}})
    stand.bind("bot", "shop/a")
    await stand.sells({"a": {}, "c": {}}, days=1)
    stand.dies = lambda at: at == step
    with pytest.raises(Killed):
        await stand.sells({"c": {}}, days=1)
    stand.dies = lambda _: False
    for _ in range(2):
        await stand.sells({"c": {}}, days=1)
    assert [one.program for one in stand.desk.show()] == ["bot"]
    assert stand.desk.show() == ()


async def test_a_terminal_may_be_kept_silent(tmp_path: Path) -> None:
    stand = Newsstand(tmp_path)
    await stand.sells({"a": {}, "c": {}})
    stand.bind("bot", "shop/a")
    stand.notices = NoticesConfig(stderr=False)
    await stand.sells({"c": {}}, days=1)
    assert len(stand.said()) == 1
    assert stand.desk.show() == ()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_a_notice_leaves_by_apprise_once(stand: Newsstand, receiver: Receiver) -> None:
    stand.environ["CHAT"] = f"json://127.0.0.1:{receiver.port}/chat"
    stand.webhooks = ()
    stand.notices = NoticesConfig(apprise=("env:CHAT",))
    await stand.sells({"a": {}, "c": {}})
    stand.bind("bot", "shop/a")
    for _ in range(3):
        await stand.sells({"c": {}}, days=1)
    assert [one.document["message"] for one in receiver.got] == [
        "bot uses shop/a: its provider lists it no more"
    ]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_a_notice_by_apprise_that_may_have_arrived_is_not_sent_again(
    stand: Newsstand, receiver: Receiver
) -> None:
    stand.environ["CHAT"] = f"json://127.0.0.1:{receiver.port}/chat"
    stand.webhooks, stand.notices = (), NoticesConfig(apprise=("env:CHAT",))
    await stand.sells({"a": {}, "c": {}})
    stand.bind("bot", "shop/a")
    records: list[str] = []
    stand.dies = lambda at: at == "record" and len(records.append(at) or records) == 2  # type: ignore[func-returns-value]
    with pytest.raises(Killed):
        await stand.sells({"c": {}}, days=1)
    stand.dies = lambda _: False
    await stand.sells({"c": {}}, days=1)
    assert len(receiver.got) == 1
    assert "may have arrived" in lines(stand.desk)[0].problem


async def test_a_damaged_file_is_said_until_it_is_taken_away(stand: Newsstand) -> None:
    await stand.sells({"a": {}})
    stand.bind("bot", "shop/a")
    stand.desk.bindings.file.path.write_bytes(b"no database at all" * 100)
    await stand.sells({"a": {}}, days=1)
    assert stand.report is not None
    assert "bind the programs' models again" in stand.report.undelivered[0]


async def test_nothing_is_kept_where_nobody_is_to_be_told(tmp_path: Path) -> None:
    stand = Newsstand(tmp_path)
    for sold in (CHEAP, DEAR):
        await stand.sells(sold, days=1)
    assert not stand.places.telling.exists()
