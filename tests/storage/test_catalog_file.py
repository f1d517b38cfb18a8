import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings

from modeldex.domain.catalog import PageRef
from modeldex.domain.errors import BadQuery, StorageError
from modeldex.domain.listing import Ask
from modeldex.domain.model import Model
from modeldex.domain.price import Price
from modeldex.domain.query import Query, Sort
from modeldex.storage.catalog_file import CatalogFile
from tests.conftest import NOW
from tests.storage.builders import FULL, a_model, a_provider, a_stamp, catalog, models

PROMISED = [
    *("id", "provider", "native_id", "name", "base", "lab", "family", "kind", "context_window"),
    *("max_output", "input_modalities", "output_modalities", "tools", "structured_output"),
    *("json_mode", "vision", "streaming", "prompt_caching", "batch", "reasoning", "open_weights"),
    *("knowledge_cutoff", "released", "created", "price", "price_tier", "endpoints", "aliases"),
    *("lifecycle", "retires_on", "successor", "first_seen", "last_seen", "available", "sources"),
]
OURS = ["quantization", "access", "access_note", "hugging_face_id", "tier", "recommended"]
ALL = Query()


def _document(file: CatalogFile, **rest: object) -> dict[str, object]:
    (text,) = file.documents(ALL, **rest)  # type: ignore[arg-type]
    found: dict[str, object] = json.loads(text)
    return found


@given(model=models)
@settings(max_examples=60, deadline=None)
def test_a_model_comes_back_as_it_was_written(
    model: Model, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert catalog(tmp_path_factory.mktemp("c"), model).get(model.id) == model


def test_unknown_facts_stay_unknown(tmp_path: Path) -> None:
    bare = a_model("acme/bare")
    assert catalog(tmp_path, bare).models(ALL) == [bare]


def test_no_modalities_are_not_unknown_modalities(tmp_path: Path) -> None:
    model = a_model(input_modalities=(), endpoints=(), aliases=())
    assert catalog(tmp_path, model).models(ALL) == [model]


def test_a_number_too_large_for_a_column_is_unknown(tmp_path: Path) -> None:
    found = catalog(tmp_path, a_model(context_window=2**63)).get("acme/gpt-4o")
    assert found is not None
    assert found.context_window is None


def test_an_amount_too_large_for_a_column_still_sorts_last(tmp_path: Path) -> None:
    huge, dear = (Price(input=Decimal(amount)) for amount in ("1E+30", "5"))
    file = catalog(tmp_path, a_model("a/huge", price=huge), a_model("a/dear", price=dear))
    found = file.models(Query(sort=Sort(key="price")))
    assert [model.price for model in found] == [dear, huge]


def test_a_time_of_another_zone_is_kept_in_utc(tmp_path: Path) -> None:
    at = datetime(2026, 1, 2, 3, tzinfo=timezone(timedelta(hours=2)))
    assert _document(catalog(tmp_path, a_model(created=at)))["created"] == "2026-01-02T01:00:00Z"


def test_an_id_that_nobody_has_gives_none(tmp_path: Path) -> None:
    assert catalog(tmp_path, FULL).get("acme/other") is None


def test_a_name_that_is_no_text_gives_none(tmp_path: Path) -> None:
    assert catalog(tmp_path, FULL).get("acme/\udcff") is None


@pytest.mark.parametrize("model", [FULL, a_model("acme/bare")], ids=["full", "bare"])
def test_a_document_has_exactly_the_promised_keys(tmp_path: Path, model: Model) -> None:
    assert sorted(_document(catalog(tmp_path, model))) == sorted(PROMISED + OURS)


def test_what_is_unknown_is_null_in_a_document(tmp_path: Path) -> None:
    document = _document(catalog(tmp_path, a_model("acme/bare")))
    known = {key for key, value in document.items() if value is not None}
    assert known == {"id", "provider", "native_id", "recommended", "sources"}


def test_amounts_in_a_document_are_exact_text(tmp_path: Path) -> None:
    price = _document(catalog(tmp_path, FULL))["price"]
    assert price == {"input": "2.5", "output": "10", "cache_read": "0", "cache_write": None}


def test_an_endpoint_in_a_document_has_all_of_its_keys(tmp_path: Path) -> None:
    (endpoint,) = _document(catalog(tmp_path, FULL))["endpoints"]  # type: ignore[misc,attr-defined]
    assert endpoint["price"]["input"] == "0.0000001"
    assert [endpoint[key] for key in ("status", "tools", "quantization")] == [None] * 3


def test_sources_in_a_document_say_who_what_and_when(tmp_path: Path) -> None:
    said = {"source": "api", "evidence": "https://acme", "observed_at": "2026-11-20T12:00:00Z"}
    assert _document(catalog(tmp_path, FULL))["sources"] == {"tools": said}


def test_times_in_a_document_end_in_z(tmp_path: Path) -> None:
    document = _document(catalog(tmp_path, FULL))
    times = [document[key] for key in ("created", "first_seen", "released")]
    assert times == ["2024-05-13T09:30:15.000250Z", "2026-11-20T12:00:00Z", "2024-05-13"]


@pytest.mark.parametrize(
    ("available", "said"), [(None, None), (frozenset(), False), (frozenset({"acme"}), True)]
)
def test_available_is_what_the_caller_says_of_the_provider(
    tmp_path: Path, available: frozenset[str] | None, said: bool | None
) -> None:
    assert _document(catalog(tmp_path, FULL), available=available)["available"] is said


def test_rows_hold_the_columns_asked_for(tmp_path: Path) -> None:
    columns = ("id", "tools", "price_input", "input_modalities", "batch")
    rows = list(catalog(tmp_path, FULL).rows(ALL, columns))
    assert rows == [("acme/gpt-4o", 1, 2_500_000, "text,image", None)]


def test_a_column_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadQuery, match="no column"):
        list(catalog(tmp_path, FULL).rows(ALL, ("id, (SELECT 1)",)))


