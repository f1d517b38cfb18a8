import json
from collections.abc import Callable

import pytest

from modeldex.domain.capability import Access, Kind
from modeldex.domain.claims import Claims
from tests.dialects.recorded import by_id, read, recorded


@pytest.fixture
def found(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("github_copilot", small("github-copilot/models"), "models"))


@pytest.mark.parametrize(
    ("name", "access", "word"),
    [
        ("claude-3.7-sonnet", Access.CALLABLE, None),
        ("gemini-3-pro", Access.NOT_CALLABLE, "terms are not accepted"),
        ("grok-4", Access.NOT_CALLABLE, "switched off"),
        ("gpt-4o", None, None),
        ("auto", None, None),
    ],
)
def test_the_policy_says_whether_a_model_can_be_called(
    found: dict[str, Claims], name: str, access: Access | None, word: str | None
) -> None:
    claim = found[name]
    assert claim.access is access
    assert (word or "") in (claim.access_note or "")
    assert (claim.access_note is None) == (word is None)


def test_abilities_that_are_not_named_are_unknown(found: dict[str, Claims]) -> None:
    claim = found["gpt-4o"]
    assert (claim.tools, claim.vision, claim.streaming) == (True, True, True)
    assert claim.structured_output is None


def test_kinds_are_told_apart(found: dict[str, Claims]) -> None:
    kinds = [found[name].kind for name in ("gpt-4o", "text-embedding-3-small", "auto")]
    assert kinds == [Kind.CHAT, Kind.EMBEDDING, Kind.OTHER]


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("github-copilot"))
def test_recordings_are_read_whole(recordings: Callable[[str], bytes], path: str) -> None:
    raw = json.loads(recordings(path))["data"]
    reading = read("github_copilot", recordings(path), "models")
    assert [claim.native_id for claim in reading.claims] == [row["id"] for row in raw]
    assert (reading.lost, reading.odd_fields, reading.unknown_fields) == ((), {}, {})
    limits = [row["capabilities"].get("limits", {}) for row in raw]
    windows = [limit.get("max_context_window_tokens") for limit in limits]
    assert [claim.context_window for claim in reading.claims] == windows
    outputs = [limit.get("max_output_tokens") for limit in limits]
    assert [claim.max_output for claim in reading.claims] == outputs
