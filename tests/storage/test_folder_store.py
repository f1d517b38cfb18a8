from pathlib import Path

import apsw
import pytest

from modeldex.domain.errors import StorageError
from modeldex.storage import folder_store
from modeldex.storage.folder_store import FolderStore


def test_looking_makes_no_folder(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "store")
    assert (store.get("x"), store.found("raw")) == (None, [])
    assert not (tmp_path / "store").exists()


def test_what_is_half_written_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / ".0123.tmp").write_bytes(b"ha")
    assert FolderStore(tmp_path).found("raw") == []


def test_a_swap_waits_for_another_ones_and_then_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_store, "_LOCK_MS", 10)
    other = apsw.Connection(str(tmp_path / ".lock"))
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StorageError, match="cannot be written"):
        FolderStore(tmp_path).swap("current.json", b"x", None)
    other.close()
    assert FolderStore(tmp_path).swap("current.json", b"x", None)


def test_a_file_in_the_place_of_the_folder_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "store").write_bytes(b"")
    with pytest.raises(StorageError, match="cannot be written"):
        FolderStore(tmp_path / "store").put("a", b"x")


def test_a_folder_that_cannot_be_written_is_told_with_the_variable_that_names_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="or name another store with MODELDEX_STORE"):
        FolderStore(tmp_path / "file" / "store").put("a", b"b")
