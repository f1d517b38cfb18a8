from datetime import UTC, date, datetime, timedelta

import msgspec

from modeldex.domain.hold import Held, Hold, HoldKind
from modeldex.domain.lifecycle import Lifecycle
from modeldex.domain.memory import Memory, Remembered, Thresholds
from modeldex.domain.source import Source

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
FULL = Remembered(
    first_seen=NOW,
    last_seen=NOW,
    lifecycle=Lifecycle.REMOVED,
    missing_since=NOW,
    missing_for=timedelta(days=31),
    unstable=True,
    steady_for=timedelta(hours=7),
    announced_by=Source.KNOWLEDGE,
    retires_on=date(2026, 12, 1),
    successor="b",
    renamed_to="groq/b",
    tombstone=NOW,
)


def test_a_memory_can_be_written_down_and_read_again() -> None:
    memory = Memory(counted_at=NOW, models={"groq/a": FULL})
    assert msgspec.json.decode(msgspec.json.encode(memory), type=Memory) == memory


def test_a_hold_can_be_written_down_and_read_again() -> None:
    hold = Hold(
        kind=HoldKind.RENAMED,
        sentence="said",
        numbers={"before": 9},
        fingerprint="f",
        renames={"a": "b"},
    )
    held = Held(hold=hold, since=NOW, times=2)
    assert msgspec.json.decode(msgspec.json.encode(held), type=Held) == held


def test_a_model_that_was_always_listed_takes_little_to_remember() -> None:
    plain = Remembered(first_seen=NOW, last_seen=NOW)
    assert msgspec.to_builtins(plain).keys() == {"first_seen", "last_seen"}


def test_thresholds_are_read_from_plain_values() -> None:
    said = msgspec.convert({"deprecated_after": "P7D"}, Thresholds)
    assert said == Thresholds(deprecated_after=timedelta(days=7))
