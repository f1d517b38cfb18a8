import json
from pathlib import Path

import pytest

from modeldex.domain.outcome import Outcome
from tests.cli.conftest import Run
from tests.cli.shelf import Bare, Shelf

KEY = "sk-canary-0123456789-abcd-c9f2"


def said(ran) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = {}
    for check in json.loads(ran.out)["checks"]:
        found.setdefault(check["name"], []).append(check)
    return found


def test_a_healthy_place_exits_0(modeldex: Run) -> None:
    ran = modeldex("doctor", "--json")
    assert (ran.code, json.loads(ran.out)["ok"]) == (0, True)


def test_every_line_has_a_mark(modeldex: Run) -> None:
    lines = modeldex("doctor").out.splitlines()
    assert {line.split()[0] for line in lines if line[0] != " "} == {"ok", "note"}


def test_a_key_is_shown_by_name_and_last_four_only(
    modeldex: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    ran = modeldex("doctor")
    assert "openai: env:OPENAI_API_KEY (…c9f2)" in ran.out
    assert KEY[:12] not in ran.out + ran.err


def test_a_changed_catalog_is_wrong(modeldex: Run, shelf: Shelf) -> None:
    shelf.intact = lambda path: False  # type: ignore[method-assign]
    ran = modeldex("doctor", "--json")
    assert ran.code == 1
    assert [check["ok"] for check in said(ran)["catalog"]] == [True, False]


def test_a_missing_catalog_is_wrong(modeldex: Run, tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    ran = modeldex("doctor", "--json", services=Bare(tmp_path / "bare"))
    assert ran.code == 1
    assert said(ran)["catalog"][0]["hint"] == "run modeldex refresh"


def test_a_broken_configuration_is_wrong(
    modeldex: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[refresh]\ntimeout = 3\n")
    monkeypatch.setenv("MODELDEX_CONFIG", str(config))
    ran = modeldex("doctor")
    assert ran.code == 1
    assert "did you mean 'timeout_s'?" in ran.out


def test_a_configuration_that_was_named_and_is_not_there_is_wrong(
    modeldex: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MODELDEX_CONFIG", str(tmp_path / "nope.toml"))
    ran = modeldex("doctor", "--json")
    assert ran.code == 1
    (check,) = said(ran)["configuration"]
    assert (check["ok"], "which is not there" in check["said"]) == (False, True)


def test_damaged_bindings_are_wrong(modeldex: Run, shelf: Shelf) -> None:
    modeldex("bind", "bot", "acme/sonnet-5")
    shelf.desk().bindings.file.path.write_bytes(b"no database" * 1000)
    ran = modeldex("doctor", "--json")
    assert ran.code == 1
    assert "was damaged and begun anew" in said(ran)["bindings"][0]["said"]


def test_a_home_that_is_a_file_is_wrong(
    modeldex: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MODELDEX_HOME", str(tmp_path / "file"))
    assert said(modeldex("doctor", "--json"))["home"][0]["ok"] is False


def test_a_provider_that_fails_is_a_note(modeldex: Run, tmp_path: Path) -> None:
    (tmp_path / "sick").mkdir()
    ran = modeldex("doctor", "--json", services=Shelf(tmp_path / "sick", outcome=Outcome.DNS))
    assert ran.code == 0
    assert said(ran)["acme"][0] == {
        "name": "acme",
        "ok": None,
        "said": "dns",
        "hint": "acme says so",
    }
    assert said(ran)["network"][0]["said"] == "no provider could be reached"
