from collections.abc import Callable
from datetime import date

import pytest

from modeldex.dialects import dialect
from modeldex.domain.errors import BadReferenceData
from modeldex.domain.listing import Ask, Page
from modeldex.knowledge.curation import packaged, read
from modeldex.knowledge.pack import load
from modeldex.providers import packaged as packaged_providers

ROW = '[[prefer.p]]\nid = "one"\nlink = "https://example.org"\nseen = 2026-11-12\n'
RECORDED = {
    "huggingface": "huggingface-router/2025-12-31",
    "ollama": "ollama-tags/2025-12-18",
}
"""Lists that hold ids of which no dataset knows."""
ROWS = [(provider, one) for provider, rows in packaged().prefer.items() for one in rows]


def test_rows_keep_their_order() -> None:
    two = ROW.replace("one", "two")
    assert read(ROW + two).of("p") == ("one", "two")


def test_a_provider_that_nobody_chose_for_has_none() -> None:
    assert read(ROW).of("q") == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ROW + "lnik = 'x'\n", r"c\.toml, row prefer\.p 1 \(one\): .*lnik"),
        ("[[prefer.p]]\nid = 'one'\n", r"row prefer\.p 1 \(one\): .*link"),
        ("[[prefer.p]]\nlink = 'x'\n", r"row prefer\.p 1 \(without id\)"),
        ("prefer = 1\n", "row prefer: "),
        ("[prefer]\np = 1\n", "row prefer: "),
        ("[prefer]\np = [1]\n", r"row prefer\.p 1 \(1\)"),
        (ROW + ROW, r"row prefer\.p: 'one' stands twice"),
        ('default = ["p/one", "p/one"]\n' + ROW, "row default: 'p/one' stands twice"),
        ('default = ["p/two"]\n' + ROW, "'p/two' has no row of its own"),
        ("default = [1]\n", "row default: "),
        ("favourite = 1\n", "no key 'favourite'"),
        ("= 1", "c.toml is no TOML"),
    ],
)
def test_a_wrong_file_names_the_row(text: str, message: str) -> None:
    with pytest.raises(BadReferenceData, match=message):
        read(text, "c.toml")


def test_only_providers_of_ours_have_a_preference() -> None:
    assert packaged().prefer.keys() <= packaged_providers().keys()


def test_every_row_has_a_link_and_a_day() -> None:
    assert all(one.link.startswith("https://") for _, one in ROWS)
    assert all(date(2025, 1, 1) < one.seen <= date(2026, 11, 20) for _, one in ROWS)


@pytest.mark.shared
def test_a_preferred_model_is_known_to_the_datasets_or_recorded(
    recordings: Callable[[str], bytes],
) -> None:
    pack = load()
    unknown = [(p, one.id) for p, one in ROWS if not pack.claims(p, one.id)]
    listed = {provider: _listed(provider, recordings) for provider, _ in unknown}
    assert [one for one in unknown if one[1] not in listed[one[0]]] == []


def _listed(provider: str, recordings: Callable[[str], bytes]) -> set[str]:
    found = dialect(provider)
    ask = Ask(route=found.routes[0].name, path=found.routes[0].path)
    page = Page(ask=ask, body=recordings(RECORDED[provider]))
    return {one.native_id for one in found.read(page).claims}
