"""What one connection may cost, and what it may not do to the others."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from modeldex.domain.claims import Claims
from modeldex.domain.connection import Connection
from modeldex.domain.listing import Answer, Ask, Dialect, Page, Reading, Route
from modeldex.domain.outcome import Outcome, Verdict
from modeldex.domain.provider import KeyNeed, Provider
from modeldex.service import discover as discovering
from modeldex.service.discover import Asked, _too_late, applicable, discover
from modeldex.transport.limits import Limits

pytestmark = pytest.mark.anyio
LIMITS = Limits(attempt_s=1.0, total_s=15.0, pages=5, decoded_bytes=1000)
ROW = Provider(
    id="p", name="P", base_url="https://p.example/v1", dialect="openai", key=KeyNeed.NEVER
)


class Answers:
    """A transport that answers as it is told, without a network."""

    def __init__(self, answer: Callable[[Ask], Answer]) -> None:
        self.answer = answer
        self.asked: list[Ask] = []

    async def fetch(
        self, connection: Connection, ask: Ask, *, ends_at: float | None = None
    ) -> Answer:
        self.asked.append(ask)
        return self.answer(ask)


class Hangs(Answers):
    async def fetch(
        self, connection: Connection, ask: Ask, *, ends_at: float | None = None
    ) -> Answer:
        import anyio

        if connection.provider.id == "hung":
            await anyio.sleep(30)
        return self.answer(ask)


def models(*names: str) -> Answer:
    records = ",".join(f'{{"id":"{name}"}}' for name in names)
    return Answer(status=200, body=f'{{"data":[{records}]}}'.encode())


async def asked(transport: Answers, *rows: Provider) -> tuple[Asked, ...]:
    connections = [Connection(provider=row, base_url=row.base_url) for row in rows or (ROW,)]
    now = datetime(2026, 11, 20, tzinfo=UTC)
    return await discover(connections, transport, LIMITS, lambda: now, lambda _: None)  # type: ignore[arg-type]


def speaking(monkeypatch: pytest.MonkeyPatch, read: Callable[[Page], Reading]) -> None:
    """Have every provider speak a dialect that reads in this way."""
    made = Dialect(name="made", routes=(Route(name="models", path="models"),), read=read)
    monkeypatch.setattr(discovering, "spoken", lambda row: made)


def following(number: int) -> Callable[[Page], Reading]:
    """A dialect whose every page names a next one; numbers repeat after `number`."""

    def read(page: Page) -> Reading:
        here = int(page.ask.params.get("page", "0"))
        after = Ask(route="models", path="models", params={"page": str((here + 1) % number)})
        return Reading(claims=(Claims(native_id=f"m{here}"),), follow=(after,))

    return read


async def test_a_list_is_read() -> None:
    (one,) = await asked(Answers(lambda ask: models("a", "b")))
    assert one.conclusion.outcome is Outcome.OK
    assert one.results[0].models == 2


async def test_a_hung_connection_costs_its_own_deadline_and_harms_no_other() -> None:
    hung = Provider(
        id="hung", name="H", base_url="https://h.example", dialect="openai", key=KeyNeed.NEVER
    )
    began = time.monotonic()
    first, second = await asked(Hangs(lambda ask: models("a")), hung, ROW)
    assert time.monotonic() - began < 10
    assert (first.conclusion.outcome, second.conclusion.outcome) == (Outcome.TIMEOUT, Outcome.OK)


async def test_pages_without_end_are_cut_at_the_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    speaking(monkeypatch, following(1000))
    transport = Answers(lambda ask: models("x"))
    (one,) = await asked(transport)
    assert (one.conclusion.outcome, len(transport.asked)) == (Outcome.PARTIAL, LIMITS.pages)


async def test_pages_that_lead_back_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    speaking(monkeypatch, following(3))
    transport = Answers(lambda ask: models("x"))
    (one,) = await asked(transport)
    assert (one.conclusion.outcome, len(transport.asked)) == (Outcome.PARTIAL, 4)
    assert "back" in one.conclusion.detail


async def test_a_list_of_too_many_models_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovering, "_MOST_RECORDS", 3)
    (one,) = await asked(Answers(lambda ask: models("a", "b", "c", "d")))
    assert one.results[0].verdict is not None
    assert one.results[0].verdict.outcome is Outcome.TOO_LARGE


async def test_pages_that_are_too_large_together_are_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    speaking(monkeypatch, following(1000))
    large = Answer(status=200, body=b'{"data":[]}' + b" " * 400)
    (one,) = await asked(Answers(lambda ask: large))
    assert one.results[0].verdict is not None
    assert one.results[0].verdict.outcome is Outcome.TOO_LARGE


async def test_a_dialect_that_fails_is_one_connections_bad_payload(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(page: Page) -> Reading:
        raise KeyError("a mistake of ours")

    speaking(monkeypatch, fails)
    (one,) = await asked(Answers(lambda ask: models("a")))
    assert one.conclusion.outcome is Outcome.BAD_PAYLOAD
    assert "KeyError" in one.conclusion.detail


async def test_a_verdict_of_the_transport_is_the_connections() -> None:
    def refuse(ask: Ask) -> Answer:
        raise Verdict(Outcome.TLS, "no safe connection")

    (one,) = await asked(Answers(refuse))
    assert one.conclusion.outcome is Outcome.TLS


def test_a_route_with_an_unknown_placeholder_is_left_out() -> None:
    routes = (Route(name="mine", path="/accounts/{account}"), Route(name="all", path="models"))
    connection = Connection(provider=ROW, base_url=ROW.base_url)
    assert [route.name for route in applicable(routes, connection)] == ["all"]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-0.001, "the time of the whole refresh was over"),
        (0.0, "the time of the whole refresh was over"),
        (0.25, "no whole answer within 0.25 s"),
        (10.0, "no whole answer within 10 s"),
    ],
)
def test_no_time_is_said_to_be_less_than_nothing(seconds: float, said: str) -> None:
    assert _too_late(seconds) == said
