"""`modeldex accounts`, on a file in this test's home."""

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from modeldex.cli import accounts as under_test
from modeldex.cli.context import Services
from modeldex.cli.running import run
from modeldex.domain.account import Role, User
from modeldex.domain.provider import Provider
from modeldex.service.accounts.auditing import Occasion
from modeldex.service.accounts.keeping import Given, Keeping
from modeldex.service.accounts.opening_vault import open_vault
from modeldex.storage.accounts.opening import open_accounts
from modeldex.storage.accounts.tables import REVISION
from tests.cli.conftest import Ran
from tests.conftest import NOW
from tests.credentials.rings import key as master
from tests.credentials.rings import ring

GROQ = Provider(id="groq", name="Groq", base_url="https://api.groq.com/openai/v1", dialect="openai")
KEY = "canary-0123456789abcdefghij"
Do = Callable[..., Ran]


@pytest.fixture
def do(capsys: pytest.CaptureFixture[str]) -> Do:
    def command(*said: str) -> Ran:
        code = run(("accounts", *said), Services())
        return Ran(code, *capsys.readouterr())

    return command


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/home/accounts/accounts.db"


def ringed(monkeypatch: pytest.MonkeyPatch, *versions: int) -> None:
    said = (f"{n}:{base64.b64encode(master(n)).decode()}" for n in versions)
    monkeypatch.setenv("MODELDEX_MASTER_KEY", ",".join(said))


@pytest.fixture
def kept(url: str) -> None:
    """Somebody with three keys under version 1."""
    accounts = open_accounts(url)
    accounts.people.add(User(id="ann", name="ann", role=Role.ADMIN, created_at=NOW), None)
    keeping = Keeping(accounts, open_vault(ring(1), accounts.ring))
    for _ in range(3):
        keeping.add(Occasion(NOW, "ann"), Given(provider=GROQ, key=KEY))
    accounts.close()


def test_tables_are_made_once(do: Do) -> None:
    assert "was brought from nothing to " + REVISION in do("migrate").out
    said = json.loads(do("migrate", "--json").out)
    assert (said["from"], said["to"]) == (REVISION, REVISION)


def test_the_status_makes_no_tables_and_says_what_to_do(do: Do) -> None:
    for _ in range(2):
        said = do("status")
        assert (said.code, "tables\tnone" in said.out) == (1, True)
        assert "modeldex accounts migrate" in said.err


@pytest.mark.usefixtures("kept")
def test_the_status_counts_people_and_keys_and_names_leases(do: Do, url: str) -> None:
    accounts = open_accounts(url)
    accounts.leases.take("refresh", "here:1", NOW, NOW - NOW)
    accounts.close()
    said = json.loads(do("status", "--json").out)
    assert (said["people"], said["administrators"], said["keys"]) == (1, 1, {"1": 3})
    assert said["seen"] == [1]
    assert said["leases"][0]["holder"] == "here:1"
    assert do("status").code == 0


def test_a_code_makes_the_first_administrator(do: Do) -> None:
    said = do("setup-code")
    assert (said.code, said.out.startswith("mds_")) == (0, True)


@pytest.mark.usefixtures("kept")
def test_no_code_is_given_when_there_is_somebody(do: Do) -> None:
    said = do("setup-code")
    assert (said.code, said.out) == (2, "")
    assert "somebody has an account already" in said.err


@pytest.mark.usefixtures("kept")
def test_every_key_is_resealed(do: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    ringed(monkeypatch, 2, 1)
    said = do("rotate", "--json")
    assert (said.code, json.loads(said.out)) == (
        0,
        {"version": 2, "resealed": 3, "skipped": [], "left": 0},
    )
    assert do("rotate").out == "0 resealed under version 2\n"
    assert json.loads(do("status", "--json").out)["keys"] == {"2": 3}


@pytest.mark.usefixtures("kept")
def test_a_rotation_can_be_backed_out_of(do: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    ringed(monkeypatch, 2, 1)
    do("rotate")
    ringed(monkeypatch, 1, 2)
    assert do("rotate").out == "3 resealed under version 1\n"
    assert json.loads(do("status", "--json").out)["keys"] == {"1": 3}


@pytest.mark.usefixtures("kept")
def test_progress_is_told_on_stderr_and_no_key_anywhere(
    do: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    ringed(monkeypatch, 2, 1)
    monkeypatch.setattr(under_test, "_EACH", 1)
    said = do("rotate")
    assert said.err.splitlines()[:3] == ["1 resealed", "2 resealed", "3 resealed"]
    assert KEY not in said.out + said.err


@pytest.mark.usefixtures("kept")
def test_a_key_that_cannot_be_opened_is_named_and_left(
    do: Do, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = open_accounts(url)
    ((one, sealed), *_) = accounts.connections.sealed_otherwise(2, 9)
    accounts.connections.rewrap(
        one.id,
        sealed,
        type(sealed)(version=1, wrapped=b"x" * 60, nonce=sealed.nonce, body=sealed.body),
    )
    accounts.close()
    ringed(monkeypatch, 2, 1)
    said = do("rotate", "--json")
    assert (said.code, json.loads(said.out)["left"]) == (5, 1)
    assert one.id in said.err


@pytest.mark.usefixtures("kept")
def test_a_wrong_master_key_rotates_nothing(do: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODELDEX_MASTER_KEY", base64.b64encode(master(1, "others")).decode())
    said = do("rotate")
    assert (said.code, "nothing was changed" in said.err) == (1, True)


@pytest.mark.usefixtures("kept")
def test_an_unbroken_log_is_exit_code_0(do: Do) -> None:
    said = do("verify-audit")
    assert (said.code, said.out[:20]) == (0, "3 entries, unbroken,")


@pytest.mark.usefixtures("kept")
def test_a_changed_log_is_exit_code_1_and_says_where(do: Do, url: str) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as db, db:
        for (name,) in db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute("UPDATE audit SET who = 'nobody' WHERE number = 2")
    db.close()
    said = do("verify-audit")
    assert (said.code, said.out) == (1, "entry 2 is missing, was changed, or is one too many\n")


def test_a_missing_extra_is_named(do: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(under_test, "_NEEDED", ("sqlalchemy", "no_such_library"))
    said = do("status")
    assert (said.code, "no_such_library" in said.err) == (2, True)
    assert "pip install 'modeldex[server]'" in said.err


def test_a_database_that_is_away_is_said_without_its_password(
    do: Do, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = f"postgresql://ann:canary-password@/x?host={tmp_path}"
    monkeypatch.setenv("MODELDEX_DATABASE_URL", url)
    said = do("status")
    assert (said.code, "does not answer" in said.err) == (1, True)
    assert "canary-password" not in said.err
