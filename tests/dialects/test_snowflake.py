import pytest

from modeldex.dialects import dialect
from modeldex.domain.listing import Ask, Page
from modeldex.domain.outcome import Unreadable
from tests.dialects.recorded import read


@pytest.mark.parametrize(
    "body",
    [
        b'{"models": [{"name": "llama3.1-70b"}, {"name": "claude-sonnet-4-5"}]}',
        b'{"data": [{"id": "llama3.1-70b"}, {"id": "claude-sonnet-4-5"}]}',
        b'{"models": ["llama3.1-70b", "claude-sonnet-4-5"]}',
        b'["llama3.1-70b", "claude-sonnet-4-5"]',
        b'[{"model": "llama3.1-70b"}, {"name": "claude-sonnet-4-5"}]',
    ],
    ids=["names", "openai", "texts below a key", "texts", "bare records"],
)
def test_names_are_found_in_every_likely_shape(body: bytes) -> None:
    found = [claim.native_id for claim in read("snowflake", body, "models").claims]
    assert found == ["llama3.1-70b", "claude-sonnet-4-5"]


def test_a_record_without_a_name_is_lost_and_told() -> None:
    reading = read("snowflake", b'{"models": [{"size": 3}]}', "models")
    assert (reading.claims, len(reading.lost)) == ((), 1)


@pytest.mark.parametrize("body", [b"{}", b'{"error": "x"}', b"7"])
def test_what_is_no_list_is_unreadable(body: bytes) -> None:
    ask = Ask(route="models", path="/api/v2/cortex/models")
    with pytest.raises(Unreadable):
        dialect("snowflake").read(Page(ask=ask, body=body))
