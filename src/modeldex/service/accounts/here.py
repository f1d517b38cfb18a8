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


def single_file(data: Path) -> Path:
    """What the one user of this machine keeps, in the folder `data`, but no keys."""
    return data / "accounts" / "single.db"


def databases_here(environ: Mapping[str, str], data: Path) -> tuple[tuple[str, bool], ...]:
    """The address of each database there is, and whether people share it; opens none."""
    many = bool((data / "accounts" / "accounts.db").exists() or environ.get(DATABASE))
    found = [(database_url(environ, data), True)] if many else []
    found += [(f"sqlite:///{single}", False)] if (single := single_file(data)).exists() else []
    return tuple(found)


def accounts_at(url: str, *, as_it_is: bool = False) -> "Accounts":
    """The accounts at that address, brought to this version unless they are to stay `as_it_is`;
    raises `BadConfig` and `StorageError`."""
    from ...storage.accounts.opening import look_at, open_accounts

    return look_at(url) if as_it_is else open_accounts(url)
