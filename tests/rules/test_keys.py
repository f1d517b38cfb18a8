import msgspec
import pytest

from modeldex.dialects import spoken
from modeldex.domain.listing import Role, Route, When
from modeldex.domain.provider import KeyNeed, Provider
from modeldex.domain.secret import Secret
from modeldex.providers import packaged
from modeldex.rules.keys import in_doubt, mistaken, proves

ROWS = packaged()
ROW = Provider(id="p", name="P", base_url="https://p.example", dialect="openai")
PUBLIC = msgspec.structs.replace(ROW, key=KeyNeed.CALLING)
LIST = Route(name="models", path="models")
KEYED = Route(name="mine", path="mine", when=When.WITH_KEY)
SAME = Route(name="keyed", path="models", when=When.WITH_KEY)
CHECK = Route(name="key", path="key", role=Role.CHECKS, when=When.WITH_KEY)


@pytest.mark.parametrize(
    ("row", "routes", "proven"),
    [
        (ROW, [LIST], True),
        (PUBLIC, [LIST], False),
        (PUBLIC, [LIST, KEYED], True),
        (PUBLIC, [LIST, SAME], False),
        (PUBLIC, [LIST, CHECK], True),
    ],
)
def test_an_answer_proves_a_key_only_where_a_bad_one_would_fail(
    row: Provider, routes: list[Route], proven: bool
) -> None:
    assert proves(row, routes) is proven


@pytest.mark.parametrize(
    ("name", "proven"), [("openai", True), ("openrouter", True), ("cerebras", True), ("poe", False)]
)
def test_public_lists_prove_nothing_of_a_key(name: str, proven: bool) -> None:
    assert proves(ROWS[name], spoken(ROWS[name]).routes) is proven


@pytest.mark.parametrize(
    ("row", "known", "base_url", "doubted"),
    [
        (ROWS["groq"], ROWS["groq"], None, False),
        (ROWS["groq"], ROWS["groq"], ROWS["groq"].base_url, False),
        (ROWS["groq"], ROWS["groq"], "https://proxy.example/v1", True),
        (ROWS["vllm"], ROWS["vllm"], None, True),
        (ROW, None, None, True),
        (msgspec.structs.replace(ROW, evidence="unverified"), ROW, None, True),
        (ROW, PUBLIC, None, True),
    ],
)
def test_a_list_that_nobody_saw_ask_for_a_key_is_in_doubt(
    row: Provider, known: Provider | None, base_url: str | None, doubted: bool
) -> None:
    assert in_doubt(row, known, base_url) is doubted


@pytest.mark.parametrize(
    ("name", "key", "said"),
    [
        ("openai", "sk-ant-api03-0123", "Anthropic"),
        ("openai", "sk-or-v1-0123", "OpenRouter"),
        ("anthropic", "gsk_0123", "Groq"),
        ("groq", "nothing-known", "Groq's keys begin with gsk_"),
        ("anthropic", "sk-ant-oat01-0123", "a subscription's token"),
        ("dashscope", "sk-sp-0123", "a Coding Plan's key"),
    ],
)
def test_a_key_of_somebody_else_is_told_by_how_it_begins(name: str, key: str, said: str) -> None:
    assert said in (mistaken(Secret(key), ROWS[name], ROWS.values()) or "")


@pytest.mark.parametrize(
    ("name", "key"),
    [("openai", "sk-proj-0123"), ("deepseek", "sk-0123"), ("mistral", "0123"), ("groq", "gsk_1")],
)
def test_a_key_that_may_be_right_is_not_doubted(name: str, key: str) -> None:
    assert mistaken(Secret(key), ROWS[name], ROWS.values()) is None


def test_nothing_said_of_a_key_repeats_more_than_a_published_mark() -> None:
    said = mistaken(Secret("gsk_verysecretindeed"), ROWS["openai"], ROWS.values())
    assert "verysecret" not in (said or "")
