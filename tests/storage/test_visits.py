from datetime import UTC, datetime
from pathlib import Path

import pytest

from modeldex.domain.outcome import Outcome
from modeldex.storage.visits import Visit, Visits

VISIT = Visit(
    url="https://example.org/api.json",
    at=datetime(2026, 11, 20, tzinfo=UTC),
    outcome=Outcome.OK,
    pack="ab" * 32,
    etag='"a"',
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    visits = Visits(tmp_path / "state")
    visits.write({"models-dev": VISIT})
    assert visits.read() == {"models-dev": VISIT}


def test_nothing_is_remembered_at_first(tmp_path: Path) -> None:
    assert Visits(tmp_path / "state").read() == {}


@pytest.mark.parametrize("damage", [b"", b"{", b'{"models-dev": {}}', b"\xff"])
def test_a_damaged_file_is_forgotten(tmp_path: Path, damage: bytes) -> None:
    visits = Visits(tmp_path)
    visits.path.write_bytes(damage)
    assert visits.read() == {}
    assert not visits.path.exists()