def test_listings_come_back_as_they_were_written(tmp_path: Path) -> None:
    page = PageRef(
        ask=Ask(route="models", path="/models"), hash="ab", url="https://a", fetched_at=NOW
    )
    stamps = [a_stamp("b:1", pages=(page,), message="!"), a_stamp("a:1", fetched_at=None)]
    assert catalog(tmp_path, listings=stamps).listings() == stamps


def test_provider_rows_come_back_as_they_were_written(tmp_path: Path) -> None:
    rows = [
        a_provider("b", key_env=("B_KEY",), local=True),
        a_provider("a", variables={"x": ("X",)}),
    ]
    assert catalog(tmp_path, providers=rows).providers() == rows


def test_a_connection_opens_the_models_of_its_list(tmp_path: Path) -> None:
    models = (a_model("acme/a"), a_model("acme/b"), a_model("other/a"))
    file = catalog(
        tmp_path, *models, listings=[a_stamp("acme:1")], opened={"acme:1": frozenset({"acme/b"})}
    )
    assert file.opened("acme:1") == {"acme/b"}
    assert file.opened("acme:2") == frozenset()


def test_an_alias_leads_to_every_model_that_has_it(tmp_path: Path) -> None:
    models = (a_model("a/1", aliases=("x", "x")), a_model("b/2", aliases=("x", "y")))
    assert catalog(tmp_path, *models).names.also_native("x") == ["a/1", "b/2"]


def test_a_native_id_leads_to_every_provider_that_has_it(tmp_path: Path) -> None:
    file = catalog(tmp_path, a_model("a/gpt"), a_model("b/gpt"), a_model("b/gpt-4"))
    assert file.names.native("gpt") == ["a/gpt", "b/gpt"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gpt-4o-mni", "openai/gpt-4o-mini"),
        ("openai/gpt4o", "openai/gpt-4o"),
        ("cluade-opus-4.5", "anthropic/claude-opus-4-5"),
    ],
)
def test_a_misspelt_name_suggests_what_was_meant(tmp_path: Path, typed: str, meant: str) -> None:
    names = ("openai/gpt-4o", "openai/gpt-4o-mini", "anthropic/claude-opus-4-5", "groq/llama-3")
    assert catalog(tmp_path, *map(a_model, names)).suggest(typed)[0] == meant


def test_a_name_like_no_other_suggests_nothing(tmp_path: Path) -> None:
    assert catalog(tmp_path, FULL).suggest("zzzzzzzz") == []


def test_the_stamp_names_the_file_and_its_size(tmp_path: Path) -> None:
    stamp = catalog(tmp_path, FULL).stamp
    assert (stamp.hash, stamp.models, stamp.published_at) == ("test", 1, NOW)


def test_first_seen_is_remembered_to_the_microsecond(tmp_path: Path) -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)
    file = catalog(tmp_path, a_model("a/1", first_seen=at), a_model("a/2"))
    assert file.first_seen() == {"a/1": at}


def _essence(folder: Path, **changed: object) -> bytes:
    return catalog(folder, msgspec.structs.replace(FULL, **changed)).essence()[FULL.id]


@pytest.mark.parametrize(
    "seen", [{"last_seen": NOW + timedelta(1)}, {"first_seen": None}, {"sources": {}}]
)
def test_when_a_model_was_seen_is_not_its_essence(tmp_path: Path, seen: dict[str, object]) -> None:
    assert _essence(tmp_path, **seen) == _essence(tmp_path)


@pytest.mark.parametrize("fact", [{"tools": None}, {"name": "x"}, {"price": None}, {"aliases": ()}])
def test_a_changed_fact_changes_the_essence(tmp_path: Path, fact: dict[str, object]) -> None:
    assert _essence(tmp_path, **fact) != _essence(tmp_path)


def test_threads_read_one_catalog_side_by_side(tmp_path: Path) -> None:
    file = catalog(tmp_path, *(a_model(f"a/{number}") for number in range(200)))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: file.get(f"a/{number}"), range(200)))
    assert all(model and model.native_id == str(n) for n, model in enumerate(found))


def test_a_path_with_special_characters_is_opened(tmp_path: Path) -> None:
    folder = tmp_path / "a b?c#d%e"
    folder.mkdir()
    assert catalog(folder, FULL).count(ALL) == 1


def test_reading_leaves_no_file_behind(tmp_path: Path) -> None:
    catalog(tmp_path, FULL).models(ALL)
    assert [path.name for path in tmp_path.iterdir()] == ["test.db"]


@pytest.mark.parametrize("body", [b"", b"no database", bytes(8192)], ids=["empty", "text", "zeros"])
def test_a_file_that_is_no_catalog_is_refused_with_advice(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "bad.db"
    path.write_bytes(body)
    with pytest.raises(StorageError, match="modeldex refresh"):
        CatalogFile(path)


def test_a_missing_file_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="modeldex refresh"):
        CatalogFile(tmp_path / "missing.db")


def test_any_sqlite_reads_a_catalog(tmp_path: Path) -> None:
    db = sqlite3.connect(catalog(tmp_path, FULL).path)
    (document,) = db.execute("SELECT document FROM model_json").fetchone()
    db.close()
    assert json.loads(document)["id"] == FULL.id
