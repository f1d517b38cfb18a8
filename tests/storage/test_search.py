from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import apsw
import pytest

from modeldex.domain.capability import Kind, Modality, Reasoning
from modeldex.domain.errors import BadQuery
from modeldex.domain.lifecycle import Lifecycle
from modeldex.domain.model import Tier
from modeldex.domain.price import Price, PriceTier
from modeldex.domain.query import SORT_KEYS, Condition, Op, Query, Sort
from modeldex.rules.operators import OPERATORS
from modeldex.storage import search
from modeldex.storage.catalog_file import CatalogFile
from modeldex.storage.layout import FACTS
from tests.storage.builders import a_model, a_stamp, catalog, told

Value = str | int | bool


def asks(field: str, op: str, *values: Value, **rest: bool) -> Condition:
    return Condition(field=field, op=Op(op), values=values, **rest)


def _price(text: str) -> Price:
    return Price(input=Decimal(text), output=Decimal(text) * 2)


MODELS = (
    a_model(
        "x/rich",
        name="Rich One",
        lab="OpenAI",
        family="gpt",
        base="openai/gpt-5",
        kind=Kind.CHAT,
        tools=True,
        open_weights=False,
        reasoning=Reasoning.FIXED,
        context_window=200_000,
        max_output=8_000,
        input_modalities=(Modality.TEXT, Modality.IMAGE),
        output_modalities=(Modality.TEXT,),
        price=_price("3"),
        price_tier=PriceTier.STANDARD,
        released=date(2026, 6, 15),
        created=datetime(2026, 6, 30, 12, tzinfo=UTC),
        knowledge_cutoff="2025-06",
        quantization="FP8",
        recommended=True,
        tier=Tier.LIVE,
        lifecycle=Lifecycle.ACTIVE,
    ),
    a_model(
        "y/poor",
        lab="meta",
        kind=Kind.EMBEDDING,
        tools=False,
        reasoning=Reasoning.NONE,
        context_window=8_000,
        input_modalities=(Modality.TEXT,),
        output_modalities=(Modality.EMBEDDING,),
        price=_price("0"),
        price_tier=PriceTier.FREE,
        released=date(2025, 1, 1),
        lifecycle=Lifecycle.DEPRECATED,
    ),
    a_model("z/blank"),
)
RICH, POOR, BLANK = ({name} for name in ("x/rich", "y/poor", "z/blank"))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> CatalogFile:
    return catalog(tmp_path_factory.mktemp("c"), *MODELS)


