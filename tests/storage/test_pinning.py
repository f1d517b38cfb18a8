"""A catalog that is held stays."""

import gc
import os
from pathlib import Path

import pytest

from modeldex.storage.pinning import pinned


class Holder:
    """Somebody who holds a file."""


def _file(folder: Path) -> Path:
    path = folder / "abc.db"
    path.write_bytes(b"all of it")
    return path


def test_it_stays_when_its_folder_is_emptied(tmp_path: Path) -> None:
    path, holder = _file(tmp_path), Holder()
    held = pinned(path, holder)
    path.unlink()
    assert (held.read_bytes(), held.name) == (b"all of it", "abc.db")


def test_it_goes_with_its_holder(tmp_path: Path) -> None:
    path, holder = _file(tmp_path), Holder()
    held = pinned(path, holder)
    del holder
    gc.collect()
    assert not held.parent.exists()


def test_where_it_cannot_be_linked_it_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("another disk")

    monkeypatch.setattr(os, "link", refuse)
    path, holder = _file(tmp_path), Holder()
    held = pinned(path, holder)
    path.unlink()
    assert held.read_bytes() == b"all of it"


def test_what_is_not_there_is_named_as_it_was(tmp_path: Path) -> None:
    holder = Holder()
    assert pinned(tmp_path / "gone.db", holder) == tmp_path / "gone.db"
