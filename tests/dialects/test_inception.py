import msgspec
import pytest

from modeldex.domain.capability import Kind
from tests.dialects.recorded import read


@pytest.mark.parametrize(
    ("endpoints", "kind"),
    [
        (["chat.completions"], Kind.CHAT),
        (["fim", "edit", "chat.completions"], Kind.CHAT),
        (["fim", "edit"], Kind.COMPLETION),
        (["edit"], Kind.OTHER),
        (["decisions"], Kind.OTHER),
        (["something-new"], None),
        ([], None),
        (None, None),
    ],
)
def test_the_endpoints_that_answer_are_the_job(
    endpoints: list[str] | None, kind: Kind | None
) -> None:
    record = {"id": "m", "output_modalities": ["text"], "supported_endpoints": endpoints}
    (claim,) = read("inception", msgspec.json.encode({"data": [record]}), "models").claims
    assert claim.kind is kind
