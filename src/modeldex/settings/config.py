"""The configuration file: read strictly, so that a misspelt key is told and not ignored."""

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ..domain.errors import BadConfig
from ..domain.provider import Provider

PROVIDER_KEYS = frozenset(Provider.__struct_fields__) - {"id", "checked", "evidence"} | {
    "api_key",
    "enabled",
}
"""What `[providers.NAME]` may say: the keys of a provider row, `api_key` and `enabled`."""


class RefreshConfig(NamedTuple):
    """`[refresh]`."""

    timeout_s: float = 10.0
    """Seconds for one connection, the whole attempt."""
    total_s: float = 15.0
    """Seconds for the whole refresh."""
    only: tuple[str, ...] = ()
    """Providers to ask; empty asks all that can be asked."""
    ttl_s: float = 3600.0
    """Seconds for which a list counts as fresh."""


class Config(NamedTuple):
    """The file's content; an absent file is an empty one."""

    refresh: RefreshConfig = RefreshConfig()
    providers: Mapping[str, Mapping[str, Any]] = {}
    """Provider id → what its table says."""


def load(path: Path) -> Config:
    """The configuration in `path`; raises `BadConfig` naming the file and what is wrong in it."""
    try:
        text = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return Config()
    except OSError as error:
        raise BadConfig(f"{path} cannot be read ({error.strerror}); mend its rights") from None
    try:
        content = tomllib.loads(text.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadConfig(f"{path} is no TOML: {error}") from None
    return _config(content, path)


def _config(content: Mapping[str, Any], path: Path) -> Config:
    _only_known(content, ("refresh", "providers"), str(path))
    refresh = _table(content, "refresh", path)
    _only_known(refresh, RefreshConfig._fields, f"{path}, [refresh]")
    providers = _table(content, "providers", path)
    for name, table in providers.items():
        if not isinstance(table, Mapping):
            raise BadConfig(f"{path}: [providers.{name}] is to be a table")
        _only_known(table, PROVIDER_KEYS, f"{path}, [providers.{name}]")
    return Config(_refresh(refresh, path), providers)


def _refresh(table: Mapping[str, Any], path: Path) -> RefreshConfig:
    for key in ("timeout_s", "total_s", "ttl_s"):
        value = table.get(key, 1)
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            raise BadConfig(f"{path}, [refresh]: {key} is to be a number of seconds above 0")
    only = table.get("only", [])
    if not isinstance(only, list) or not all(isinstance(name, str) for name in only):
        raise BadConfig(f"{path}, [refresh]: only is to be a list of provider names")
    return RefreshConfig(**{**table, "only": tuple(only)})


def _table(content: Mapping[str, Any], name: str, path: Path) -> Mapping[str, Any]:
    table = content.get(name, {})
    if not isinstance(table, Mapping):
        raise BadConfig(f"{path}: [{name}] is to be a table")
    return table


def _only_known(table: Iterable[str], known: Iterable[str], where: str) -> None:
    names = sorted(known)
    for key in table:
        if key not in names:
            close = difflib.get_close_matches(key, names, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(names)}"
            raise BadConfig(f"{where}: unknown key {key!r}; {hint}")
