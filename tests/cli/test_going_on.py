"""Commands go on without what is wrong here, and say so: overrides, catalogs, places of keys."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from modeldex.cli.context import Services
from modeldex.cli.refreshing import exit_code
from modeldex.domain.outcome import Outcome
from modeldex.storage.packs import Packs
from tests.cli.conftest import SGR, Ran, Run
from tests.cli.shelf import Shelf, line, report

TYPO = """
[[override]]
provider = "openai"
id = "gpt-5-mini"
context_windw = 12345

[[override]]
provider = "openai"
id = "gpt-5-mini"
max_output = 4321
"""
STRANGER = '[[override]]\nprovider = "openai"\nid = "gpt-5-nosuch"\ntools = true\n'
LITERAL = "sk-canary-0123456789-abcd-c9f2"


class Here(Services):
    """The real services, over the home of the test."""


@pytest.fixture
def home() -> Path:
    home = Path(os.environ["MODELDEX_HOME"])
    (home / "overrides").mkdir(parents=True)
    return home


@pytest.fixture
def here(home: Path, modeldex: Run) -> Callable[..., Ran]:
    def ran(*arguments: str) -> Ran:
        return modeldex(*arguments, services=Here())  # type: ignore[arg-type]

    return ran


def damage(home: Path) -> None:
    for path in (home / "catalog").glob("*.db"):
        path.write_bytes(b"damaged" * 2000)


@pytest.mark.parametrize(
    "command",
    [
        ("list",),
        ("show", "openai/gpt-5-mini"),
        ("resolve", "openai/gpt-5-mini"),
        ("cost", "openai/gpt-5-mini", "--in", "1000", "--out", "10"),
        ("picks",),
        ("providers",),
        (),
    ],
    ids=lambda command: " ".join(command[:1]) or "modeldex",
)
def test_a_typo_in_an_override_stops_no_command(
    home: Path, here: Callable[..., Ran], command: tuple[str, ...]
) -> None:
    (home / "overrides" / "mine.toml").write_text(TYPO)
    ran = here(*command)
    assert (ran.code, bool(ran.out)) == (0, True)
    [told] = [said for said in ran.err.splitlines() if "mine.toml" in said]
    assert "row 1 (gpt-5-mini)" in told
    assert "did you mean 'context_window'?" in told


def test_the_other_rows_of_the_file_are_in_force(home: Path, here: Callable[..., Ran]) -> None:
    (home / "overrides" / "mine.toml").write_text(TYPO)
    assert json.loads(here("show", "openai/gpt-5-mini", "--json").out)["max_output"] == 4321


def test_a_refresh_says_what_it_left_out_and_is_partial(
    home: Path, here: Callable[..., Ran]
) -> None:
    (home / "overrides" / "mine.toml").write_text(TYPO)
    ran = here("refresh", "--offline", "--json")
    assert ran.code == 5
    [warning] = json.loads(ran.out)["warnings"]
    assert warning in ran.err
    assert "row 1 (gpt-5-mini)" in warning


def test_warnings_make_a_refresh_partial_and_nothing_worse() -> None:
    made = report(line("acme", Outcome.OK))
    warned = replace(made, warnings=("a row was left out",))
    assert [exit_code(one, False) for one in (made, warned)] == [0, 5]


def checks(ran: Ran, name: str) -> list[tuple[object, str, str]]:
    found = json.loads(ran.out)["checks"]
    return [(one["ok"], one["said"], one["hint"]) for one in found if one["name"] == name]


def test_doctor_names_the_row_that_is_wrong(home: Path, here: Callable[..., Ran]) -> None:
    (home / "overrides" / "mine.toml").write_text(TYPO)
    ran = here("doctor", "--json")
    [(ok, said, hint)] = checks(ran, "overrides")
    assert (ran.code, ok, hint) == (1, False, "mend it, then modeldex refresh")
    assert "did you mean 'context_window'" in said


def test_doctor_names_rows_for_models_that_nobody_lists(
    home: Path, here: Callable[..., Ran]
) -> None:
    (home / "overrides" / "mine.toml").write_text(STRANGER)
    ran = here("doctor", "--json")
    [(ok, said, hint)] = checks(ran, "overrides")
    assert (ran.code, ok) == (0, None)
    assert said.endswith("mine.toml, row 1: nobody lists openai/gpt-5-nosuch")
    assert hint.startswith("it may be a typo; closest: openai/gpt-5")


def test_a_catalog_made_anew_after_damage_is_told_once(
    home: Path, here: Callable[..., Ran]
) -> None:
    here("list")
    damage(home)
    told = here("list").err
    assert "no catalog in" in told
    assert len(told.splitlines()) == 1
    assert here("list").err == ""


def test_doctor_names_a_damaged_catalog_for_as_long_as_it_lies_there(
    home: Path, here: Callable[..., Ran]
) -> None:
    here("list")
    damage(home)
    here("list")
    [(ok, said, _)] = [one for one in checks(here("doctor", "--json"), "catalog") if not one[0]]
    assert (ok, "was damaged and set aside" in said) == (None, True)
    next((home / "catalog").glob("*.corrupt")).unlink()
    assert all(ok for ok, _, _ in checks(here("doctor", "--json"), "catalog"))


def test_an_earlier_catalog_in_the_place_of_a_damaged_one_is_told(
    home: Path, here: Callable[..., Ran]
) -> None:
    here("refresh", "--offline")
    here("refresh", "--offline")
    in_force = (home / "catalog" / "current").read_text().strip()
    (home / "catalog" / f"{in_force}.db").write_bytes(b"damaged" * 2000)
    for _ in range(2):
        [told] = here("list").err.splitlines()
        assert "is damaged" in told
        assert "modeldex refresh" in told
    ran = here("doctor", "--json")
    assert ran.code == 1
    wrong = [hint for ok, _, hint in checks(ran, "catalog") if ok is False]
    assert wrong == ["modeldex refresh reads the kept lists again"]


def test_a_packaged_catalog_is_called_so_with_its_day(home: Path, terminal: Run) -> None:
    day = Here().knowledge_day()
    shown = SGR.sub("", terminal("list", services=Here()).out)  # type: ignore[arg-type]
    assert f"packaged catalog of {day}" in shown
    assert "s old" not in shown
    assert not Packs(home / "knowledge").current().body


def test_orientation_and_doctor_say_the_day_of_a_packaged_catalog(
    home: Path, here: Callable[..., Ran]
) -> None:
    day = Here().knowledge_day()
    assert f"This is the packaged catalog of {day}" in here().out
    assert f"packaged, of {day}" in checks(here("doctor", "--json"), "catalog")[0][1]


def test_a_key_in_the_configuration_file_is_warned_of_and_not_shown(
    home: Path, here: Callable[..., Ran]
) -> None:
    (home / "config.toml").write_text(f'[providers.groq]\napi_key = "{LITERAL}"\n')
    ran = here("refresh", "groq", "--offline")
    [told] = [said for said in ran.err.splitlines() if "configuration file" in said]
    assert told.startswith("groq: the key stands in the configuration file")
    assert LITERAL not in ran.out + ran.err
    assert LITERAL[:12] not in ran.out + ran.err


@pytest.mark.parametrize("columns", [True, False])
def test_an_outcome_is_spelt_as_in_the_contract(
    modeldex: Run, terminal: Run, shelf: Shelf, columns: bool
) -> None:
    shelf.report = report(line("acme", Outcome.KEY_REJECTED, models=0), line("b", Outcome.OK))
    ran = terminal("refresh", columns=160) if columns else modeldex("refresh")
    assert "key_rejected" in ran.out + ran.err
    assert "key rejected" not in ran.out + ran.err


def test_a_list_and_doctor_spell_a_failure_so_too(terminal: Run, tmp_path: Path) -> None:
    (tmp_path / "sick").mkdir()
    sick = Shelf(tmp_path / "sick", outcome=Outcome.RATE_LIMITED)
    for command in ("list", "doctor", "providers"):
        shown = terminal(command, services=sick, columns=160).out
        assert "rate_limited" in shown
        assert "rate limited" not in shown
