import json
import threading
import time
from collections.abc import Iterator

import pytest

from modeldex.domain.account import Call
from modeldex.domain.outcome import Outcome, Verdict
from modeldex.reporting.queueing import Pace, Queue, encoded
from tests.conftest import NOW

QUICK = Pace(every_s=0.01, longest_s=0.02, goodbye_s=0.2, batch=3, room=10)


def call(id: str = "k1", **fields: object) -> Call:
    return Call(**{"id": id, "at": NOW, "model": "acme/one", "ok": True, **fields})  # type: ignore[arg-type]


class Service:
    """Answers as it is told; afterwards it takes everything."""

    def __init__(self) -> None:
        self.answers: list[int | Verdict] = []
        self.got: list[list[str]] = []
        self.hold = threading.Event()
        self.hold.set()

    def send(self, body: bytes) -> int:
        self.hold.wait(10)
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Verdict):
            raise answer
        self.got.append([one["id"] for one in json.loads(body)["calls"]])
        return answer


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def queue(service: Service) -> Iterator[Queue]:
    made = Queue(service.send, QUICK)
    yield made
    service.hold.set()
    made.close()


def test_calls_are_sent_in_the_background_in_batches(service: Service, queue: Queue) -> None:
    service.hold.clear()
    for at in range(7):
        queue.add(call(f"k{at}"))
    service.hold.set()
    assert queue.flush(30)
    assert [one for batch in service.got for one in batch] == [f"k{at}" for at in range(7)]
    assert max(map(len, service.got)) == QUICK.batch
    assert (queue.sent, queue.dropped, queue.waiting) == (7, 0, 0)


def test_adding_waits_for_nobody(service: Service, queue: Queue) -> None:
    service.hold.clear()
    began = time.monotonic()
    for at in range(1000):
        queue.add(call(f"k{at}"))
    assert time.monotonic() - began < 10


def test_what_has_no_room_is_dropped_and_counted(service: Service, queue: Queue) -> None:
    service.hold.clear()
    for at in range(QUICK.room + 5):
        queue.add(call(f"k{at}"))
    assert queue.dropped == 5
    assert queue.waiting == QUICK.room


@pytest.mark.parametrize(
    "answer", [500, 503, 429, 408, Verdict(Outcome.UNREACHABLE, "it refused the connection")]
)
def test_while_the_service_is_away_calls_wait(
    service: Service, queue: Queue, answer: int | Verdict
) -> None:
    service.answers = [answer, answer]
    queue.add(call())
    assert queue.flush(30)
    assert service.got[-1] == ["k1"]
    assert (queue.sent, queue.dropped) == (1, 0)


@pytest.mark.parametrize("status", [302, 401, 403, 404, 413, 422])
def test_what_the_service_refuses_is_dropped_and_counted(
    service: Service, queue: Queue, status: int
) -> None:
    service.answers = [status]
    queue.add(call())
    assert queue.flush(30)
    assert (queue.sent, queue.dropped) == (0, 1)


def test_after_the_end_nothing_is_taken(service: Service, queue: Queue) -> None:
    queue.add(call())
    queue.close()
    queue.add(call("k2"))
    assert (service.got, queue.dropped) == ([["k1"]], 1)


def test_a_program_is_not_kept_from_ending(service: Service, queue: Queue) -> None:
    service.hold.clear()
    queue.add(call())
    began = time.monotonic()
    queue.close()
    assert time.monotonic() - began < 10


def test_nothing_begins_before_the_first_call(queue: Queue) -> None:
    assert queue.flush(0)
    assert queue.waiting == 0


def test_a_batch_holds_what_is_known() -> None:
    assert json.loads(encoded([call(latency_ms=5)])) == {
        "calls": [
            {
                "id": "k1",
                "at": "2026-11-20T12:00:00Z",
                "model": "acme/one",
                "ok": True,
                "latency_ms": 5,
            }
        ]
    }