def _ids(file: CatalogFile, **query: Any) -> list[str]:
    return [found for (found,) in file.rows(Query(**query), ("id",))]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (asks("tools", "=", True), RICH),
        (asks("tools", "=", False), POOR),
        (asks("tools", "=", True, negated=True), POOR),
        (asks("tools", "=", True, or_unknown=True), RICH | BLANK),
        (asks("open_weights", "=", False), RICH),
        (asks("batch", "=", True), set()),
        (asks("batch", "=", True, negated=True), set()),
        (asks("kind", "=", "chat"), RICH),
        (asks("kind", "=", "CHAT"), RICH),
        (asks("kind", "=", "chat", or_unknown=True), RICH | BLANK),
        (asks("kind", "=", "chat", "embedding"), RICH | POOR),
        (asks("kind", "=", "chat", negated=True), POOR),
        (asks("kind", "=", "chat", negated=True, or_unknown=True), POOR | BLANK),
        (asks("provider", "=", "X"), RICH),
        (asks("provider", "=", "x", "z"), RICH | BLANK),
        (asks("provider", "=", "x", negated=True), POOR | BLANK),
        (asks("lab", "=", "openai"), RICH),
        (asks("lab", "=", "open"), set()),
        (asks("lab", "=", "openai", negated=True), POOR),
        (asks("family", "=", "GPT"), RICH),
        (asks("base", "=", "OpenAI/GPT-5"), RICH),
        (asks("id", "=", "X/Rich"), RICH),
        (asks("reasoning", "=", "fixed", "configurable"), RICH),
        (asks("price_tier", "=", "free"), POOR),
        (asks("price_tier", "=", "free", negated=True), RICH),
        (asks("input_modalities", ":", "image"), RICH),
        (asks("input_modalities", ":", "text"), RICH | POOR),
        (asks("input_modalities", ":", "image", negated=True), POOR),
        (asks("input_modalities", ":", "tex"), set()),
        (asks("output_modalities", ":", "embedding", "video"), POOR),
        (asks("context_window", ">=", 200_000), RICH),
        (asks("context_window", ">", 200_000), set()),
        (asks("context_window", "<", 200_000), POOR),
        (asks("context_window", "<=", 200_000), RICH | POOR),
        (asks("context_window", "=", 8_000), POOR),
        (asks("context_window", "=", 8_000, negated=True), RICH),
        (asks("max_output", ">", 1), RICH),
        (asks("price", "<", 3_000_000), POOR),
        (asks("price", "<=", 3_000_000), RICH | POOR),
        (asks("price", "=", 0), POOR),
        (asks("price", ">", 0), RICH),
        (asks("output_price", ">=", 6_000_000), RICH),
        (asks("released", ">=", "2026-06-15"), RICH),
        (asks("released", ">", "2026-06-15"), set()),
        (asks("released", "<", "2026-01-01"), POOR),
        (asks("released", "=", "2025-01-01", "2026-06-15"), RICH | POOR),
        (asks("retires_on", "<", "2030-01-01"), set()),
        (asks("created", ">", "2026-06-29"), RICH),
        (asks("created", ">", "2026-06-30"), set()),
        (asks("created", "<=", "2026-06-30"), RICH),
        (asks("first_seen", "<", "2020-01-01"), set()),
        (asks("knowledge_cutoff", ">=", "2025-06"), RICH),
        (asks("knowledge_cutoff", ">", "2025-06-30"), set()),
        (asks("cache_read_price", "<", 1), set()),
        (asks("quantization", "=", "fp8"), RICH),
        (asks("hugging_face_id", "=", "a/b"), set()),
        (asks("successor", "=", "a"), set()),
        (asks("tier", "=", "live"), RICH),
        (asks("recommended", "=", True), RICH),
        (asks("tools", "=", or_unknown=True), BLANK),
        (asks("tools", "=", or_unknown=True, negated=True), RICH | POOR),
        (asks("price", "=", or_unknown=True), BLANK),
        (asks("output_price", "=", or_unknown=True), BLANK),
        (asks("input_modalities", ":", or_unknown=True), BLANK),
        (asks("created", "=", or_unknown=True), POOR | BLANK),
        (asks("lifecycle", "=", or_unknown=True), BLANK),
        (asks("lifecycle", "=", "deprecated"), POOR),
        (asks("lifecycle", "=", "deprecated", negated=True), RICH | BLANK),
        (asks("lifecycle", "=", "active", negated=True), POOR | BLANK),
    ],
    ids=told,
)
def test_a_condition_holds_for(file: CatalogFile, condition: Condition, expected: set[str]) -> None:
    assert set(_ids(file, conditions=(condition,))) == expected


def test_every_fact_can_be_asked_for() -> None:
    found_as_words = {"name", "aliases"}
    told_in_full = {"access_note", "endpoints"}
    assert set(FACTS) - {one.field for one in OPERATORS.values()} == found_as_words | told_in_full


def test_all_conditions_are_to_hold(file: CatalogFile) -> None:
    both = (asks("context_window", ">", 1), asks("tools", "=", False))
    assert set(_ids(file, conditions=both)) == POOR


@pytest.mark.parametrize(
    "condition",
    [
        asks("tools; DROP TABLE model", "=", True),
        asks("place", "=", 1),
        asks("tools", ">", True),
        asks("lab", "<", "x"),
        asks("price", ":", 1),
        asks("input_modalities", "=", "text"),
        asks("lab", "="),
    ],
    ids=told,
)
def test_a_comparison_that_means_nothing_is_refused(
    file: CatalogFile, condition: Condition
) -> None:
    with pytest.raises(BadQuery):
        _ids(file, conditions=(condition,))


@pytest.mark.parametrize(
    ("key", "descending", "expected"),
    [
        ("price", False, "yxz"),
        ("price", True, "xyz"),
        ("output-price", False, "yxz"),
        ("context", False, "yxz"),
        ("context", True, "xyz"),
        ("max-output", False, "xyz"),
        ("released", False, "yxz"),
        ("newest", False, "xyz"),
        ("newest", True, "yxz"),
        ("name", False, "xyz"),
        ("provider", True, "zyx"),
        ("id", True, "zyx"),
        ("id", False, "xyz"),
    ],
)
def test_unknown_comes_last_in_every_order(
    file: CatalogFile, key: str, descending: bool, expected: str
) -> None:
    found = _ids(file, sort=Sort(key=key, descending=descending))
    assert "".join(model[0] for model in found) == expected


def test_an_order_that_does_not_exist_is_refused(file: CatalogFile) -> None:
    with pytest.raises(BadQuery, match="sorted by"):
        _ids(file, sort=Sort(key="place DESC"))


