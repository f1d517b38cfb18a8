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
    said = modeldex("keys", "list", services=Services())  # type: ignore[arg-type]
    assert "modeldex keys set" in said.err


@pytest.fixture
def kept(modeldex: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A key of Groq that was piped in and kept; no keyring is there."""
    monkeypatch.setitem(__import__("sys").modules, "keyring", None)
    monkeypatch.setattr("sys.stdin", io.StringIO("gsk_" + "0123456789abcdefWXYZ\n"))
    assert modeldex("keys", "set", "groq", services=Services()).code == 0  # type: ignore[arg-type]
    return modeldex


def test_a_kept_key_is_found_and_never_shown(kept: Run) -> None:
    said = kept("keys", "list", "--json", services=Services())  # type: ignore[arg-type]
    (line,) = json.loads(said.out)
    assert (line["provider"], line["hint"], line["key"][:5]) == ("groq", "…WXYZ", "file:")
    assert "0123456789" not in said.out + said.err


def test_a_removed_key_is_not_found_again(kept: Run) -> None:
    assert kept("keys", "remove", "groq", services=Services()).code == 0  # type: ignore[arg-type]
    assert json.loads(kept("keys", "list", "--json", services=Services()).out) == []  # type: ignore[arg-type]


def test_a_key_that_was_never_kept_cannot_be_removed(modeldex: Run) -> None:
    assert modeldex("keys", "remove", "groq", services=Services()).code == 3  # type: ignore[arg-type]


def test_a_key_of_an_unknown_provider_is_not_kept(
    modeldex: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("gsk_0123\n"))
    said = modeldex("keys", "set", "grok", services=Services())  # type: ignore[arg-type]
    assert said.code == 2
    assert "gsk_0123" not in said.err
