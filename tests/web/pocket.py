"""What one user keeps, in a folder of the test's own: accounts, keys that nobody else finds, bindings."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from modeldex.domain.errors import NotFound
from modeldex.service.checking import KeyLine, Standing, keys
from modeldex.service.connecting import Configured, connections
from modeldex.settings.config import Config
from modeldex.storage.accounts.opening import open_accounts
from modeldex.storage.bindings import Bindings
from modeldex.web.single import OwnAccounts, Single
from tests.cli.shelf import PROVIDERS

REFUSED = "this-key-is-refused-by-whoever-is-asked"
"""The one key that is not good."""


class Pocket:
    """Keys in files; `environ` is what else there is."""

    def __init__(self, folder: Path, environ: Mapping[str, str] | None = None) -> None:
        self.folder, self.environ = folder, dict(environ or {})
        self.kept: dict[str, str] = {}

    def configured(self) -> tuple[Configured, ...]:
        return connections({row.id: row for row in PROVIDERS}, Config(), self.environ, self.kept)

    def keep_key(self, provider: str, key: str) -> str:
        self.folder.mkdir(exist_ok=True)
        path = self.folder / provider
        path.write_text(key)
        self.kept[provider] = f"file:{path}"
        return self.kept[provider]

    def forget_key(self, provider: str) -> str:
        if provider not in self.kept:
            raise NotFound("no key of that provider was kept")
        Path(self.kept[provider].removeprefix("file:")).unlink()
        return self.kept.pop(provider)

    def check_keys(self, only: Iterable[str]) -> tuple[KeyLine, ...]:
        wanted = frozenset(only)
        return tuple(_judged(one) for one in keys(self.configured()) if one.provider in wanted)

    def single(self, clock: Callable[[], datetime]) -> Single:
        database = self.folder / "accounts" / "single.db"
        url = f"sqlite:///{database}"
        return Single(
            accounts=OwnAccounts(lambda: open_accounts(url), database.exists, clock),
            configured=self.configured,
            kept=lambda: self.kept,
            keep_key=self.keep_key,
            forget_key=self.forget_key,
            check_keys=self.check_keys,
            bindings=lambda: Bindings(self.folder / "telling"),
        )


def _judged(line: KeyLine) -> KeyLine:
    refused = line.hint == f"…{REFUSED[-4:]}"
    standing, said = (Standing.REFUSED, "it was refused") if refused else (Standing.GOOD, "")
    return replace(line, standing=standing, message=said)
