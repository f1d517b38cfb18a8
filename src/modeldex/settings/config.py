"""The configuration file: read strictly, so that a misspelt key is told and not ignored."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..domain.errors import BadConfig
from ..domain.provider import Provider
from .strictness import only_known

if TYPE_CHECKING:
    from .telling import Telling

OWN_KEYS = frozenset({"api_key", "enabled", "instance_metadata"})
"""What a table may say that is no key of a provider row."""
PROVIDER_KEYS = frozenset(Provider.__struct_fields__) - {"id", "checked", "evidence"} | OWN_KEYS
"""What `[providers.NAME]` may say: the keys of a provider row, and `OWN_KEYS`."""

_TELLING = ("lifecycle", "hold", "changes", "notices", "webhook")
"""The tables that `settings.telling` reads."""
_LONGEST_S = 100 * 366 * 86_400
"""Seconds in a hundred years: no length of time in the file is longer, nor endless."""
_UP_TO = ", a hundred years at most"
_TABLES = ("refresh", "providers", "knowledge", "store", "oidc", *_TELLING)


class RefreshConfig(NamedTuple):
    """`[refresh]`."""

    timeout_s: float = 10.0
    """Seconds for one connection, the whole attempt."""
    total_s: float = 15.0
    """Seconds for the whole refresh."""
    only: tuple[str, ...] = ()
    """Providers to ask; empty asks all that can be asked."""
    local: bool = True
    """Whether servers are looked for on the usual ports of this machine; `MODELDEX_LOCAL=off` and
    `modeldex refresh --no-local` say no too."""
    every_s: float = 21600.0
    """Seconds between two requests to a provider by `refresh --due` and `watch`, a little less for
    some, so that not all are asked at once."""
    ttl_s: float = 3600.0
    """Seconds for which a list counts as fresh."""
    in_service: bool = True
    """Whether `modeldex serve --multi-user` refreshes the catalog for all by itself, one replica at
    a time; where not, `modeldex refresh --due` is run for it."""
    knowledge_ttl_s: float = 86400.0
    """Seconds after which the public datasets are asked for newer editions; 0 never asks. A
    refresh of named providers asks for none: `modeldex knowledge build` does at any time."""


class DatasetConfig(NamedTuple):
    """`[knowledge.DATASET]`."""

    url: str | None = None
    """Where the dataset is fetched, over https or from this machine; `None`: where it is published."""
    enabled: bool = True
    """Whether newer editions are asked for; the knowledge in hand stays either way."""


class StoreConfig(NamedTuple):
    """`[store]`: how long things stay in the store that `MODELDEX_STORE` names, and how soon
    they are taken over from there."""

    raw_days: float = 7.0
    """Days for which the hourly lists stay."""
    catalog_days: float = 90.0
    """Days for which the last catalog of each day stays; the one in force, and the one before it,
    always do."""
    look_every_s: float = 15.0
    """Seconds between two looks of a service for many at whether there is a newer catalog; a
    third more or less, so that replicas do not look together."""


class Config(NamedTuple):
    """The file's content; an absent file is an empty one."""

    refresh: RefreshConfig = RefreshConfig()
    providers: Mapping[str, Mapping[str, Any]] = {}
    """Provider id → what its table says."""
    knowledge: Mapping[str, DatasetConfig] = {}
    """Dataset → where to ask for it; an underscore in a name is read as a hyphen."""
    store: StoreConfig = StoreConfig()
    telling: "Telling | None" = None
    """When models age, which lists are held, and who is told of what happens; `None`: it says
    nothing of it, and all is as it is by default."""
    oidc: object = None
    """What stands under `oidc`, which `settings.oidc` reads for a service for many; `None`: nothing."""
    path: Path | None = None
    """Where all of this stands; `None` when it was read from no file."""


