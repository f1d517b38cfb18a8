"""What the configuration says reaches the parts that it is about."""

import os
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

import modeldex
from modeldex import wiring

TEXT = """
[lifecycle]
removed_days = 60

[hold]
shrinks = 33

[changes]
price_rise = 50
"""


@pytest.fixture
def home() -> Path:
    home = Path(os.environ["MODELDEX_HOME"])
    home.mkdir()
    return home


def test_thresholds_reach_the_refresh(home: Path) -> None:
    (home / "config.toml").write_text(TEXT)
    parts = wiring.workshop(wiring.folders(), wiring.configuration(), ())
    assert parts.thresholds.removed_after == timedelta(days=60)
    assert parts.thresholds.price_rise == Decimal("0.5")
    assert parts.plausibility.shrinks == 33


def test_bound_ids_reach_the_refresh(home: Path) -> None:
    parts = wiring.workshop(wiring.folders(), wiring.configuration(), ())
    assert parts.bound() == frozenset()
    with pytest.warns(UserWarning, match="no/such"):
        modeldex.bind("bot", ["openai/gpt-5-mini", "no/such"])
    assert parts.bound() == {"openai/gpt-5-mini", "no/such"}


def test_programs_bind_and_let_go_in_python() -> None:
    with pytest.warns(UserWarning, match="no/such"):
        modeldex.bind("bot", ["openai/gpt-5-mini", "no/such"])
    modeldex.bind("site", "openai/gpt-5-mini")
    assert [one.said for one in modeldex.bindings("bot") if one.known] == ["openai/gpt-5-mini"]
    modeldex.unbind("bot", "no/such")
    assert len(modeldex.bindings()) == 2
    modeldex.unbind("site")
    assert [one.program for one in modeldex.bindings()] == ["bot"]


def test_a_receiver_is_read_from_the_configuration(home: Path) -> None:
    row = '[[webhook]]\nurl = "https://ops.example/x"\nsecret = "env:HOOK"\n'
    (home / "config.toml").write_text(row)
    assert [one.name for one in wiring.desk().config.webhooks] == ["ops.example"]


def test_a_program_reads_on_without_an_override_that_is_wrong_and_is_warned(home: Path) -> None:
    (home / "overrides").mkdir()
    (home / "overrides" / "mine.toml").write_text(
        '[[override]]\nprovider = "openai"\nid = "gpt-5-mini"\ncontext_windw = 1\n'
    )
    with pytest.warns(UserWarning, match=r"mine\.toml, row 1"):
        assert modeldex.list_models(provider="openai")
    assert modeldex.list_models(provider="openai")


def test_a_program_reads_on_after_every_catalog_was_damaged_and_is_warned(home: Path) -> None:
    before = len(modeldex.list_models())
    for path in (home / "catalog").glob("*.db"):
        path.write_bytes(b"damaged" * 2000)
    with pytest.warns(UserWarning, match="no catalog in"):
        assert len(modeldex.list_models()) == before
