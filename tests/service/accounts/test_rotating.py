import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import create_engine, inspect, text

from modeldex.credentials.vault import Vault
from modeldex.domain.account import KeptConnection
from modeldex.domain.errors import Locked, StorageError
from modeldex.domain.provider import Provider
from modeldex.domain.secret import Secret
from modeldex.service.accounts.auditing import Occasion
from modeldex.service.accounts.keeping import Given, Keeping
from modeldex.service.accounts.opening_vault import open_vault
from modeldex.service.accounts.rotating import Rotation, rotate
from tests.conftest import NOW
from tests.credentials.rings import ring
from tests.service.accounts.conftest import Installation

GROQ = Provider(id="groq", name="Groq", base_url="https://api.groq.com/openai/v1", dialect="openai")
ON = Occasion(NOW)
ROWS = 30


def key(number: int) -> str:
    return f"canary-{number:04}-0123456789abcdef"


@pytest.fixture
def kept(house: Installation) -> tuple[KeptConnection, ...]:
    """Connections of two people, each with a key of its own, under version 1."""
    people = [house.joined("anna"), house.joined("ben")]
    return tuple(
        house.keeping.add(people[turn % 2], Given(provider=GROQ, key=key(turn)))
        for turn in range(ROWS)
    )


def vault(house: Installation, *versions: int) -> Vault:
    return open_vault(ring(*versions), house.accounts.ring)


def opens(house: Installation, kept: tuple[KeptConnection, ...], with_: Vault) -> bool:
    keeping = Keeping(house.accounts, with_)
    return [keeping.secret_of(one) for one in kept] == [Secret(key(at)) for at in range(len(kept))]


def versions(house: Installation, kept: tuple[KeptConnection, ...]) -> set[int]:
    sealed = [house.accounts.connections.sealed(one.user, one.id) for one in kept]
    return {one.version for one in sealed if one is not None}


CIPHERTEXT = {"version", "wrapped", "nonce", "body"}


