from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.capability import Kind
from modeldex.domain.errors import BadQuery
from modeldex.domain.query import Condition, Op, Query, Sort
from modeldex.rules.filters import FILTERS
from modeldex.rules.operators import IS_WORDS, OPERATORS
from modeldex.rules.query import build, no_operators, parse, text_of

TODAY = date(2026, 11, 20)


def eq(field: str, *values: str | int | bool, **more: bool) -> Condition:
    return Condition(field=field, op=Op.EQ, values=values, **more)


def unknown(field: str, *, negated: bool = False) -> Condition:
    return Condition(field=field, op=Op.EQ, values=(), negated=negated, or_unknown=True)


def than(field: str, op: Op, value: str | int) -> Condition:
    return Condition(field=field, op=op, values=(value,))


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        ("provider:anthropic,groq", (eq("provider", "anthropic", "groq"),)),
        ("PROVIDER:groq", (eq("provider", "groq"),)),
        ("tools:yes", (eq("tools", True),)),
        ("-tools:yes", (eq("tools", True, negated=True),)),
        ("tools:yes,unknown", (eq("tools", True, or_unknown=True),)),
        ("vision:no", (eq("vision", False),)),
        ("structured_output:yes", (eq("structured_output", True),)),
        ("json:yes", (eq("json_mode", True),)),
        ("open-weights:yes", (eq("open_weights", True),)),
        ("reasoning:yes", (eq("reasoning", "fixed", "configurable"),)),
        ("reasoning:none", (eq("reasoning", "none"),)),
        ("kind:embedding", (eq("kind", "embedding"),)),
        ("lab:qwen", (eq("lab", "qwen"),)),
        ('family:"gpt 5,1"', (eq("family", "gpt 5,1"),)),
        ("base:qwen/qwen3:4b", (eq("base", "qwen/qwen3:4b"),)),
        ("context:>=200k", (than("context_window", Op.GE, 200_000),)),
        ("-context:>=200k", (than("context_window", Op.LT, 200_000),)),
        ("context:1m", (eq("context_window", 1_000_000),)),
        ("context:128k,200k", (eq("context_window", 128_000, 200_000),)),
        ("max-output:>=32K", (than("max_output", Op.GE, 32_000),)),
        ("price:<3", (than("price", Op.LT, 3_000_000),)),
        ("price:<=0.000001", (than("price", Op.LE, 1),)),
        ("price:$0.15", (eq("price", 150_000),)),
        ("price:1..2", (than("price", Op.GE, 1_000_000), than("price", Op.LE, 2_000_000))),
        ("price:..2", (than("price", Op.LE, 2_000_000),)),
        ("output-price:>5", (than("output_price", Op.GT, 5_000_000),)),
        ("released:>2026-06", (than("released", Op.GT, "2026-06-30"),)),
        ("released:>=2026-06", (than("released", Op.GE, "2026-06-01"),)),
        ("released:<2026-06", (than("released", Op.LT, "2026-06-01"),)),
        ("released:<=2026", (than("released", Op.LE, "2026-12-31"),)),
        ("released:2026-06-30", (eq("released", "2026-06-30"),)),
        (
            "released:2026-02",
            (than("released", Op.GE, "2026-02-01"), than("released", Op.LE, "2026-02-28")),
        ),
        (
            "released:2025..2026-01",
            (than("released", Op.GE, "2025-01-01"), than("released", Op.LE, "2026-01-31")),
        ),
        ("retires:<2027", (than("retires_on", Op.LT, "2027-01-01"),)),
        ("cutoff:>2025", (than("knowledge_cutoff", Op.GT, "2025-12-31"),)),
        (
            "cutoff:2025-06",
            (
                than("knowledge_cutoff", Op.GE, "2025-06"),
                than("knowledge_cutoff", Op.LE, "2025-06-30"),
            ),
        ),
        ("knowledge_cutoff:<2025", (than("knowledge_cutoff", Op.LT, "2025"),)),
        ("Context-Window:>1k", (than("context_window", Op.GT, 1000),)),
        ("created:>=2026-01", (than("created", Op.GE, "2026-01-01"),)),
        ("cache-read-price:<1", (than("cache_read_price", Op.LT, 1_000_000),)),
        ("quantization:fp8", (eq("quantization", "fp8"),)),
        ("tier:live", (eq("tier", "live"),)),
        ("recommended:yes", (eq("recommended", True),)),
        ("tools:unknown", (unknown("tools"),)),
        ("-price:unknown", (unknown("price", negated=True),)),
        ("provider:unknown", (eq("provider", "unknown"),)),
        ("is:free", (eq("price_tier", "free"),)),
        ("is:open", (eq("open_weights", True),)),
        ("is:new", (than("released", Op.GE, "2026-11-06"),)),
        ("-is:new", (than("released", Op.LT, "2026-11-06"),)),
        ("-is:deprecated", (eq("lifecycle", "deprecated", negated=True),)),
        ("is:stale,deprecated", (eq("lifecycle", "stale", "deprecated"),)),
        (
            "modality:image,pdf",
            (Condition(field="input_modalities", op=Op.CONTAINS, values=("image", "pdf")),),
        ),
        (
            "output:audio",
            (Condition(field="output_modalities", op=Op.CONTAINS, values=("audio",)),),
        ),
    ],
)
def test_an_operator_becomes_conditions(text: str, conditions: tuple[Condition, ...]) -> None:
    assert parse(text, TODAY).conditions == conditions


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("claude sonnet", ("claude", "sonnet")),
        ('"gpt 5" mini', ("gpt 5", "mini")),
        ('"say ""hi"""', ('say "hi"',)),
        ("qwen3:4b", ("qwen3:4b",)),
        ("model:free", ("model:free",)),
        ("qwen:latest", ("qwen:latest",)),
        ("anthropic/claude-3:beta", ("anthropic/claude-3:beta",)),
        ("ft:gpt-4o:org", ("ft:gpt-4o:org",)),
        ('"provider:groq"', ("provider:groq",)),
        ('"-x"', ("-x",)),
        ("- --", None),
        ("  ", ()),
        ('""', ()),
    ],
)
def test_what_is_no_operator_is_a_word(text: str, words: tuple[str, ...] | None) -> None:
    if words is None:
        with pytest.raises(BadQuery):
            parse(text, TODAY)
    else:
        assert parse(text, TODAY) == Query(words=words)


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("sort:price", Sort(key="price")),
        ("sort:-price", Sort(key="price", descending=True)),
        ("sort:output_price", Sort(key="output-price")),
        ("sort:price sort:name", Sort(key="name")),
    ],
)
def test_the_last_sort_orders(text: str, sort: Sort) -> None:
    assert parse(text, TODAY).sort == sort


