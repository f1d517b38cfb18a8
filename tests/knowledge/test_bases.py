from collections.abc import Callable
from pathlib import Path

import pytest

from modeldex.domain.errors import BadReferenceData
from modeldex.knowledge.base_building import build
from modeldex.knowledge.bases import (
    FILE,
    packaged,
    packaged_aliases,
    packaged_labs,
    read,
    read_aliases,
    read_labs,
    read_spellings,
    registry,
    written,
)
from modeldex.knowledge.compiling import read_folder
from modeldex.knowledge.editions import packaged_editions
from modeldex.knowledge.rows import packaged_text
from modeldex.rules import identity
from modeldex.rules.registry import Base

TRUTH = Path(__file__).parents[3] / "shared" / "truth"
BASED = '["a/b"]\nnames = ["c"]\nlink = "-"\nchecked = "2026-01-01"\n'
SPELT = '[[serving]]\nname = "x"\nlink = "-"\nchecked = "-"\n'


def test_the_list_of_bases_is_at_most_60_kb() -> None:
    assert len(packaged_text(FILE).encode()) <= 60_000


def test_what_is_written_is_read_again() -> None:
    bases = {"a/b": Base("a", "b", "f", ("20250101",)), "c/d": Base("c", "d")}
    assert list(read(written(bases))) == list(bases.values())


@pytest.mark.parametrize("text", ["gpt\t\t\n", "= a\ngpt\n", "= a\n\t\t\n"])
def test_a_line_that_is_no_base_is_named(text: str) -> None:
    with pytest.raises(BadReferenceData, match=r"bases\.txt, line \d"):
        list(read(text))


def test_a_word_for_two_labs_is_refused() -> None:
    row = 'name = "x"\nslugs = ["same"]\nlink = "-"\nchecked = "-"\n'
    with pytest.raises(BadReferenceData, match="row b: 'same' is a word for a too"):
        read_labs(f"[a]\n{row}[b]\n{row}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BASED + 'nmae = "x"\n', "row a/b: .*nmae"),
        (BASED.replace("a/b", "ab"), "row ab: a base is written lab/name"),
        (BASED.replace('"c"', '"B"'), "row a/b: .*only a spelling"),
    ],
)
def test_a_wrong_alias_is_named(text: str, message: str) -> None:
    with pytest.raises(BadReferenceData, match=message):
        read_aliases(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (SPELT, r"row 1 \(x\): .*match"),
        (SPELT + "match = '('\n", "base-spellings"),
        ("[[endings]]\n", "no key 'endings'"),
        ("[implied.x]\nendings = []\n", r"row implied\.x"),
    ],
)
def test_a_wrong_spelling_is_named(text: str, message: str) -> None:
    with pytest.raises(BadReferenceData, match=message):
        read_spellings(text)


def test_every_alias_names_a_base_that_is_known() -> None:
    known = {base.id for base in packaged().bases}
    assert [base for base in packaged_aliases() if base not in known] == []


def test_every_base_has_a_lab_that_is_known() -> None:
    assert {base.lab for base in packaged().bases} <= set(packaged_labs())


def test_no_name_leads_to_two_bases_of_one_lab() -> None:
    names = [
        (base.partition("/")[0], name, provider)
        for base, rows in packaged_aliases().items()
        for row in rows
        for name in row.names
        for provider in row.providers or ("",)
    ]
    assert len(names) == len(set(names))


def test_a_name_that_two_labs_have_belongs_to_neither() -> None:
    two = registry((Base("openai", "same"), Base("google", "same")))
    assert identity.explain("groq", "same", (), two) is None


def test_a_lab_at_home_means_its_own() -> None:
    two = registry((Base("openai", "same"), Base("google", "same")))
    found = identity.explain("gemini", "same", (), two)
    assert found is not None
    assert found.base == "google/same"


@pytest.mark.shared
def test_the_list_is_what_the_datasets_give(recordings: Callable[[str], bytes]) -> None:
    assert recordings("openrouter/2026-08-18")
    editions = packaged_editions()
    assert written(build(read_folder(TRUTH, editions), editions)) == packaged_text(FILE)
