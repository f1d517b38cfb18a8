"""Keys are rotated by a command that is killed, again and again: at the end every key opens."""

import base64
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from modeldex.domain.account import KeptConnection, Role, User
from modeldex.domain.provider import Provider
from modeldex.domain.secret import Secret
from modeldex.service.accounts.auditing import Occasion
from modeldex.service.accounts.keeping import Given, Keeping
from modeldex.service.accounts.opening_vault import open_vault
from modeldex.storage.accounts.opening import Accounts, open_accounts
from tests.conftest import NOW
from tests.credentials.rings import key as master
from tests.credentials.rings import ring
from tests.postgres import Postgres

from .replicas import MODELDEX, Installation, installed

pytestmark = [pytest.mark.slow, pytest.mark.once]

GROQ = Provider(id="groq", name="Groq", base_url="https://api.groq.com/openai/v1", dialect="openai")
KEYS = 1500
TURNED = {
    "MODELDEX_MASTER_KEY": ",".join(f"{n}:{base64.b64encode(master(n)).decode()}" for n in (2, 1))
}


def secret(number: int) -> str:
    return f"canary-{number:05}-0123456789abcdef"


@pytest.fixture
def accounts(postgres: Postgres) -> Iterator[Accounts]:
    opened = open_accounts(postgres.url(postgres.database()))
    yield opened
    opened.close()


@pytest.fixture
def kept(accounts: Accounts) -> list[KeptConnection]:
    """Connections under version 1 of the master key."""
    keeping, made = Keeping(accounts, open_vault(ring(1), accounts.ring)), []
    for person in range(KEYS // 100):
        on = Occasion(NOW, f"person-{person}")
        user = User(id=f"person-{person}", name=f"p{person}", role=Role.USER, created_at=NOW)
        accounts.people.add(user, None)
        made += [
            keeping.add(on, Given(provider=GROQ, key=secret(person * 100 + one)))
            for one in range(100)
        ]
    return made


@pytest.fixture
def shop(accounts: Accounts, postgres: Postgres, tmp_path: Path) -> Iterator[Installation]:
    url = f"postgresql://modeldex@/{accounts.place.split()[3]}?host={postgres.folder}"
    with installed(tmp_path, "", url, str(tmp_path / "store")) as made:
        yield made


def begun_and_killed(shop: Installation, after: int) -> str:
    """A rotation that is killed when it has told of so many hundred keys; what it said."""
    environ = {**shop.environ, **TURNED, "MODELDEX_HOME": str(shop.folder / "operator")}
    said = ""
    with subprocess.Popen(
        [MODELDEX, "accounts", "rotate"], env=environ, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        for _ in range(after):
            said += process.stderr.readline()
        process.kill()
    return said


def opens(accounts: Accounts, kept: list[KeptConnection], *versions: int) -> bool:
    keeping = Keeping(accounts, open_vault(ring(*versions), accounts.ring))
    found = [keeping.secret_of(one) for one in kept]
    return found == [Secret(secret(number)) for number in range(len(kept))]


def test_a_rotation_that_is_killed_loses_no_key_and_is_finished_by_running_it_again(
    shop: Installation, accounts: Accounts, kept: list[KeptConnection]
) -> None:
    for after in (1, 2, 3):
        assert begun_and_killed(shop, after).count("resealed") == after
        assert set(accounts.connections.versions()) == {1, 2}
        assert opens(accounts, kept, 2, 1)
    done = shop.command("accounts", "rotate", **TURNED)
    assert done.returncode == 0, done.stderr
    assert accounts.connections.versions() == {2: KEYS}
    assert opens(accounts, kept, 2)
    assert shop.command("accounts", "verify-audit").returncode == 0
    assert "canary-" not in done.stdout + done.stderr
