"""The accounts database of this installation, by its environment."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...storage.accounts.opening import Accounts

DATABASE = "MODELDEX_DATABASE_URL"


def database_url(environ: Mapping[str, str], data: Path) -> str:
    """The address that the environment names, or of a file in the folder `data`."""
    return environ.get(DATABASE) or f"sqlite:///{data / 'accounts' / 'accounts.db'}"


def accounts_at(url: str) -> "Accounts":
    """The accounts at that address, brought to this version; raises `BadConfig`, `StorageError`."""
    from ...storage.accounts.opening import open_accounts

    return open_accounts(url)
