"""What holds for every format of the table, over a catalog in which everything happens."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import modeldex
from modeldex.cli.exporting import FORMATS as OF_THE_TERMINAL
from modeldex.domain.errors import BadQuery
from modeldex.domain.model import Model
from modeldex.domain.query import Query
from modeldex.exports.material import Export
from modeldex.exports.table import FORMATS, export
from modeldex.web.routes.exports import NAMES as OF_THE_SERVICE
from tests.cli.shelf import HOSTILE, MODELS, Shelf, model, price
from tests.exports.shapes import document, material

EVERY = pytest.mark.parametrize("name", FORMATS)
KEYS: Mapping[str, str | None] = {"acme": "env:ACME_API_KEY", "globex": "file:/keys/globex"}
SECRET = "canary-of-the-environment-4f1b"
FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@x",
    "\t=1",
    "\r=1",
    "a|cmd",
    "x\n=1",
    "a`b|c[d](e)",
    "</td>\x85\u2028",
)
CAPABLE = price("1", "2")


@pytest.fixture
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ACME_API_KEY", "GLOBEX_API_KEY", "OPENAI_API_KEY"):
        monkeypatch.setenv(name, SECRET)


def made(name: str, shelf: Shelf, callable_only: bool | None = None, **asked: object) -> Export:
    return export(name, shelf.catalog(), Query(**asked), callable_only)  # type: ignore[arg-type]


def shelf(folder: Path, *models: Model, keys: Mapping[str, str | None] = KEYS) -> Shelf:
    folder.mkdir(exist_ok=True)
    return Shelf(folder, models, keys)


def test_the_terminal_and_the_service_know_every_format() -> None:
    assert tuple(FORMATS) == OF_THE_TERMINAL == OF_THE_SERVICE


def test_every_format_has_a_suffix_and_a_media_type_of_its_own() -> None:
    assert len({one.suffix for one in FORMATS.values()}) == len(FORMATS)
    assert len({one.media for one in FORMATS.values()}) == len(FORMATS)
    assert all(one.description.endswith(".") for one in FORMATS.values())


def test_a_format_that_is_none_is_told() -> None:
    with pytest.raises(BadQuery, match="no format 'xlsx'"):
        modeldex.export("xlsx")


@EVERY
def test_a_second_export_is_the_same_to_the_byte(name: str, tmp_path: Path) -> None:
    first = made(name, shelf(tmp_path / "a", *MODELS))
    assert first == made(name, shelf(tmp_path / "b", *MODELS))
    assert first.models


@EVERY
@pytest.mark.usefixtures("_secret")
def test_no_key_is_in_an_export(name: str, tmp_path: Path) -> None:
    assert SECRET not in made(name, shelf(tmp_path, *MODELS)).text
    assert SECRET not in modeldex.export(name, callable_only=False, limit=50)
    assert os.environ["ACME_API_KEY"] == SECRET


@EVERY
def test_unknown_is_told_apart_from_no(name: str, tmp_path: Path) -> None:
    said = {
        made(name, shelf(tmp_path / str(tools), model("acme/m", tools=tools))).text
        for tools in (None, False, True)
    }
    assert len(said) == 3


@EVERY
def test_an_unknown_price_is_told_apart_from_a_free_one(name: str, tmp_path: Path) -> None:
    prices = {"none": None, "free": price("0", "0"), "some": CAPABLE}
    said = {
        made(name, shelf(tmp_path / case, model("acme/m", price=one))).text
        for case, one in prices.items()
    }
    assert len(said) == 3


@EVERY
def test_an_empty_catalog_is_exported(name: str, tmp_path: Path) -> None:
    found = made(name, shelf(tmp_path))
    assert (found.models, dict(found.left_out)) == (0, {})


@EVERY
def test_a_model_of_which_nothing_is_known_is_exported(name: str, tmp_path: Path) -> None:
    assert (
        made(name, shelf(tmp_path, Model(id="acme/m", provider="acme", native_id="m"))).models == 1
    )


@EVERY
@pytest.mark.parametrize("native", [*FORMULAS, HOSTILE])
def test_a_hostile_name_adds_no_model(name: str, tmp_path: Path, native: str) -> None:
    hostile = model(f"acme/{native}", name=native, lab=native, price=CAPABLE)
    found = made(name, shelf(tmp_path, hostile, model("acme/m")))
    assert found.models == 2
    found.text.encode()


@EVERY
@given(text=st.text())
def test_any_name_is_exported_and_adds_no_model(name: str, text: str) -> None:
    found = FORMATS[name].write(material(document(f"acme/{text}", name=text), document()))
    assert found.models == 2
    found.text.encode()


@EVERY
def test_only_what_can_be_called_where_that_is_asked(name: str, tmp_path: Path) -> None:
    here = shelf(tmp_path, *MODELS, keys={"acme": "env:ACME_API_KEY"})
    found = made(name, here, callable_only=True)
    assert "globex" not in found.text
    assert dict(found.left_out) == {"they cannot be called now": 2}
    assert "globex" in made(name, here, callable_only=False).text


@EVERY
def test_a_limit_counts_what_is_in_the_export(name: str, tmp_path: Path) -> None:
    here = shelf(tmp_path, *MODELS, keys={"globex": None})
    assert made(name, here, callable_only=True, limit=2).models == 2


def test_litellm_alone_leaves_out_by_itself_what_cannot_be_called(tmp_path: Path) -> None:
    here = shelf(tmp_path, *MODELS, keys={})
    counts = {name: made(name, here).models for name in FORMATS}
    assert counts == dict.fromkeys(FORMATS, len(MODELS)) | {"litellm": 0}


@pytest.mark.parametrize(
    "facts", [{"access": "not-callable"}, {"lifecycle": "removed"}], ids=["closed", "removed"]
)
def test_a_model_that_its_key_does_not_open_cannot_be_called(
    tmp_path: Path, facts: dict[str, str]
) -> None:
    closed = replace(model("acme/m"), **facts)
    assert made("litellm", shelf(tmp_path, closed)).models == 0


def test_lines_are_the_documents_of_the_list(tmp_path: Path) -> None:
    here = shelf(tmp_path, *MODELS)
    documents = here.catalog().documents(Query())
    assert made("jsonl", here).text.splitlines() == list(documents)
