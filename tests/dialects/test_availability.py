"""Models that a list names and that nobody can call now: listed, with the reason."""

from typing import Any

import msgspec
import pytest

from modeldex.domain.capability import Access
from modeldex.domain.claims import Claims
from modeldex.domain.lifecycle import Lifecycle
from tests.dialects.recorded import read


def claimed(dialect: str, **said: Any) -> Claims:
    body = msgspec.json.encode({"data": [{"id": "m", **said}]})
    (claim,) = read(dialect, body, "models").claims
    return claim


@pytest.mark.parametrize(
    ("dialect", "said", "word"),
    [
        ("novita", {"status": 4}, "suspended"),
        ("venice", {"model_spec": {"offline": True}}, "offline"),
    ],
)
def test_a_state_that_closes_a_model_is_told_with_the_reason(
    dialect: str, said: dict[str, Any], word: str
) -> None:
    found = claimed(dialect, **said)
    assert found.access is Access.NOT_CALLABLE
    assert word in (found.access_note or "")


@pytest.mark.parametrize(
    ("dialect", "said"),
    [
        ("novita", {"status": 1}),
        ("novita", {"status": 2}),
        ("novita", {}),
        ("venice", {"model_spec": {"offline": False}}),
        ("venice", {"model_spec": {}}),
        ("volcengine", {"status": "Retiring"}),
        ("volcengine", {}),
    ],
)
def test_a_state_that_closes_nothing_or_is_not_known_says_nothing(
    dialect: str, said: dict[str, Any]
) -> None:
    found = claimed(dialect, **said)
    assert (found.access, found.access_note) == (None, None)


def test_what_is_shut_down_by_an_undocumented_word_is_told_and_not_concluded() -> None:
    found = claimed("volcengine", status="Shutdown")
    assert (found.access, found.lifecycle) == (None, Lifecycle.DEPRECATED)
    assert "Shutdown" in (found.access_note or "")