def load(path: Path, *, named: bool = False) -> Config:
    """The configuration in `path`; raises `BadConfig` naming the file and what is wrong in it.

    A file that is not there is an empty one, unless the user `named` it.
    """
    try:
        text = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        if named:
            raise BadConfig(
                f"MODELDEX_CONFIG names {path}, which is not there: mend the name, or unset it"
            ) from None
        return Config()
    except OSError as error:
        raise BadConfig(f"{path} cannot be read ({error.strerror}); mend its rights") from None
    try:
        content = tomllib.loads(text.decode())
    except (ValueError, RecursionError) as error:
        raise BadConfig(f"{path} is no TOML: {error}") from None
    return _config(content, path)


def _config(content: Mapping[str, Any], path: Path) -> Config:
    only_known(content, _TABLES, str(path))
    refresh = _table(content, "refresh", path)
    only_known(refresh, RefreshConfig._fields, f"{path}, [refresh]")
    providers = _table(content, "providers", path)
    for name, table in providers.items():
        if not isinstance(table, Mapping):
            raise BadConfig(f"{path}: [providers.{name}] is to be a table")
        only_known(table, PROVIDER_KEYS, f"{path}, [providers.{name}]")
        if not isinstance(table.get("enabled", True), bool):
            raise BadConfig(f"{path}, [providers.{name}]: enabled is to be true or false")
    return Config(
        _refresh(refresh, path),
        providers,
        _knowledge(content, path),
        _store(content, path),
        _telling(content, path),
        content.get("oidc"),
        path,
    )


def _refresh(table: Mapping[str, Any], path: Path) -> RefreshConfig:
    for key in ("timeout_s", "total_s", "every_s", "ttl_s"):
        if not _is_length(value := table.get(key, 1)) or value == 0:
            raise BadConfig(
                f"{path}, [refresh]: {key} is to be a number of seconds above 0{_UP_TO}"
            )
    if not _is_length(table.get("knowledge_ttl_s", 0)):
        raise BadConfig(
            f"{path}, [refresh]: knowledge_ttl_s is to be a number of seconds{_UP_TO}, or 0 for never"
        )
    for key in ("local", "in_service"):
        if not isinstance(table.get(key, True), bool):
            raise BadConfig(f"{path}, [refresh]: {key} is to be true or false")
    only = table.get("only", [])
    if not isinstance(only, list) or not all(isinstance(name, str) for name in only):
        raise BadConfig(f"{path}, [refresh]: only is to be a list of provider names")
    return RefreshConfig(**{**table, "only": tuple(only)})


def _is_length(value: Any) -> bool:
    """Whether it is a number of seconds that can be waited."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and 0 <= value <= _LONGEST_S


def _knowledge(content: Mapping[str, Any], path: Path) -> dict[str, DatasetConfig]:
    found = {}
    for name, table in _table(content, "knowledge", path).items():
        where = f"{path}, [knowledge.{name}]"
        if not isinstance(table, Mapping):
            raise BadConfig(f"{path}: [knowledge.{name}] is to be a table")
        only_known(table, DatasetConfig._fields, where)
        if not isinstance(table.get("url", ""), str):
            raise BadConfig(f"{where}: url is to be text")
        if not isinstance(table.get("enabled", True), bool):
            raise BadConfig(f"{where}: enabled is to be true or false")
        found[name.replace("_", "-")] = DatasetConfig(**table)
    return found


def _store(content: Mapping[str, Any], path: Path) -> StoreConfig:
    table = _table(content, "store", path)
    only_known(table, StoreConfig._fields, f"{path}, [store]")
    for key, value in table.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 36_500:
            unit = "seconds" if key.endswith("_s") else "days"
            raise BadConfig(f"{path}, [store]: {key} is to be a number of {unit} above 0")
    return StoreConfig(**table)


def _telling(content: Mapping[str, Any], path: Path) -> "Telling | None":
    if not any(name in content for name in _TELLING):
        return None
    from .telling import telling  # readers of a catalog need none of it

    return telling(content, str(path))


def _table(content: Mapping[str, Any], name: str, path: Path) -> Mapping[str, Any]:
    table = content.get(name, {})
    if not isinstance(table, Mapping):
        raise BadConfig(f"{path}: [{name}] is to be a table")
    return table
