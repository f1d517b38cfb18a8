"""Provider rows that users may keep keys of: the packaged ones, and what the operator made of them."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec.structs import replace

from ...domain.provider import Provider
from ...providers import packaged
from ...settings.config import Config
from ..connecting import rows
from .rows import MAY_PROVE, proves

_BESIDE_PATH = re.compile(r"[?#]")


def operators_rows(config: Config, folder: Path) -> dict[str, Provider]:
    """Every row that a user can connect to, by id; raises `BadConfig` for one that is wrong.

    A row is public: its name, where it is, how it lists. Nothing that the operator alone may use
    is in it: no key, no variable, no header and no parameter that may prove who asks. Left out are
    rows that prove it with what a cloud keeps on the machine, closed services, and rows of the
    operator's own that are not enabled.
    """
    return dict(_rows(config, folder))


def _rows(config: Config, folder: Path) -> Iterator[tuple[str, Provider]]:
    known = packaged()
    for name, row in rows(config, folder).items():
        table, before = config.providers.get(name, {}), known.get(name)
        moved = table.get("base_url", row.base_url)
        found = _public(replace(row, base_url=moved), before)
        if found is None or found.chain or found.retired:
            continue
        if before is not None or table.get("enabled", True):
            yield name, found


def _public(row: Provider, before: Provider | None) -> Provider | None:
    """The row without what is the operator's alone; the packaged one, or `None`, where no user can
    be served by it."""
    if row == before:
        return row
    if row.auth not in MAY_PROVE or row.token_url or _says_more(row):
        return before
    stays: Mapping[str, str] = before.list_params if before else {}
    params = {
        name: value
        for name, value in row.list_params.items()
        if not proves(name) or stays.get(name) == value
    }
    same = before is not None and row.base_url == before.base_url
    return replace(
        row,
        headers=before.headers if before else {},
        key_env=before.key_env if before else (),
        base_url_env=before.base_url_env if before else (),
        variables=before.variables if before else {},
        list_params=params,
        public_url=row.public_url if same else None,
    )


def _says_more(row: Provider) -> bool:
    """Whether an address has a part in which keys are found at times."""
    return any(_BESIDE_PATH.search(one) for one in (row.base_url, row.list_path or ""))