def other_columns(house: Installation) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, without ciphertexts and the log."""
    engine = create_engine(house.url.replace("postgresql:", "postgresql+psycopg:"))
    tables, shown = inspect(engine), {}
    with engine.connect() as db:
        for table in {*tables.get_table_names()} - {"audit", "audit_head", "ring_version"}:
            columns = {column["name"] for column in tables.get_columns(table)}
            left_out = {"sealed_key": CIPHERTEXT, "ring_meta": {"value"}}.get(table, set())
            plain = ", ".join(f'"{name}"' for name in sorted(columns - left_out))
            rows = db.execute(text(f'SELECT {plain} FROM "{table}"'))
            shown[table] = sorted(map(tuple, rows), key=repr)
    engine.dispose()
    return shown


def test_every_key_is_resealed_and_the_old_master_key_may_go(
    house: Installation, kept: tuple[KeptConnection, ...]
) -> None:
    assert rotate(house.accounts, vault(house, 2, 1), ON) == Rotation(ROWS, (), 0)
    assert versions(house, kept) == {2}
    assert opens(house, kept, vault(house, 2))


@pytest.mark.usefixtures("kept")
def test_a_rotation_touches_the_ciphertext_alone(house: Installation) -> None:
    before = other_columns(house)
    rotate(house.accounts, vault(house, 2, 1), ON)
    assert other_columns(house) == before
    assert len(before["connection"]) == len(before["sealed_key"]) == ROWS


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_no_byte_that_an_old_master_key_opens_stays_in_a_file(
    house: Installation, kept: tuple[KeptConnection, ...]
) -> None:
    old = [house.accounts.connections.sealed(one.user, one.id) for one in kept]
    rotate(house.accounts, vault(house, 2, 1), ON)
    written = house.written()
    assert not [one for one in old if one is None or one.body in written or one.wrapped in written]


def test_rotating_again_does_nothing(house: Installation, kept: tuple[KeptConnection, ...]) -> None:
    both = vault(house, 2, 1)
    rotate(house.accounts, both, ON)
    before = [house.accounts.connections.sealed(one.user, one.id) for one in kept]
    assert rotate(house.accounts, both, ON) == Rotation(0, (), 0)
    assert [house.accounts.connections.sealed(one.user, one.id) for one in kept] == before


def test_several_rotations_follow_each_other(
    house: Installation, kept: tuple[KeptConnection, ...]
) -> None:
    for version in (2, 3, 4):
        rotate(house.accounts, vault(house, version, version - 1), ON)
    assert opens(house, kept, vault(house, 4))
    with pytest.raises(Locked, match="version 4"):
        vault(house, 3)


def test_a_rotation_that_is_backed_out_of_leaves_nothing_under_the_new_master_key(
    house: Installation, kept: tuple[KeptConnection, ...]
) -> None:
    rotate(house.accounts, vault(house, 2, 1), ON)
    back = vault(house, 1, 2)
    assert rotate(house.accounts, back, ON) == Rotation(ROWS, (), 0)
    assert versions(house, kept) == {1}
    assert opens(house, kept, vault(house, 1))


def spoil(house: Installation, one: KeptConnection, part: str) -> None:
    sealed = house.accounts.connections.sealed(one.user, one.id)
    assert sealed is not None
    changed = bytes([getattr(sealed, part)[0] ^ 1]) + getattr(sealed, part)[1:]
    spoilt = msgspec.structs.replace(sealed, **{part: changed})
    assert house.accounts.connections.rewrap(one.id, sealed, spoilt)


@pytest.mark.parametrize("part", ["wrapped", "nonce", "body"])
@pytest.mark.parametrize("at", [0, ROWS // 2, ROWS - 1])
def test_a_key_that_cannot_be_opened_is_reported_and_stops_no_other(
    house: Installation, kept: tuple[KeptConnection, ...], part: str, at: int
) -> None:
    spoil(house, kept[at], part)
    before = house.accounts.connections.sealed(kept[at].user, kept[at].id)
    done = rotate(house.accounts, vault(house, 2, 1), ON)
    assert (done.resealed, done.left) == (ROWS - 1, 1)
    assert [(one.connection, one.user) for one in done.skipped] == [(kept[at].id, kept[at].user)]
    assert "give it again" in done.skipped[0].why
    assert house.accounts.connections.sealed(kept[at].user, kept[at].id) == before


def test_keys_that_cannot_be_opened_never_hold_up_the_rest(
    house: Installation, kept: tuple[KeptConnection, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modeldex.service.accounts.rotating._BATCH", 3)
    for one in kept[: ROWS // 2]:
        spoil(house, one, "body")
    done = rotate(house.accounts, vault(house, 2, 1), ON)
    assert (done.resealed, len(done.skipped)) == (ROWS - ROWS // 2, ROWS // 2)


def test_a_key_replaced_meanwhile_is_not_put_back(
    house: Installation, kept: tuple[KeptConnection, ...]
) -> None:
    both = vault(house, 2, 1)
    last = max(kept, key=lambda one: one.id)
    mine = Occasion(NOW, last.user)

    def meanwhile(resealed: int) -> None:
        if resealed == 1:  # the old ring still seals with version 1
            house.keeping.replace(mine, last.id, Given(provider=GROQ, key="another-key"))

    done = rotate(house.accounts, both, ON, meanwhile)
    assert done == Rotation(ROWS, (), 0)
    assert Keeping(house.accounts, both).secret_of(last) == Secret("another-key")


def test_a_key_removed_meanwhile_stays_removed(
    house: Installation, kept: tuple[KeptConnection, ...]
) -> None:
    last = max(kept, key=lambda one: one.id)

    def meanwhile(resealed: int) -> None:
        if resealed == 1:
            house.keeping.remove(Occasion(NOW, last.user), last.id)

    assert rotate(house.accounts, vault(house, 2, 1), ON, meanwhile) == Rotation(ROWS - 1, (), 0)
    assert house.accounts.connections.get(last.user, last.id) is None


def test_two_rotations_at_once_do_each_key_once(
    house: Installation, kept: tuple[KeptConnection, ...]
) -> None:
    both, done = vault(house, 2, 1), list[Rotation]()
    runs = [
        threading.Thread(target=lambda: done.append(rotate(house.accounts, both, ON)))
        for _ in range(3)
    ]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert sum(one.resealed for one in done) == ROWS
    assert [one.left for one in done] == [0, 0, 0]
    assert opens(house, kept, both)


def test_a_rotation_is_written_down_first_or_not_done(
    house: Installation, kept: tuple[KeptConnection, ...]
) -> None:
    class NoLog:
        def write(self, **entry: object) -> None:
            raise StorageError("the log cannot be written")

    both, log = vault(house, 2, 1), house.accounts.audit
    house.accounts.audit = NoLog()  # type: ignore[assignment]
    with pytest.raises(StorageError):
        rotate(house.accounts, both, ON)
    assert versions(house, kept) == {1}
    house.accounts.audit = log
    rotate(house.accounts, both, ON)
    assert house.said()[-1] == ("keys.rotate", "version 2", "done")


ROTATION = """
import os, signal, sys
from modeldex.service.accounts.auditing import Occasion
from modeldex.service.accounts.opening_vault import open_vault
from modeldex.service.accounts.rotating import rotate
from modeldex.storage.accounts.opening import open_accounts
from tests.conftest import NOW
from tests.credentials.rings import ring
accounts, version, deadly = open_accounts(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
vault = open_vault(ring(*range(version, 0, -1)), accounts.ring)
def tell(resealed):
    if resealed == deadly:
        os.kill(os.getpid(), signal.SIGKILL)
print("ready", flush=True)
rotate(accounts, vault, Occasion(NOW), tell)
"""

needs_kill = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")


def rotation(url: str, version: int, deadly: int) -> "subprocess.Popen[bytes]":
    """A process that rotates to `version` and kills itself at a row; zero: at none."""
    process = subprocess.Popen(
        [sys.executable, "-c", ROTATION, url, str(version), str(deadly)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    )
    assert process.stdout
    process.stdout.readline()
    return process


@needs_kill
@pytest.mark.once
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kills", [8, pytest.param(100, marks=pytest.mark.slow)])
def test_rotations_killed_at_any_row_lose_nothing(
    house: Installation, kept: tuple[KeptConnection, ...], kills: int
) -> None:
    before, chance, halfway = other_columns(house), random.Random(20261120), 0
    for version in range(2, kills + 2):
        at_a_row = version % 2 == 0
        with rotation(house.url, version, chance.randint(1, ROWS - 1) * at_a_row) as process:
            if not at_a_row:
                time.sleep(chance.uniform(0, 0.02))
                process.kill()
            process.wait(60)
        whole = vault(house, *range(version, 0, -1))
        assert other_columns(house) == before
        assert opens(house, kept, whole)
        halfway += 0 < len(house.accounts.connections.sealed_otherwise(version, ROWS)) < ROWS
    assert halfway >= kills / 2
    rotate(house.accounts, whole, ON)
    assert versions(house, kept) == {version}
    assert opens(house, kept, vault(house, version))
    assert house.accounts.audit.verify().broken_at is None


@needs_kill
@pytest.mark.once
@pytest.mark.parametrize("row", [1, 7, ROWS - 1])
def test_a_rotation_killed_at_a_row_goes_on_from_there(
    house: Installation, kept: tuple[KeptConnection, ...], row: int
) -> None:
    with rotation(house.url, 2, row) as process:
        assert process.wait(60) == -signal.SIGKILL
    assert len(house.accounts.connections.sealed_otherwise(2, 2 * ROWS)) == ROWS - row
    assert rotate(house.accounts, vault(house, 2, 1), ON).resealed == ROWS - row
    assert opens(house, kept, vault(house, 2))
