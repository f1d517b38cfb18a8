import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


def test_a_name_is_locked_and_the_file_says_to_what(modeldex: Run, tmp_path: Path) -> None:
    file = tmp_path / "models.lock"
    ran = modeldex("lock", "add", "acme/sonnet-5", "--file", str(file))
    assert (ran.code, ran.out) == (0, "acme/sonnet-5\tacme/sonnet-5\n")
    assert 'model = "acme/sonnet-5"' in file.read_text()


def test_a_name_that_leads_nowhere_is_refused_and_the_file_stays(
    modeldex: Run, tmp_path: Path
) -> None:
    file = tmp_path / "models.lock"
    assert modeldex("lock", "add", "zzz", "--file", str(file)).code == 3
    assert not file.exists()


def test_a_check_names_what_is_going(modeldex: Run, tmp_path: Path) -> None:
    file = str(tmp_path / "models.lock")
    modeldex("lock", "add", "acme/sonnet-4", "--file", file)
    ran = modeldex("lock", "check", "--file", file)
    assert (ran.code, ran.out) == (1, "acme/sonnet-4\tacme/sonnet-4 retires on 2026-12-01\n")


def test_a_dry_run_shows_the_difference_and_writes_nothing(modeldex: Run, tmp_path: Path) -> None:
    file = tmp_path / "models.lock"
    modeldex("lock", "add", "acme/sonnet-5", "--file", str(file))
    file.write_text(file.read_text().replace('model = "acme/sonnet-5"', 'model = "acme/gone"'))
    before = file.read_text()
    out = modeldex("lock", "update", "--dry-run", "--file", str(file)).out
    assert "- acme/gone\n+ acme/sonnet-5\n" in out
    assert file.read_text() == before


def test_an_update_writes_what_it_shows(modeldex: Run, tmp_path: Path) -> None:
    file = tmp_path / "models.lock"
    modeldex("lock", "add", "acme/sonnet-5", "--file", str(file))
    before = file.read_text()
    file.write_text(before.replace('model = "acme/sonnet-5"', 'model = "acme/gone"'))
    said = json.loads(modeldex("lock", "update", "--json", "--file", str(file)).out)
    assert [(one["old"], one["new"]) for one in said] == [("acme/gone", "acme/sonnet-5")]
    assert file.read_text() == before


def test_a_removed_name_is_let_go(modeldex: Run, tmp_path: Path) -> None:
    file = tmp_path / "models.lock"
    modeldex("lock", "add", "acme/sonnet-5", "acme/sonnet-4", "--file", str(file))
    assert modeldex("lock", "remove", "acme/sonnet-4", "--file", str(file)).code == 0
    assert "sonnet-4" not in file.read_text()


def test_a_name_that_is_not_locked_cannot_be_let_go(modeldex: Run, tmp_path: Path) -> None:
    file = str(tmp_path / "models.lock")
    modeldex("lock", "add", "acme/sonnet-5", "--file", file)
    ran = modeldex("lock", "remove", "nope", "--file", file)
    assert ran.code == 3
    assert "locks no 'nope'" in ran.err


@pytest.mark.parametrize("asked", [["check"], ["update", "--dry-run"], ["remove", "fast"]])
def test_a_lock_file_that_is_not_there_is_told_with_what_makes_one(
    modeldex: Run, tmp_path: Path, asked: list[str]
) -> None:
    ran = modeldex("lock", *asked, "--file", str(tmp_path / "nope.lock"))
    assert (ran.code, ran.out) == (3, "")
    assert "there is no lock file" in ran.err
    assert "modeldex lock add NAME" in ran.err


def test_every_name_that_leads_nowhere_is_told_and_that_nothing_was_locked(
    modeldex: Run, tmp_path: Path
) -> None:
    file = tmp_path / "models.lock"
    ran = modeldex("lock", "add", "acme/sonnet-5", "sonet-6", "zzz", "--file", str(file))
    assert ran.code == 3
    assert "'sonet-6' and 'zzz' lead to no model of the catalog; nothing was locked" in ran.err


def test_a_file_that_cannot_be_written_is_told_with_the_option_that_names_it(
    modeldex: Run, tmp_path: Path
) -> None:
    ran = modeldex("lock", "add", "acme/sonnet-5", "--file", str(tmp_path / "no" / "models.lock"))
    assert ran.code == 1
    assert "or name another file with --file" in ran.err
