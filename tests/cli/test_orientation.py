from pathlib import Path

from tests.cli.conftest import Run
from tests.cli.shelf import Bare, Shelf


def test_the_orientation_has_real_counts_and_a_real_model(modeldex: Run) -> None:
    ran = modeldex()
    assert ran.code == 0
    assert ran.out.startswith("modeldex knows 6 models from 2 providers.")
    assert "  modeldex show acme/sonnet-5 " in ran.out
    assert "tart with" not in ran.out


def test_without_keys_it_says_how_to_give_one(modeldex: Run) -> None:
    assert "No keys found" in modeldex().out


def test_found_keys_are_named(modeldex: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    mine = Shelf(tmp_path / "mine", keys={"acme": "env:ACME_API_KEY", "globex": None})
    assert "Found keys: ACME_API_KEY.\n" in modeldex(services=mine).out


def test_the_model_to_start_with_is_one_that_the_keys_open(modeldex: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    mine = Shelf(tmp_path / "mine", keys={"acme": "env:ACME_API_KEY"})
    out = modeldex(services=mine).out
    assert "Start with acme/sonnet-5: the cheapest model to start with that you can use.\n" in out


def test_without_any_model_to_start_with_it_is_said_why(modeldex: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    mine = Shelf(tmp_path / "mine", keys={"globex": "env:GLOBEX_API_KEY"})
    out = modeldex(services=mine).out
    assert "There is no model to start with: none of the preferred models is open to you.\n" in out


def test_without_any_catalog_it_exits_6(modeldex: Run, tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    ran = modeldex(services=Bare(tmp_path / "bare"))
    assert (ran.code, ran.err) == (6, "error: there is no catalog\n  run modeldex refresh\n")
