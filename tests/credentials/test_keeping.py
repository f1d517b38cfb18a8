import stat
import sys
from pathlib import Path
from types import ModuleType

import pytest

from modeldex.credentials.finding import from_reference
from modeldex.credentials.keeping import forget, keep
from modeldex.domain.errors import StorageError
from modeldex.storage.durable import put_whole


@pytest.fixture
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
    """A keyring in memory in the place of the system's."""
    entries: dict[tuple[str, str], str] = {}
    module, errors = ModuleType("keyring"), ModuleType("keyring.errors")
    errors.KeyringError = type("KeyringError", (Exception,), {})  # type: ignore[attr-defined]
    module.set_password = lambda service, name, key: entries.update({(service, name): key})  # type: ignore[attr-defined]
    module.get_password = lambda service, name: entries.get((service, name))  # type: ignore[attr-defined]
    module.delete_password = lambda service, name: entries.pop((service, name))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", module)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    return entries


@pytest.mark.usefixtures("no_keyring")
def test_a_key_without_a_keyring_is_found_again_in_a_file(tmp_path: Path) -> None:
    reference = keep("groq", "gsk_0123", tmp_path / "keys", put_whole)
    assert from_reference(reference, {}).secret is not None


@pytest.mark.usefixtures("no_keyring")
def test_only_its_owner_may_read_the_file(tmp_path: Path) -> None:
    keep("groq", "gsk_0123", tmp_path / "keys", put_whole)
    assert stat.S_IMODE((tmp_path / "keys" / "groq").stat().st_mode) == 0o600


@pytest.mark.usefixtures("no_keyring")
def test_a_forgotten_key_is_gone(tmp_path: Path) -> None:
    forget(keep("groq", "gsk_0123", tmp_path / "keys", put_whole), tmp_path / "keys")
    assert not list((tmp_path / "keys").iterdir())


@pytest.mark.usefixtures("no_keyring")
def test_a_file_elsewhere_is_never_removed(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.write_text("gsk_0123")
    forget(f"file:{mine}", tmp_path / "keys")
    assert mine.exists()


def test_a_keyring_is_taken_where_there_is_one(
    tmp_path: Path, ring: dict[tuple[str, str], str]
) -> None:
    assert keep("groq", "gsk_0123", tmp_path / "keys", put_whole) == "keyring:groq"
    assert ring == {("modeldex", "groq"): "gsk_0123"}


def test_a_key_leaves_the_keyring(tmp_path: Path, ring: dict[tuple[str, str], str]) -> None:
    forget(keep("groq", "gsk_0123", tmp_path / "keys", put_whole), tmp_path / "keys")
    assert ring == {}


def test_a_folder_that_cannot_be_made_is_named_and_the_key_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    (tmp_path / "keys").write_text("in the way")
    with pytest.raises(StorageError, match="keys") as met:
        keep("groq", "gsk_0123", tmp_path / "keys", put_whole)
    assert "gsk_0123" not in str(met.value)


@pytest.mark.usefixtures("no_keyring")
def test_a_full_disk_leaves_the_key_that_was_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep("groq", "gsk_0123", tmp_path / "keys", put_whole)

    def full(_path: Path, _body: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(StorageError, match="free some space"):
        keep("groq", "gsk_4567", tmp_path / "keys", put_whole)
    assert [path.read_text() for path in (tmp_path / "keys").iterdir()] == ["gsk_0123\n"]
