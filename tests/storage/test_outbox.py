from datetime import timedelta
from pathlib import Path

from msgspec.structs import replace

from modeldex.domain.delivery import Delivery, DeliveryState, Message
from modeldex.domain.notice import Notice, NoticeKind
from modeldex.storage.outbox import KEPT, Due, Mark, Outbox
from tests.conftest import NOW

MARK = Mark("c1", "k1", NOW)
NOTICE = Notice(
    at=NOW,
    program="bot",
    model="a/b",
    said="a/b",
    kind=NoticeKind.DISAPPEARED,
    event="then",
    sentence="gone",
)


def message(id: str, channel: str = "ops") -> Message:
    return Message(id=id, channel=channel, body="{}", at=NOW)


def ids(outbox: Outbox, *states: DeliveryState) -> list[str]:
    return [one.message.id for one in outbox.deliveries(*states)]


def test_nothing_is_there_at_first_and_asking_makes_no_file(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "new")
    outbox.forget_marks()
    outbox.prune(NOW)
    assert (outbox.marks(), outbox.notices(), outbox.show(), outbox.deliveries()) == ((),) * 4
    assert not (tmp_path / "new").exists()


def test_marks_come_newest_first_and_a_catalog_has_one(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    for name in ("c1", "c2", "c1"):
        outbox.put(Mark(name, "k", NOW))
    assert [mark.catalog for mark in outbox.marks()] == ["c1", "c2"]


def test_only_so_many_marks_are_kept(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    for number in range(130):
        outbox.put(Mark(f"c{number}", "k", NOW))
    assert [len(outbox.marks()), outbox.marks()[0].catalog] == [100, "c129"]


def test_a_message_is_taken_in_once_per_receiver(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    for _ in range(2):
        outbox.put(MARK, [message("1"), message("1", "site"), message("2")])
    assert ids(outbox) == ["1", "1", "2"]


def test_a_message_that_was_delivered_is_not_taken_in_again(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    outbox.put(MARK, [message("1")])
    done = replace(outbox.deliveries()[0], state=DeliveryState.DELIVERED, next_at=None)
    outbox.record(done)
    outbox.put(MARK, [message("1")])
    assert ids(outbox, DeliveryState.WAITING) == []


def test_a_notice_is_given_once_and_its_messages_with_it(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    first = outbox.put(MARK, (), [Due(NOTICE, [message("n")])])
    again = replace(NOTICE, at=NOW + timedelta(days=1))
    second = outbox.put(MARK, (), [Due(again, [message("m")])])
    assert (first, second, ids(outbox)) == ((NOTICE,), (), ["n"])
    assert outbox.notices() == (NOTICE,)


def test_a_notice_is_shown_once(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    outbox.put(MARK, (), [Due(NOTICE)])
    assert (outbox.show(), outbox.show()) == ((NOTICE,), ())
    assert outbox.notices() == (NOTICE,)


def test_what_became_of_a_message_is_remembered(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    outbox.put(MARK, [message("1")])
    became = Delivery(
        message=message("1"), attempts=2, next_at=NOW + timedelta(hours=1), problem="it failed"
    )
    outbox.record(became)
    assert outbox.deliveries() == (became,)


def test_the_others_wait_with_it_if_they_are_to_and_only_those_of_its_receiver(
    tmp_path: Path,
) -> None:
    outbox, later = Outbox(tmp_path), NOW + timedelta(hours=1)
    outbox.put(MARK, [message("1"), message("2"), message("3", "site")])
    first = replace(outbox.deliveries()[0], next_at=later)
    outbox.record(first)
    assert [one.next_at for one in outbox.deliveries()] == [later, NOW, NOW]
    outbox.record(first, others_wait=True)
    assert [one.next_at for one in outbox.deliveries()] == [later, later, NOW]


def test_what_is_done_is_forgotten_in_time_and_what_waits_is_not(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    outbox.put(MARK, [message("1"), message("2")], [Due(NOTICE)])
    outbox.record(replace(outbox.deliveries()[0], state=DeliveryState.DELIVERED))
    outbox.prune(NOW + KEPT - timedelta(days=1))
    assert ids(outbox) == ["1", "2"]
    outbox.prune(NOW + KEPT + timedelta(days=1))
    assert (ids(outbox), outbox.notices()) == (["2"], (NOTICE,))
