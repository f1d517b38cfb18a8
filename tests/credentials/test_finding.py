import sys
from pathlib import Path
from types import ModuleType

import pytest

from modeldex.credentials.finding import from_environment, from_reference

KEY = "canary-0123456789abcdef"


def test_the_first_variable_that_holds_a_key_is_taken() -> None:
    found = from_environment(("A", "B", "C"), {"B": KEY, "C": "other"})
    assert (found.secret and found.secret.reveal(), found.origin) == (KEY, "env:B")


@pytest.mark.parametrize("value", ["", "  ", "\n"])
def test_an_empty_variable_holds_no_key(value: str) -> None:
    assert from_environment(("A",), {"A": value}).secret is None


def test_a_key_is_read_from_a_file_without_its_line_end(tmp_path: Path) -> None:
    place = tmp_path / "key"
    place.write_text(f"{KEY}\n")
    found = from_reference(f"file:{place}", {})
    assert found.secret is not None
    assert found.secret.reveal() == KEY


@pytest.mark.parametrize("reference", ["env:MISSING", "file:/nonexistent/key", "", "  "])
def test_a_reference_to_nothing_says_what_to_do(reference: str) -> None:
    found = from_reference(reference, {})
    assert found.secret is None
    assert found.problem


def test_a_literal_key_is_taken_with_a_warning_that_does_not_show_it() -> None:
    found = from_reference(KEY, {})
    assert found.secret is not None
    assert found.problem is not None
    assert KEY not in found.problem
    assert KEY not in repr(found)


def test_without_the_keyring_package_its_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert "modeldex[keyring]" in (from_reference("keyring:groq", {}).problem or "")


def test_a_key_is_read_from_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    ring, errors = ModuleType("keyring"), ModuleType("keyring.errors")
    ring.get_password = lambda service, name: {("modeldex", "groq"): KEY}.get((service, name))  # type: ignore[attr-defined]
    errors.KeyringError = OSError  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", ring)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    assert from_reference("keyring:groq", {}).secret is not None
    assert "no entry" in (from_reference("keyring:other", {}).problem or "")
