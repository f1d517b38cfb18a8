import base64
import os
import stat
import sys
import threading
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.credentials.key_ring import KeyRing, Purpose
from modeldex.credentials.master_keys import of_this_machine, read
from modeldex.domain.errors import BadConfig, StorageError
from tests.credentials.rings import key

ONE, TWO = base64.b64encode(key(1)).decode(), base64.b64encode(key(2)).decode()
WRAPPING = KeyRing({1: key(1)}, 1).derived(1, Purpose.WRAPPING)

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")


def of(value: str) -> KeyRing:
    return read({"MODELDEX_MASTER_KEY": value})


def refused(value: str) -> str:
    with pytest.raises(BadConfig) as met:
        of(value)
    return str(met.value)


@pytest.mark.parametrize(
    "written",
    [
        ONE,
        ONE.rstrip("="),
        base64.urlsafe_b64encode(key(1)).decode(),
        key(1).hex(),
        key(1).hex().upper(),
        f"  {ONE}\n",
        f"1:{ONE}",
    ],
)
def test_a_key_is_read_however_it_is_written(written: str) -> None:
    assert of(written).derived(1, Purpose.WRAPPING) == WRAPPING


@pytest.mark.parametrize(
    ("written", "current", "versions"),
    [
        (f"2:{TWO},1:{ONE}", 2, (2, 1)),
        (f"1:{ONE}, 2:{TWO}", 1, (2, 1)),
        (f"7:{key(7).hex()}\n2:{TWO}\n1:{ONE}", 7, (7, 2, 1)),
    ],
)
def test_the_first_of_several_keys_seals(
    written: str, current: int, versions: tuple[int, ...]
) -> None:
    assert (of(written).current, of(written).versions) == (current, versions)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "without a master key"),
        ("   ", "without a master key"),
        ("changeme", "everybody knows"),
        ("sk-1234", "everybody knows"),
        ("ChangeMe" * 8, "everybody knows"),
        ("a passphrase of my own and long enough", "neither base64 nor hex"),
        (base64.b64encode(key(1)[:31]).decode(), "31 bytes"),
        (key(1)[:16].hex(), "16 bytes"),
        ("ab" * 2000, "2000 bytes"),
        ("00" * 32, "not made at random"),
        ("q" * 44, "not made at random"),
        ((key(1)[:16] * 2).hex(), "not made at random"),
        ((key(1)[:24] * 2).hex(), "not made at random"),
        (bytes(range(32)).hex(), "not made at random"),
        (base64.b64encode(b"a passphrase in base64 is no better").decode(), "not made at random"),
        (f"{ONE},{TWO}", "number each"),
        (f"2:{TWO},{ONE}", "number each"),
        (f"0:{ONE}", "number each"),
        (f"9999999999:{ONE}", "number each"),
        (f"2:{TWO},2:{ONE}", "twice"),
        (f"2:{ONE},1:{ONE}", "twice"),
        (f"2:{TWO},1:changeme", "everybody knows"),
        (",,", "no master key"),
        ("1:", "neither base64 nor hex"),
    ],
)
def test_a_key_that_is_not_safe_is_refused(written: str, why: str) -> None:
    assert why in refused(written)


@pytest.mark.parametrize(
    "written", ["short-and-secret-7f", ONE[:20], f"1:{ONE},1:{TWO}", "1:zz zz"]
)
def test_a_refusal_never_repeats_the_key(written: str) -> None:
    said = refused(written)
    assert not any(written[at : at + 6] in said for at in range(len(written) - 5))


@pytest.mark.parametrize("written", ["", "changeme", "0" * 64])
def test_a_refusal_says_how_to_make_a_good_one(written: str) -> None:
    assert "openssl rand -base64 32" in refused(written)


@given(st.text(max_size=200))
def test_any_text_is_a_ring_or_refused(written: str) -> None:
    try:
        versions = of(written).versions
    except BadConfig:
        versions = ()
    assert all(version > 0 for version in versions)


