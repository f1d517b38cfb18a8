from collections.abc import Callable

import pytest

from modeldex.dialects import dialect
from modeldex.domain.capability import Kind
from modeldex.domain.listing import Role
from tests.dialects.recorded import by_id, read

KINDS = [
    ("chat", "deepseek-ai/DeepSeek-V3.1", Kind.CHAT),
    ("embedding", "BAAI/bge-m3", Kind.EMBEDDING),
    ("reranker", "BAAI/bge-reranker-v2-m3", Kind.RERANK),
    ("image", "black-forest-labs/FLUX.1-schnell", Kind.IMAGE),
    ("transcription", "FunAudioLLM/SenseVoiceSmall", Kind.TRANSCRIPTION),
    ("video", "Wan-AI/Wan2.2-T2V-A14B", Kind.VIDEO),
]


def test_one_whole_list_opens_models_and_the_others_add() -> None:
    roles = {route.name: route.role for route in dialect("siliconflow").routes}
    assert roles == {"models": Role.LISTS, **dict.fromkeys((name for name, *_ in KINDS), Role.ADDS)}


def test_every_route_asks_for_something_else() -> None:
    asked = [tuple(sorted(route.params.items())) for route in dialect("siliconflow").routes]
    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize(("route", "model", "kind"), KINDS)
def test_the_kind_is_that_of_the_list_it_stands_in(
    small: Callable[[str], bytes], route: str, model: str, kind: Kind
) -> None:
    reading = read("siliconflow", small(f"siliconflow/{route}"), route)
    assert by_id(reading)[model].kind is kind
    assert reading.lost == ()


def test_the_whole_list_says_of_no_model_what_it_is_for(small: Callable[[str], bytes]) -> None:
    reading = read("siliconflow", small("siliconflow/models"), "models")
    assert {claim.kind for claim in reading.claims} == {None}


def test_every_model_of_a_kind_stands_in_the_whole_list(small: Callable[[str], bytes]) -> None:
    whole = by_id(read("siliconflow", small("siliconflow/models"), "models"))
    of_kinds = {
        claim.native_id
        for route, *_ in KINDS
        for claim in read("siliconflow", small(f"siliconflow/{route}"), route).claims
    }
    assert of_kinds < whole.keys()
