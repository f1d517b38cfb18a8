import msgspec
import pytest

from modeldex.service import shapes
from modeldex.web.provider_documents import HeldStatus
from tests.cli.test_providers_table import ASIDE


@pytest.mark.parametrize("whole", [True, False])
def test_a_held_list_is_as_it_is_described(whole: bool) -> None:
    said = msgspec.to_builtins(shapes.held(ASIDE, whole=whole))
    assert said.keys() == set(HeldStatus.__struct_fields__)
    found = msgspec.convert(said, HeldStatus)
    assert (found.reason, found.changing) == (ASIDE.held.hold.sentence, 40)


def test_who_did_not_bring_a_list_is_told_no_model_of_it() -> None:
    said = msgspec.convert(msgspec.to_builtins(shapes.held(ASIDE, whole=False)), HeldStatus)
    assert (said.gone, said.came, said.renames, said.examples) == ([], [], {}, [])


def test_a_provider_whose_list_is_taken_has_none_that_is_held() -> None:
    assert shapes.held(None) is None