def test_random_keys_are_let_in() -> None:
    assert all(of(key(turn, "random").hex()).versions == (1,) for turn in range(2_000))


def test_a_file_holds_the_keys(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text(f"2:{TWO}\n1:{ONE}\n")
    path.chmod(0o400)
    assert read({"MODELDEX_MASTER_KEY_FILE": str(path)}).versions == (2, 1)


@posix
@pytest.mark.parametrize("mode", [0o644, 0o604, 0o602, 0o620, 0o666, 0o777, 0o601])
def test_a_file_that_others_may_read_or_change_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key"
    path.write_text(ONE)
    path.chmod(mode)
    with pytest.raises(BadConfig, match="chmod 600"):
        read({"MODELDEX_MASTER_KEY_FILE": str(path)})


@posix
@pytest.mark.parametrize("mode", [0o600, 0o400, 0o440, 0o640])
def test_a_file_for_its_owner_and_group_is_read(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key"
    path.write_text(ONE)
    path.chmod(mode)
    assert read({"MODELDEX_MASTER_KEY_FILE": str(path)}).current == 1


@pytest.mark.parametrize(("body", "why"), [(b"", "no master key"), (b"\xff\xfe", "neither")])
def test_a_file_without_a_key_is_refused(tmp_path: Path, body: bytes, why: str) -> None:
    path = tmp_path / "key"
    path.write_bytes(body)
    path.chmod(0o600)
    with pytest.raises(BadConfig, match=why):
        read({"MODELDEX_MASTER_KEY_FILE": str(path)})


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="missing-key"):
        read({"MODELDEX_MASTER_KEY_FILE": str(tmp_path / "missing-key")})


def test_two_places_at_once_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="both set"):
        read({"MODELDEX_MASTER_KEY": ONE, "MODELDEX_MASTER_KEY_FILE": str(tmp_path / "key")})


def test_the_keyring_may_hold_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    module, errors = ModuleType("keyring"), ModuleType("keyring.errors")
    errors.KeyringError = type("KeyringError", (Exception,), {})  # type: ignore[attr-defined]
    entries = {("modeldex", "master"): f"{ONE}\n"}
    module.get_password = lambda service, name: entries.get((service, name))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", module)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    assert of("keyring:master").derived(1, Purpose.WRAPPING) == WRAPPING
    assert "no entry 'other'" in refused("keyring:other")


def test_a_keyring_that_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert "modeldex[keyring]" in refused("keyring:master")


def test_a_single_user_gets_a_key_that_stays(tmp_path: Path) -> None:
    made = of_this_machine(tmp_path / "new" / "master-key")
    again = of_this_machine(tmp_path / "new" / "master-key")
    assert made.derived(1, Purpose.WRAPPING) == again.derived(1, Purpose.WRAPPING)


@posix
def test_a_key_that_is_made_is_the_owners_alone(tmp_path: Path) -> None:
    of_this_machine(tmp_path / "new" / "master-key")
    assert stat.S_IMODE((tmp_path / "new" / "master-key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert len(list((tmp_path / "new").iterdir())) == 1


def test_starting_many_times_at_once_makes_one_key(tmp_path: Path) -> None:
    rings: list[KeyRing] = []
    starts = [
        threading.Thread(target=lambda: rings.append(of_this_machine(tmp_path / "key")))
        for _ in range(16)
    ]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert len(rings) == 16
    assert len({one.derived(1, Purpose.WRAPPING) for one in rings}) == 1


@posix
def test_a_key_that_others_may_read_is_never_used_again(tmp_path: Path) -> None:
    of_this_machine(tmp_path / "key")
    (tmp_path / "key").chmod(0o644)
    with pytest.raises(BadConfig, match="chmod 600"):
        of_this_machine(tmp_path / "key")


def test_a_place_that_takes_no_key_is_named(tmp_path: Path) -> None:
    (tmp_path / "in-the-way").write_text("a file")
    with pytest.raises(StorageError, match="in-the-way"):
        of_this_machine(tmp_path / "in-the-way" / "key")