def test_is_mine_asks_for_what_can_be_called() -> None:
    assert parse("is:mine", TODAY) == Query(mine=True)


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("provder:groq", 1, "did you mean provider:groq?"),
        ("gpt contxt:>=200k", 5, "did you mean context:>=200k?"),
        ("price<3", 1, "did you mean price:<3?"),
        ("tools:yess", 1, "did you mean tools:yes?"),
        ("tools:perhaps", 1, "tools: knows yes, true, no, false"),
        ("kind:embeding", 1, "did you mean kind:embedding?"),
        ("is:fre", 1, "did you mean is:free?"),
        ("sort:pric", 1, "did you mean price?"),
        ("-sort:price", 1, "sort:-price"),
        ("price:cheap", 1, "USD per million tokens"),
        ("released:2026-13", 1, "2026-06-30"),
        ("-price:1..2", 1, "price:<1 or price:>2"),
        ("is:free,new", 1, "is:free is:new"),
        ("-haiku", 1, "-provider:groq"),
    ],
)
def test_a_mistake_is_placed_and_mended(text: str, column: int, said: str) -> None:
    with pytest.raises(BadQuery) as caught:
        parse(text, TODAY)
    assert caught.value.column == column
    assert f"(column {column})" in str(caught.value)
    assert said in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        'claude "sonnet',
        "provider:",
        "provider:a,,b",
        "-is:mine",
        "price:1,unknown",
        "-tools:yes,unknown",
        "context:1.5",
        "context:99999999999999m",
        "price:0.0000001",
        "price:<1,<2",
        "price:2..1",
        "price:..",
        "price:-1",
        "price:<>1",
        "released:2026-06,2026-07",
        "released:0000",
        "context:٣",
    ],
)
def test_what_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(BadQuery):
        parse(text, TODAY)


