"""Provider rows that users may keep keys of: the packaged ones, and what the operator made of them."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from msgspec.structs import replace

from ...domain.provider import Provider
from ...providers import packaged
from ...settings.config import Config
from ..connecting import rows
from .rows import MAY_PROVE, proves

_BESIDE_PATH = re.compile(r"[?#]")


_HOW = (
    "write its base_url without a part after ? or #, with {params} for parameters that are no secret,"
    " and an auth that a user's own key can give ({auths}, no token_url)"
)


def operators_rows(
    config: Config, folder: Path, refused: Callable[[str, str], object] = lambda name, how: None
) -> dict[str, Provider]:
    """Every row that a user can connect to, by id; raises `BadConfig` for one that is wrong.

    `refused` hears of packaged rows which the operator has changed so that no user can be served by
    them: the id, and what to do about it, which names no value. Nobody is led to where the packaged
    row leads instead.

    A row is public: its name, where it is, how it lists. Nothing that the operator alone may use
    is in it: no key, no variable, no header and no parameter that may prove who asks. Left out are
    rows that prove it with what a cloud keeps on the machine, closed services, and rows of the
    operator's own that are not enabled.
    """
    return dict(_rows(config, folder, refused))


def _rows(
    config: Config, folder: Path, refused: Callable[[str, str], object]
) -> Iterator[tuple[str, Provider]]:
    known = packaged()
    for name, row in rows(config, folder).items():
        table, before = config.providers.get(name, {}), known.get(name)
        moved = table.get("base_url", row.base_url)
        found = _public(replace(row, base_url=moved), before)
        if found is None and before is not None and not (before.chain or before.retired):
            refused(name, _how(name))
        if found is None or found.chain or found.retired:
            continue
        if before is not None or table.get("enabled", True):
            yield name, found


def _public(row: Provider, before: Provider | None) -> Provider | None:
    """The row without what is the operator's alone; where no user can be served by it the packaged
    one, if that leads to the same place in the same way, or `None`."""
    if row == before:
        return row
    if row.auth not in MAY_PROVE or row.token_url or _says_more(row):
        return before if before is not None and _way(row) == _way(before) else None
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


def _way(row: Provider) -> tuple[object, ...]:
    """Where a key goes, and as what."""
    return row.base_url, row.auth, row.token_url, row.dialect


def _how(name: str) -> str:
    params, auths = f"[providers.{name}.list_params]", ", ".join(sorted(MAY_PROVE))
    return _HOW.format(params=params, auths=auths)


def _says_more(row: Provider) -> bool:
    """Whether an address has a part in which keys are found at times."""
    return any(_BESIDE_PATH.search(one) for one in (row.base_url, row.list_path or ""))
