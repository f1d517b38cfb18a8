import gzip
import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.errors import StorageError
from modeldex.storage import blobs as module
from modeldex.storage.blobs import Blobs

BODY = b'{"data": []}' * 50


@given(body=st.binary(max_size=300))
def test_a_body_comes_back_under_its_hash(
    body: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    blobs = Blobs(tmp_path_factory.getbasetemp() / "bodies")
    name = blobs.put(body)
    assert name == hashlib.sha256(body).hexdigest()
    assert blobs.get(name) == body


def _file(blobs: Blobs, body: bytes = BODY) -> Path:
    name = blobs.put(body)
    return blobs.folder / name[:2] / f"{name}.gz"


def _name(path: Path) -> str:
    return path.name.removesuffix(".gz")


def test_a_body_is_kept_once_and_compressed(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "raw")
    path = _file(blobs)
    written = path.stat().st_ino
    assert _file(blobs).stat().st_ino == written
    assert gzip.decompress(path.read_bytes()) == BODY


def test_the_same_body_gives_the_same_file(tmp_path: Path) -> None:
    one, other = Blobs(tmp_path / "1"), Blobs(tmp_path / "2")
    assert _file(one).read_bytes() == _file(other).read_bytes()


@pytest.mark.parametrize("name", ["0" * 64, "", "../../etc/passwd", "A" * 64])
def test_what_was_never_kept_is_none(tmp_path: Path, name: str) -> None:
    assert Blobs(tmp_path).get(name) is None


@pytest.mark.parametrize(
    "damaged",
    [b"", b"no gzip", gzip.compress(b"other"), gzip.compress(BODY)[:-9], gzip.compress(BODY)[:20]],
    ids=["empty", "text", "other", "short", "shorter"],
)
def test_a_damaged_body_is_set_aside(tmp_path: Path, damaged: bytes) -> None:
    blobs = Blobs(tmp_path)
    path = _file(blobs)
    path.write_bytes(damaged)
    assert blobs.get(_name(path)) is None
    assert [found.name for found in path.parent.iterdir()] == [f"{path.name}.corrupt"]


def test_a_damaged_body_is_mended_by_putting_it_again(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    path = _file(blobs)
    path.write_bytes(b"")
    assert blobs.get(blobs.put(BODY)) == BODY


def test_a_body_larger_than_the_cap_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = Blobs(tmp_path)
    name = blobs.put(bytes(2000))
    monkeypatch.setattr(module, "MOST_BYTES", 1999)
    assert blobs.get(name) is None


def test_only_the_named_bodies_are_kept(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    kept, gone = blobs.put(b"kept"), blobs.put(b"gone")
    blobs.keep_only({kept})
    assert (blobs.get(kept), blobs.get(gone)) == (b"kept", None)


def test_nothing_to_keep_in_a_missing_folder_is_no_mistake(tmp_path: Path) -> None:
    Blobs(tmp_path / "missing").keep_only(())
    assert not (tmp_path / "missing").exists()


def test_a_place_that_cannot_be_written_is_named_with_advice(tmp_path: Path) -> None:
    (tmp_path / "raw").touch()
    with pytest.raises(StorageError, match=r"raw.*MODELDEX_HOME"):
        Blobs(tmp_path / "raw").put(BODY)


def test_bodies_are_found_by_the_moment_they_were_put_last(tmp_path: Path) -> None:
    blobs, hour = Blobs(tmp_path), timedelta(hours=1)
    name, now = blobs.put(b"a body"), datetime.now(UTC)
    assert (blobs.older(now - hour), blobs.older(now + hour)) == ([], [name])


def test_only_what_is_still_old_is_removed(tmp_path: Path) -> None:
    blobs, hour = Blobs(tmp_path), timedelta(hours=1)
    name, now = blobs.put(b"a body"), datetime.now(UTC)
    assert blobs.remove([name], now - hour) == 0
    assert blobs.remove([name, "0" * 64], now + hour) == 1
    assert blobs.get(name) is None
