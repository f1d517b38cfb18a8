"""A pack holds all that its datasets said, so that the next one can be compiled without them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from modeldex.domain.capability import Kind, Modality
from modeldex.domain.claims import Claims
from modeldex.domain.price import Price
from modeldex.knowledge.compiling import Said, build, compiled, read_folder
from modeldex.knowledge.editions import packaged_editions
from modeldex.knowledge.packfile import unpack
from modeldex.knowledge.recalling import recalled

from ..conftest import SHARED
from .datasets_written import EDITIONS, NAMES, genai_prices, litellm, models_dev

pytestmark = pytest.mark.once

AMOUNTS = st.sampled_from([None, Decimal(0), Decimal("1.5"), Decimal(2), Decimal(90000)])
PRICES = st.none() | st.builds(Price, input=AMOUNTS, output=AMOUNTS, cache_read=AMOUNTS)
CLAIMS = st.fixed_dictionaries(
    {
        "name": st.sampled_from([None, "One", "one"]),
        "kind": st.sampled_from([None, Kind.CHAT, Kind.IMAGE]),
        "context_window": st.sampled_from([None, 1000, 2000]),
        "input_modalities": st.sampled_from([None, (Modality.TEXT,), (Modality.IMAGE,)]),
        "tools": st.sampled_from([None, True, False]),
        "retires_on": st.sampled_from([None, date(2026, 1, 1), date(2027, 1, 1)]),
        "price": PRICES,
    }
)


def said(dataset: str, **fields: Any) -> Said:
    claims = Claims(native_id="one", **fields)
    return Said(edition=EDITIONS[dataset], models={"acme": {"one": claims}}, records=1)


@given(st.dictionaries(st.sampled_from(sorted(EDITIONS)), CLAIMS, min_size=1))
def test_whatever_was_said_is_recalled(witnesses: dict[str, dict[str, Any]]) -> None:
    given_ = {name: said(name, **fields) for name, fields in witnesses.items()}
    back = recalled(unpack(compiled(given_, NAMES)), EDITIONS)
    for name, one in given_.items():
        nothing = Claims(native_id="one")
        before = one.models["acme"]["one"]
        assert back[name].models.get("acme", {}).get("one", nothing) == before


@given(st.dictionaries(st.sampled_from(sorted(EDITIONS)), CLAIMS, min_size=1))
def test_what_is_recalled_makes_the_same_pack(witnesses: dict[str, dict[str, Any]]) -> None:
    assume(any(value is not None for fields in witnesses.values() for value in fields.values()))
    pack = compiled({name: said(name, **fields) for name, fields in witnesses.items()}, NAMES)
    assert compiled(recalled(unpack(pack), EDITIONS), NAMES) == pack


def test_a_dataset_that_is_missing_still_has_its_voice() -> None:
    first = {
        "litellm": litellm(max_input_tokens=900),
        "genai-prices": genai_prices({"input_mtok": 1}, context_window=900),
    }
    pack = build(first, EDITIONS, NAMES)
    newer = said("models-dev", context_window=1000)
    both = compiled({**recalled(unpack(pack), EDITIONS), "models-dev": newer}, NAMES)
    found = recalled(unpack(both), EDITIONS)
    assert {name: one.models["acme"]["one"].context_window for name, one in found.items()} == {
        "litellm": 900,
        "genai-prices": 900,
        "models-dev": 1000,
    }


def test_an_edition_keeps_its_version_and_its_numbers() -> None:
    pack = unpack(build({"models-dev": models_dev(name="One")}, EDITIONS, NAMES))
    older = {"models-dev": EDITIONS["models-dev"].of(date(2020, 1, 1))}
    [one] = recalled(pack, older).values()
    assert (one.edition, one.records, one.lost) == (EDITIONS["models-dev"], 1, 0)


def test_a_dataset_that_is_no_longer_known_is_left_out() -> None:
    pack = unpack(build({"models-dev": models_dev(name="One")}, EDITIONS, NAMES))
    assert recalled(pack, {}) == {}


@pytest.mark.shared
def test_the_whole_datasets_are_recalled_to_the_last_byte() -> None:
    folder = SHARED.parent / "truth"
    if not folder.is_dir():
        pytest.skip("the datasets are not beside the project")
    editions = packaged_editions()
    pack = build(read_folder(folder, editions), editions)
    assert compiled(recalled(unpack(pack), editions)) == pack
