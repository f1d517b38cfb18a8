import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import SGR, Run
from tests.cli.shelf import HOSTILE, MODELS, Shelf, model

KEYS: Mapping[str, str | None] = {"acme": "env:ACME_API_KEY"}


@pytest.fixture
def mine(tmp_path: Path) -> Shelf:
    folder = tmp_path / "mine"
    folder.mkdir()
    return Shelf(folder, keys=KEYS)


def ids(text: str) -> list[str]:
    return [row["id"] for row in csv.DictReader(io.StringIO(text, newline=""))]


@pytest.mark.parametrize(
    "arguments", [[], ["sonnet"], ["--tools"], ["--kind", "all"], ["--limit", "2"], ["-is:free"]]
)
def test_it_writes_what_a_list_shows(modeldex: Run, arguments: list[str]) -> None:
    listed = [row[0] for row in modeldex("list", *arguments).rows]
    assert ids(modeldex("export", "--format", "csv", *arguments).out) == listed


def test_lines_are_the_documents_of_a_list(modeldex: Run) -> None:
    lines = modeldex("export", "--format", "jsonl").out.splitlines()
    assert list(map(json.loads, lines)) == json.loads(modeldex("list", "--json").out)


def test_litellm_has_what_can_be_called(modeldex: Run, mine: Shelf) -> None:
    ran = modeldex("export", "--format", "litellm", services=mine)
    assert ran.code == 0
    assert "os.environ/ACME_API_KEY" in ran.out
    assert "globex" not in ran.out


def test_litellm_has_the_others_too_where_all_is_asked(modeldex: Run, mine: Shelf) -> None:
    ran = modeldex("export", "--format", "litellm", "--all", services=mine)
    assert "os.environ/GLOBEX_API_KEY" in ran.out


def test_what_is_left_out_is_told(modeldex: Run) -> None:
    ran = modeldex("export", "--format", "litellm")
    assert (ran.code, "model_list: []" in ran.out) == (0, True)
    assert ran.err == "no model is in it\n5 left out: they cannot be called now\n"


def test_a_file_is_written_whole(modeldex: Run, tmp_path: Path) -> None:
    file = tmp_path / "models.md"
    file.write_text("what was there before")
    ran = modeldex("export", "--format", "md", "--output", str(file))
    assert (ran.code, ran.out, ran.err) == (0, "", f"5 models in {file}\n")
    assert file.read_text() == modeldex("export", "--format", "md").out
    assert list(tmp_path.glob(".*.tmp")) == []


def test_json_tells_what_was_written(modeldex: Run, tmp_path: Path) -> None:
    file = tmp_path / "models.csv"
    ran = modeldex("export", "--format", "csv", "--output", str(file), "--json")
    assert json.loads(ran.out) == {
        "file": str(file),
        "format": "csv",
        "models": 5,
        "left_out": {},
    }


def test_a_place_that_cannot_be_written_exits_1(modeldex: Run, tmp_path: Path) -> None:
    ran = modeldex("export", "--format", "csv", "--output", str(tmp_path / "none" / "x.csv"))
    assert ran.code == 1
    assert "x.csv cannot be written" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "--format"),
        (["--format", "xlsx"], "'xlsx' is not one of"),
        (["--format", "csv", "--json"], "--format jsonl prints models"),
        (["--format", "csv", "--tols"], "Did you mean '--tools'?"),
        (["--format", "csv", "--all", "--mine"], "exclude each other"),
        (["--format", "csv", "provder:acme"], "did you mean provider:acme?"),
    ],
)
def test_a_mistake_exits_2_with_a_way_out(modeldex: Run, arguments: list[str], said: str) -> None:
    ran = modeldex("export", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


@pytest.mark.parametrize("format", ["csv", "jsonl", "md", "litellm"])
def test_hostile_names_reach_no_terminal(terminal: Run, tmp_path: Path, format: str) -> None:
    folder = tmp_path / "bad"
    folder.mkdir()
    services = Shelf(folder, [*MODELS, model(HOSTILE, name=HOSTILE, lab=HOSTILE)], KEYS)
    ran = terminal("export", "--all", "--format", format, services=services)
    assert ran.code == 0
    assert all(char.isprintable() or char == "\n" for char in SGR.sub("", ran.out))
    assert "smile" in ran.out
