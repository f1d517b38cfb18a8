import json
from pathlib import Path

import pytest

from modeldex.domain.notice import Notice, NoticeKind
from modeldex.domain.report import Report
from modeldex.storage.outbox import Due, Mark
from tests.cli.conftest import Run
from tests.cli.shelf import NOW, Shelf, report

GONE = Notice(
    at=NOW,
    program="bot",
    model="acme/sonnet-4",
    said="acme/sonnet-4",
    kind=NoticeKind.DISAPPEARED,
    event="then",
    sentence="bot uses acme/sonnet-4: its provider lists it no more",
)


@pytest.fixture
def noticed(shelf: Shelf) -> Shelf:
    shelf.desk().outbox.put(Mark("c", "k", NOW), (), [Due(GONE)])
    shelf.report = report()
    return shelf


def test_a_program_binds_the_models_that_it_uses(modeldex: Run) -> None:
    said = modeldex("bind", "bot", "acme/sonnet-5", "acme/sonnet-4")
    assert said.code == 0
    assert [row[:3] for row in said.rows] == [
        ["bot", "acme/sonnet-4", "acme/sonnet-4"],
        ["bot", "acme/sonnet-5", "acme/sonnet-5"],
    ]


def test_an_unknown_model_is_bound_with_a_warning(modeldex: Run) -> None:
    said = modeldex("bind", "bot", "no/such")
    assert (said.code, said.rows[0][3]) == (0, "passed-through")
    assert "no model is known as no/such" in said.err


def test_what_is_bound_is_listed_for_all_or_for_one(modeldex: Run) -> None:
    for program in ("bot", "site"):
        modeldex("bind", program, "acme/sonnet-5")
    assert [row[0] for row in modeldex("bind", "--list").rows] == ["bot", "site"]
    assert [row[0] for row in modeldex("bind", "site", "--list").rows] == ["site"]


def test_the_document_has_the_notices_of_each_binding(modeldex: Run, noticed: Shelf) -> None:
    modeldex("bind", "bot", "acme/sonnet-4")
    (said,) = json.loads(modeldex("bind", "--list", "--json").out)
    assert (said["program"], said["id"], said["known"]) == ("bot", "acme/sonnet-4", True)
    assert [one["kind"] for one in said["notices"]] == ["disappeared"]


def test_a_person_sees_what_was_told_when(terminal: Run, noticed: Shelf) -> None:
    terminal("bind", "bot", "acme/sonnet-4")
    assert "disappeared (2026-11-20)" in terminal("bind", "--list").out


def test_an_empty_list_says_how_to_bind(modeldex: Run) -> None:
    said = modeldex("bind", "--list")
    assert (said.code, said.out) == (0, "")
    assert "modeldex bind PROGRAM MODEL" in said.err


def test_a_program_lets_go_of_a_model_or_of_all(modeldex: Run) -> None:
    modeldex("bind", "bot", "acme/sonnet-5", "acme/sonnet-4", "x")
    assert [row[1] for row in modeldex("unbind", "bot", "acme/sonnet-5").rows] == ["acme/sonnet-5"]
    assert len(modeldex("unbind", "bot").rows) == 2
    assert modeldex("bind", "--list").out == ""


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("bind",), 2),
        (("bind", "bot"), 2),
        (("bind", "bot", "x", "--list"), 2),
        (("bind", "", "x"), 2),
        (("unbind", "nobody"), 3),
    ],
)
def test_what_cannot_be_done_is_told_by_the_exit_code(
    modeldex: Run, arguments: tuple[str, ...], code: int
) -> None:
    assert modeldex(*arguments).code == code


def test_a_refresh_says_a_notice_once(modeldex: Run, noticed: Shelf) -> None:
    said = [modeldex("refresh").err.count(GONE.sentence) for _ in range(2)]
    assert said == [1, 0]


def test_what_did_not_leave_is_said(modeldex: Run, shelf: Shelf) -> None:
    shelf.report = Report(
        duration_ms=1, catalog=None, providers=(), undelivered=("ops: it answered 500",)
    )
    assert "ops: it answered 500" in modeldex("refresh").err


def test_a_silent_terminal_is_told_nothing(modeldex: Run, noticed: Shelf, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "config.toml").write_text("[notices]\nstderr = false\n")
    assert GONE.sentence not in modeldex("refresh").err


def test_a_program_that_bound_nothing_is_told_with_those_that_did(modeldex: Run) -> None:
    modeldex("bind", "bot", "acme/sonnet-5")
    said = modeldex("bind", "--list", "zzz")
    assert (said.code, said.out) == (0, "")
    assert said.err == "no program is called zzz: known are bot\n"


@pytest.mark.parametrize("shape", [[], ["--json"]])
def test_a_damaged_file_of_bindings_is_told_beside_the_empty_list(
    modeldex: Run, shelf: Shelf, shape: list[str]
) -> None:
    modeldex("bind", "bot", "acme/sonnet-5")
    shelf.desk().bindings.file.path.write_bytes(b"no database" * 1000)
    said = modeldex("bind", "--list", *shape)
    assert "was damaged and begun anew: bind the programs' models again" in said.err
