"""An accounts database, on SQLite and on PostgreSQL, and the parts that work on it, with passwords that cost next to nothing."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from modeldex.credentials.access_tokens import AccessTokens
from modeldex.credentials.passwords import Cost, Passwords
from modeldex.credentials.vault import Vault
from modeldex.service.accounts.auditing import Occasion
from modeldex.service.accounts.keeping import Keeping
from modeldex.service.accounts.opening_vault import open_vault
from modeldex.service.accounts.people import People
from modeldex.service.accounts.recognising import Recognising
from modeldex.service.accounts.signing_in import SigningIn
from modeldex.storage.accounts.opening import Accounts, open_accounts
from tests.conftest import NOW
from tests.credentials.rings import ring
from tests.storage.accounts.conftest import migrated as migrated
from tests.storage.accounts.conftest import url as url

PASSWORD = "four unrelated words"
CHEAP = Passwords(Cost(memory_kib=8, passes=1))


class Installation(NamedTuple):
    """A shared installation with its parts."""

    url: str
    folder: Path
    """Where the database writes its files."""
    settle: Callable[[], None]
    """Have it write what it only holds in memory."""
    accounts: Accounts
    vault: Vault
    tokens: AccessTokens
    keeping: Keeping
    people: People
    signing_in: SigningIn
    recognising: Recognising

    def joined(self, name: str) -> Occasion:
        """The occasion of somebody who was let in under that name."""
        user = self.people.add(Occasion(NOW), name, PASSWORD)
        return Occasion(NOW, user.id, "192.0.2.7", "request-1")

    def written(self) -> bytes:
        """All that stands in the database's files."""
        self.settle()
        return b"".join(path.read_bytes() for path in self.folder.rglob("*") if path.is_file())

    def said(self) -> list[tuple[str, str, str]]:
        """The audit log: action, subject, result."""
        entries = self.accounts.audit.page(0, 100)
        return [(entry.action, entry.subject, entry.result) for entry in entries]


@pytest.fixture
def house(url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Installation]:
    folder, settle = tmp_path, lambda: None
    if not url.startswith("sqlite"):
        server = request.getfixturevalue("postgres")
        folder, settle = server.folder, partial(server.execute, "CHECKPOINT")
    accounts = open_accounts(url)
    vault = open_vault(ring(1), accounts.ring)
    tokens = AccessTokens(vault.ring)
    yield Installation(
        url,
        folder,
        settle,
        accounts,
        vault,
        tokens,
        Keeping(accounts, vault),
        People(accounts, CHEAP),
        SigningIn(accounts, CHEAP, tokens, vault),
        Recognising(accounts, tokens),
    )
    accounts.close()
