from pathlib import Path

import pytest

from modeldex.domain.catalog import ListingStamp
from modeldex.domain.model import Tier
from modeldex.domain.outcome import Outcome
from modeldex.storage.kept_lists import KeptLists, read, write
from tests.conftest import NOW

STAMP = ListingStamp(
    provider="acme",
    connection="acme:1",
    tier=Tier.LIVE,
    callable=True,
    hash="ab" * 32,
    fetched_at=NOW,
    checked_at=NOW,
    outcome=Outcome.OK,
)


def test_what_was_said_last_is_read_again(tmp_path: Path) -> None:
    for listings in ((), (STAMP,)):
        write(tmp_path / "raw", listings, ())
        assert read(tmp_path / "raw") == KeptLists(listings=listings)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[" * 100_000, b'{"format": 2}', b'{"listings": 3}', b"\xff"]
)
def test_what_cannot_be_read_says_nothing(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "lists.json").write_bytes(body)
    assert read(tmp_path) == KeptLists()


def test_where_nothing_was_said_nothing_is_read(tmp_path: Path) -> None:
    assert read(tmp_path / "none") == KeptLists()
