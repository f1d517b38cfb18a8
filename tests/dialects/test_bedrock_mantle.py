import json
from collections.abc import Callable

import pytest

from modeldex.domain.capability import Access
from tests.dialects.recorded import by_id, read, recorded


def test_the_status_says_whether_a_model_can_be_called(small: Callable[[str], bytes]) -> None:
    found = by_id(read("bedrock_mantle", small("amazon-bedrock-mantle/models"), "models"))
    assert found["openai.gpt-oss-120b"].access is Access.CALLABLE
    assert found["acme.odd"].access is Access.NOT_CALLABLE
    assert found["acme.odd"].access_note == "its status is unavailable"


def test_without_a_status_nothing_is_known() -> None:
    (found,) = read("bedrock_mantle", b'{"data": [{"id": "a"}]}', "models").claims
    assert (found.access, found.access_note) == (None, None)


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("bedrock-mantle"))
def test_recordings_are_read_whole(recordings: Callable[[str], bytes], path: str) -> None:
    raw = json.loads(recordings(path))["data"]
    reading = read("bedrock_mantle", recordings(path), "models")
    assert [claim.native_id for claim in reading.claims] == [row["id"] for row in raw]
    assert (reading.lost, reading.odd_fields, reading.unknown_fields) == ((), {}, {})
    times = [claim.created and claim.created.timestamp() for claim in reading.claims]
    assert times == [row["created"] for row in raw]
