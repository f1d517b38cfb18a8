import io
import json
from pathlib import Path

import pytest

from modeldex.cli.context import Services
from modeldex.service.checking import KeyLine, Standing
from tests.cli.conftest import Run
from tests.cli.shelf import Shelf

GOOD = KeyLine(
    provider="groq", name="Groq", key="env:GROQ_API_KEY", hint="…WXYZ", standing=Standing.GOOD
)
REFUSED = KeyLine(
    provider="xai",
    name="xAI",
    key="keyring:xai",
    hint="…",
    standing=Standing.REFUSED,
    message="xAI refused the key",
)


class Holding(Shelf):
    """Keys that were found, and what their providers say."""

    lines = (GOOD, REFUSED)

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        super().__init__(folder)

    def key_lines(self) -> tuple[KeyLine, ...]:
        return self.lines

    def check_keys(self, only: tuple[str, ...]) -> tuple[KeyLine, ...]:
        return tuple(line for line in self.lines if not only or line.provider in only)


@pytest.mark.parametrize(("named", "code"), [([], 4), (["groq"], 0), (["xai"], 4), (["poe"], 4)])
def test_a_refused_or_missing_key_is_exit_code_4(
    modeldex: Run, tmp_path: Path, named: list[str], code: int
) -> None:
    assert modeldex("keys", "check", *named, services=Holding(tmp_path / "other")).code == code


def test_each_key_is_a_row_with_its_place_and_standing(modeldex: Run, tmp_path: Path) -> None:
    rows = modeldex("keys", "check", services=Holding(tmp_path / "other")).rows
    assert rows[1] == ["xai", "keyring:xai", "…", "refused", "xAI refused the key"]


def test_the_terminal_shows_the_standing_in_words(terminal: Run, tmp_path: Path) -> None:
    assert "not asked" not in terminal("keys", "check", services=Holding(tmp_path / "other")).out


def test_without_keys_it_is_said_how_to_set_one(modeldex: Run) -> None:
    said = modeldex("keys", "list", services=Services())
    assert "modeldex keys set" in said.err


@pytest.fixture
def kept(modeldex: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A key of Groq that was piped in and kept; no keyring is there."""
    monkeypatch.setitem(__import__("sys").modules, "keyring", None)
    monkeypatch.setattr("sys.stdin", io.StringIO("gsk_" + "0123456789abcdefWXYZ\n"))
    assert modeldex("keys", "set", "groq", services=Services()).code == 0
    return modeldex


def test_a_kept_key_is_found_and_never_shown(kept: Run) -> None:
    said = kept("keys", "list", "--json", services=Services())
    (line,) = json.loads(said.out)
    assert (line["provider"], line["hint"], line["key"][:5]) == ("groq", "…WXYZ", "file:")
    assert "0123456789" not in said.out + said.err


def test_a_removed_key_is_not_found_again(kept: Run) -> None:
    assert kept("keys", "remove", "groq", services=Services()).code == 0
    assert json.loads(kept("keys", "list", "--json", services=Services()).out) == []


def test_a_key_that_was_never_kept_cannot_be_removed(modeldex: Run) -> None:
    assert modeldex("keys", "remove", "groq", services=Services()).code == 3


def test_a_key_of_an_unknown_provider_is_not_kept(
    modeldex: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("gsk_0123\n"))
    said = modeldex("keys", "set", "grok", services=Services())
    assert said.code == 2
    assert "gsk_0123" not in said.err


class Undecodable(io.StringIO):
    """A pipe of bytes that are no text."""

    def read(self, _size: int | None = -1, /) -> str:
        raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte")


@pytest.mark.parametrize(
    "piped",
    [
        io.StringIO("gsk_\udcff\n"),
        io.StringIO("gsk_0123 4567\n"),
        io.StringIO("gsk_0123\ngsk_4567\n"),
        io.StringIO("gsk_" + "0" * 100_000),
        Undecodable(),
    ],
    ids=["no text", "a gap", "two lines", "too long", "no UTF-8"],
)
def test_what_can_be_no_key_is_refused_and_the_kept_key_stays(
    kept: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, piped: io.StringIO
) -> None:
    monkeypatch.setattr("sys.stdin", piped)
    said = kept("keys", "set", "groq", services=Services())
    assert said.code == 2
    assert "copy it again" in said.err
    assert (tmp_path / "home" / "keys" / "groq").read_text().endswith("WXYZ\n")


def test_the_mark_that_an_editor_writes_before_a_text_is_no_part_of_the_key(
    kept: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\ufeffgsk_0123\r\n"))
    assert kept("keys", "set", "groq", services=Services()).code == 0
    assert (tmp_path / "home" / "keys" / "groq").read_text() == "gsk_0123\n"


def test_an_unknown_provider_is_told_before_a_key_is_asked_for(
    modeldex: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert "did you mean 'groq'" in modeldex("keys", "set", "grok", services=Services()).err


@pytest.fixture
def misled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A configuration that leads to a file that is not there."""
    file = tmp_path / "config.toml"
    file.write_text('[providers.groq]\napi_key = "file:/nonexist"\n')
    monkeypatch.setenv("MODELDEX_CONFIG", str(file))


@pytest.mark.usefixtures("misled")
def test_a_key_that_is_not_where_it_should_be_is_listed_with_the_reason(modeldex: Run) -> None:
    (row,) = modeldex("keys", "list", services=Services()).rows
    assert row[:4] == ["groq", "file:/nonexist", "", "missing"]
    assert "/nonexist cannot be read" in row[4]


@pytest.mark.usefixtures("misled")
def test_a_key_that_is_not_where_it_should_be_fails_the_check(modeldex: Run) -> None:
    said = modeldex("keys", "check", "groq", services=Services())
    assert said.code == 4
    assert "/nonexist cannot be read" in said.out


@pytest.mark.usefixtures("misled")
def test_a_refresh_says_why_no_key_was_found(modeldex: Run) -> None:
    said = modeldex("refresh", "groq", services=Services())
    assert "groq: /nonexist cannot be read" in said.err


@pytest.mark.parametrize("value", ["gsk\nabc", "clé€", "\udcff"])
def test_a_variable_that_can_be_no_key_is_told_and_nobody_is_asked(
    modeldex: Run, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", value)
    said = modeldex("refresh", "groq", services=Services())
    assert "env:GROQ_API_KEY is no key as it stands" in said.err
    assert "refused" not in said.err