def test_the_caret_points_at_the_mistake() -> None:
    with pytest.raises(BadQuery) as caught:
        parse("gpt provder:groq", TODAY)
    assert caught.value.hint.splitlines()[1:] == ["gpt provder:groq", "    ^^^^^^^^^^^^"]


_PIECES = st.one_of(
    st.sampled_from([*OPERATORS, "is", "sort", *IS_WORDS, "200k", "2026-06", "yes", "unknown"]),
    st.sampled_from([":", ",", "-", '"', " ", "..", "<", ">=", "=", "$"]),
    st.text(max_size=5),
)
_TEXTS = st.lists(_PIECES, max_size=12).map("".join)


def test_words_that_look_like_operators_are_named() -> None:
    assert no_operators(("qwen", "size:70b", "4b:x")) == ["size"]


@given(_TEXTS)
def test_any_text_is_a_query_or_a_bad_query(text: str) -> None:
    with suppress(BadQuery):
        query = parse(text, TODAY)
        assert _again(query) == query


def _again(query: Query) -> Query | BadQuery:
    try:
        return parse(text_of(query), TODAY)
    except BadQuery as error:
        return error


_AMOUNTS = st.integers(0, 10**12)
_OPERATIONS = st.one_of(
    st.builds("{}:>={}".format, st.sampled_from(["context", "max-output"]), _AMOUNTS),
    st.builds("price:<{}.{:06}".format, st.integers(0, 10**6), st.integers(0, 999_999)),
    st.builds("released:<={}".format, st.dates()),
    st.builds("-provider:{}".format, st.from_regex(r"[a-z]{1,8}", fullmatch=True)),
    st.builds("sort:-{}".format, st.sampled_from(["price", "newest", "id"])),
    st.sampled_from(["is:mine", "is:new", "tools:yes,unknown", "reasoning:yes", '"a b"']),
)


@given(st.lists(_OPERATIONS, max_size=6).map(" ".join))
def test_a_printed_query_is_the_same_query(text: str) -> None:
    query = parse(text, TODAY)
    assert parse(text_of(query), TODAY) == query


@pytest.mark.parametrize(
    ("filters", "text"),
    [
        ({"provider": "groq"}, "provider:groq"),
        ({"provider": ("groq", "openai")}, "provider:groq,openai"),
        ({"kind": Kind.CHAT}, "kind:chat"),
        ({"tools": True, "vision": None}, "tools:yes"),
        ({"tools": False}, "tools:no"),
        ({"reasoning": True}, "reasoning:yes"),
        ({"reasoning": False}, "reasoning:no"),
        ({"reasoning": "fixed"}, "reasoning:fixed"),
        ({"min_context": 200_000}, "context:>=200k"),
        ({"min_context": "200k"}, "context:>=200k"),
        ({"min_output": 8000}, "max-output:>=8k"),
        ({"max_price": Decimal("0.15")}, "price:<=0.15"),
        ({"max_price": 0.15}, "price:<=0.15"),
        ({"max_price": 1e-06}, "price:<=0.000001"),
        ({"max_price": 1}, "price:<=1"),
        ({"max_output_price": "5"}, "output-price:<=5"),
        ({"released_since": date(2026, 6, 1)}, "released:>=2026-06-01"),
        ({"released_before": "2026-06"}, "released:<2026-06"),
        ({"modality": "image"}, "modality:image"),
        ({"structured_output": True}, "structured-output:yes"),
        ({"free": True}, "is:free"),
        ({"free": False}, "-is:free"),
    ],
)
def test_a_filter_asks_what_its_operator_asks(filters: dict[str, object], text: str) -> None:
    assert build(**filters) == parse(text, TODAY).conditions


@pytest.mark.parametrize(
    "filters",
    [
        {"tool": True},
        {"tools": "maybe"},
        {"max_price": float("nan")},
        {"max_price": Decimal(-1)},
        {"min_context": True},
        {"kind": "chatty"},
        {"provider": ()},
    ],
)
def test_a_filter_that_means_nothing_is_refused(filters: dict[str, object]) -> None:
    with pytest.raises(BadQuery):
        build(**filters)


def test_every_filter_is_known_by_its_name() -> None:
    with pytest.raises(BadQuery, match="there is no filter") as caught:
        build(zzzzzz=1)
    assert all(name in caught.value.hint for name in FILTERS)
