import pytest

from modeldex.domain.model import Model
from modeldex.rules.answering import answers_later


def named(native_id: str, batch: bool | None) -> Model:
    return Model(id=f"p/{native_id}", provider="p", native_id=native_id, batch=batch)


def test_a_batch_variant_answers_later() -> None:
    assert answers_later(named("lab/m:batch", True))


@pytest.mark.parametrize(
    "model",
    [
        named("lab/m", True),
        named("lab/m:batch", None),
        named("lab/m:batch", False),
        named("lab/m-batch", True),
        named("lab/m:free", True),
    ],
)
def test_what_can_be_batched_too_or_only_has_the_name_does_not(model: Model) -> None:
    assert not answers_later(model)