@pytest.mark.parametrize("key", SORT_KEYS)
def test_every_promised_order_exists(file: CatalogFile, key: str) -> None:
    assert len(_ids(file, sort=Sort(key=key))) == len(MODELS)


@pytest.mark.parametrize("key", ["price", "context", "max-output"])
def test_equal_ones_come_by_id_both_ways(tmp_path: Path, key: str) -> None:
    same = {"price": _price("1"), "context_window": 1, "max_output": 1}
    days = {"b": date(2026, 1, 3), "c": date(2026, 1, 2), "a": date(2026, 1, 1)}
    file = catalog(
        tmp_path, *(a_model(f"a/{name}", released=day, **same) for name, day in days.items())
    )
    for descending in (False, True):
        sort = Sort(key=key, descending=descending)
        assert _ids(file, sort=sort) == ["a/a", "a/b", "a/c"]


def test_by_default_recommended_come_first_then_newest_then_by_id(tmp_path: Path) -> None:
    day, later = date(2026, 1, 1), date(2026, 2, 1)
    file = catalog(
        tmp_path,
        a_model("a/unknown"),
        a_model("a/2", released=day),
        a_model("a/1", released=day),
        a_model("a/new", released=later),
        a_model("a/first", recommended=True),
    )
    assert _ids(file) == ["a/first", "a/new", "a/1", "a/2", "a/unknown"]


def test_limit_and_offset_cut_a_page_out_of_the_answer(file: CatalogFile) -> None:
    assert _ids(file, sort=Sort(key="id"), limit=1, offset=1) == ["y/poor"]


def test_a_limit_of_none_gives_all_after_the_offset(file: CatalogFile) -> None:
    assert len(_ids(file, offset=1)) == 2


def test_counting_leaves_out_limit_and_offset(file: CatalogFile) -> None:
    assert file.count(Query(limit=1, offset=2)) == 3


def test_mine_are_those_that_a_callable_connection_opens(tmp_path: Path) -> None:
    stamps = (a_stamp("a:1"), a_stamp("a:2", callable=False))
    opened = {"a:1": frozenset({"a/1"}), "a:2": frozenset({"a/1", "a/2"})}
    file = catalog(
        tmp_path, *(a_model(f"a/{n}") for n in (1, 2, 3)), listings=stamps, opened=opened
    )
    assert _ids(file, mine=True) == ["a/1"]


PLAIN = asks("kind", "=", "chat", or_unknown=True)
ACME = asks("provider", "=", "acme")


@pytest.mark.parametrize(
    "query",
    [
        Query(conditions=(PLAIN,)),
        Query(conditions=(PLAIN, ACME)),
        Query(conditions=(ACME,)),
        Query(conditions=(PLAIN,), mine=True),
        Query(mine=True),
        Query(conditions=(PLAIN, asks("lab", "=", "x"))),
        Query(conditions=(PLAIN, asks("price", "<", 5))),
        Query(conditions=(PLAIN, asks("context_window", ">=", 5), asks("tools", "=", True))),
        Query(conditions=(PLAIN,), sort=Sort(key="price")),
        Query(conditions=(PLAIN,), sort=Sort(key="context", descending=True)),
        Query(conditions=(PLAIN,), words=("gpt",)),
    ],
    ids=told,
)
def test_a_usual_list_is_neither_scanned_nor_sorted(file: CatalogFile, query: Query) -> None:
    sql, values = search.selecting(query, ("id",), lambda word: True)
    plan = _plan(file, sql, values)
    assert plan
    assert all("SEARCH" in step or "VIRTUAL TABLE" in step for step in plan)


def _plan(file: CatalogFile, sql: str, values: tuple[search.Value, ...]) -> list[str]:
    db = apsw.Connection(str(file.path), flags=apsw.SQLITE_OPEN_READONLY)
    return [str(row[3]) for row in db.execute(f"EXPLAIN QUERY PLAN {sql}", values)]


def test_a_whole_list_is_read_in_order_without_sorting(file: CatalogFile) -> None:
    assert _plan(file, *search.selecting(Query(), ("id",), lambda word: True)) == ["SCAN m"]


@pytest.mark.parametrize(
    "lookup",
    [
        "SELECT document FROM model_json WHERE id = ?",
        "SELECT document FROM model_json WHERE place = ?",
        "SELECT id FROM model WHERE native_id = ?",
    ],
)
def test_a_lookup_searches_an_index(file: CatalogFile, lookup: str) -> None:
    assert _plan(file, lookup, ("x",))[0].startswith("SEARCH model")
