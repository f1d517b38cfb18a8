from pathlib import Path

import pytest

from modeldex.domain.claims import JUDGED
from modeldex.domain.errors import BadReferenceData
from modeldex.knowledge import naming
from modeldex.knowledge.datasets import READERS
from modeldex.knowledge.editions import packaged_editions, packaged_precedence, precedence
from modeldex.knowledge.naming import Naming, native_id
from modeldex.knowledge.rows import table

NEVER_IN_A_DATASET = {
    *("access", "access_note", "base", "lab", "created", "endpoints", "aliases"),
    *("quantization", "hugging_face_id"),
}


def test_every_edition_has_a_reader() -> None:
    assert set(packaged_editions()) == set(READERS)


def test_every_field_that_datasets_state_has_an_order() -> None:
    assert set(packaged_precedence()) == set(JUDGED) - NEVER_IN_A_DATASET


def test_every_order_names_every_dataset() -> None:
    assert {frozenset(order) for order in packaged_precedence().values()} == {frozenset(READERS)}


@pytest.mark.parametrize(
    ("fields", "message"), [('["colour"]', "no field 'colour'"), ('["kind", "kind"]', "twice")]
)
def test_a_wrong_order_is_named(fields: str, message: str) -> None:
    with pytest.raises(BadReferenceData, match=f"precedence.toml, row x: .*{message}"):
        precedence(f'[x]\nfields = {fields}\norder = []\nreason = "none"\n')


def test_the_notice_credits_every_dataset() -> None:
    notice = (Path(__file__).parents[2] / "NOTICE").read_text("utf-8")
    for edition in packaged_editions().values():
        assert edition.holder in notice
        assert edition.published.isoformat() in notice


def test_an_unknown_key_names_file_and_row() -> None:
    with pytest.raises(BadReferenceData, match=r"naming\.toml, row acme: .*colour"):
        table(naming.FILE, "[acme]\ncolour = 1\n", Naming)


@pytest.mark.parametrize(
    ("row", "key", "expected"),
    [
        (Naming(), "lab/one", "lab/one"),
        (Naming(drop="^default$"), "default", None),
        (Naming(last_segment=True), "lab/one", "one"),
        (Naming(bare_prefix="accounts/x/models/"), "one", "accounts/x/models/one"),
        (Naming(bare_prefix="accounts/x/models/"), "lab/one", "lab/one"),
    ],
)
def test_a_key_becomes_what_the_provider_wants(row: Naming, key: str, expected: str | None) -> None:
    assert native_id(row, key) == expected
