from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from modeldex.domain.change import Change, ChangeKind
from modeldex.domain.source import Source

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
CHANGE = Change(
    at=NOW,
    id="groq/a",
    kind=ChangeKind.LIMIT,
    field="context_window",
    old=8192,
    new=131072,
    source=Source.API,
    before="one",
    snapshot="two",
)


@pytest.mark.parametrize(
    "other",
    [
        {"at": datetime(2026, 11, 21, tzinfo=UTC)},
        {"snapshot": "three"},
        {"source": Source.KNOWLEDGE},
    ],
    ids=lambda other: next(iter(other)),
)
def test_a_change_found_again_from_the_same_catalog_has_the_same_key(other: dict[str, Any]) -> None:
    assert replace(CHANGE, **other).key == CHANGE.key


@pytest.mark.parametrize(
    "other",
    [
        {"before": "two"},
        {"id": "groq/b"},
        {"kind": ChangeKind.PRICE},
        {"field": "max_output"},
        {"old": None},
        {"new": "131072"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_another_change_has_another_key(other: dict[str, Any]) -> None:
    assert replace(CHANGE, **other).key != CHANGE.key


def test_a_key_is_the_same_in_every_process() -> None:
    assert CHANGE.key == "18f3e5ff2dd99995132b99e7101aa294"
