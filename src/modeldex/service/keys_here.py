"""Which providers' models this user can call, by where their keys are: no key is read."""

from collections.abc import Mapping

from ..domain.provider import KeyNeed
from ..settings.config import Config
from ..storage.catalog_file import CatalogFile


def keys_here(
    file: CatalogFile, config: Config, environ: Mapping[str, str], where: Mapping[str, str]
) -> dict[str, str | None]:
    """The providers whose models this user can call, each with the place of its key.

    `None` stands for a provider that needs no key and has answered. A service that its provider
    has closed cannot be called, whatever keys are here. No key is read.
    """
    answered = {stamp.provider for stamp in file.listings() if stamp.hash}
    found: dict[str, str | None] = {}
    for row in (row for row in file.providers() if not row.retired):
        reference = config.providers.get(row.id, {}).get("api_key")
        if isinstance(reference, str):
            kind, _, name = reference.partition(":")
            if kind != "env" or environ.get(name):
                found[row.id] = reference if kind in ("env", "file", "keyring") else "config"
        elif variable := next((name for name in row.key_env if environ.get(name)), None):
            found[row.id] = f"env:{variable}"
        elif row.id in where:
            found[row.id] = where[row.id]
        elif row.key is KeyNeed.NEVER and row.id in answered:
            found[row.id] = None
    return found
