import json
from datetime import timedelta
from pathlib import Path

import pytest

from modeldex.domain.alias import AliasSpan
from modeldex.domain.catalog import History
from tests.cli.conftest import Run
from tests.cli.shelf import Shelf
from tests.conftest import NOW

DAY = timedelta(days=1)
SPANS = (
    AliasSpan(alias="sonnet", id="acme/sonnet-4", since=NOW - 9 * DAY, until=NOW - 2 * DAY),
    AliasSpan(alias="sonnet", id="acme/sonnet-5", since=NOW - 2 * DAY),
    AliasSpan(alias="router", id="globex/router", since=NOW - 9 * DAY),
)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    (tmp_path / "named").mkdir()
    return Shelf(tmp_path / "named", history=History(given=SPANS))


def test_each_alias_is_a_line_with_the_model_it_leads_to(modeldex: Run, shelf: Shelf) -> None:
    lines = modeldex("aliases", services=shelf).out.splitlines()
    assert lines == ["router\tglobex/router\t2026-11-11\t", "sonnet\tacme/sonnet-5\t2026-11-18\t"]


def test_former_meanings_are_shown_where_they_are_asked_for(modeldex: Run, shelf: Shelf) -> None:
    said = json.loads(modeldex("aliases", "sonnet", "--history", "--json", services=shelf).out)
    assert [(one["id"], one["until"] is None) for one in said] == [
        ("acme/sonnet-4", False),
        ("acme/sonnet-5", True),
    ]


def test_words_narrow_the_aliases(modeldex: Run, shelf: Shelf) -> None:
    assert (
        modeldex("aliases", "globex", services=shelf).out == "router\tglobex/router\t2026-11-11\t\n"
    )


def test_words_that_fit_nothing_are_said(modeldex: Run, shelf: Shelf) -> None:
    ran = modeldex("aliases", "zzz", services=shelf)
    assert (ran.code, ran.out) == (0, "")
    assert "no alias has these words" in ran.err


def test_a_models_alias_is_shown_with_it(modeldex: Run, shelf: Shelf) -> None:
    assert "alias sonnet" in modeldex("show", "acme/sonnet-5", services=shelf).out.splitlines()


def test_a_model_is_shown_by_its_alias(modeldex: Run, shelf: Shelf) -> None:
    assert "acme/sonnet-5" in modeldex("show", "sonnet", services=shelf).out.splitlines()
