"""Who can be asked here: provider rows, the user's configuration and the environment, made connections."""

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from ..credentials.clouds import Found, from_chain
from ..credentials.finding import Credential, from_environment, from_reference
from ..domain.connection import Connection
from ..domain.errors import BadConfig, BadReferenceData, UnknownProvider
from ..domain.outcome import Verdict
from ..domain.provider import Auth, KeyNeed, Provider
from ..providers import packaged, provider
from ..settings.config import OWN_KEYS, Config
from ..transport.guard import origin

_GAP = re.compile(r"\{(\w+)\}")
_ONLY_A_GAP = re.compile(r"https://\{(\w+)\}")
_ELSEWHERE = (
    (re.compile(r"//global-aiplatform\."), "//aiplatform."),
    (re.compile(r"//(us|eu)-aiplatform\.googleapis\.com"), r"//aiplatform.\1.rep.googleapis.com"),
    (re.compile(r"(\.cn-[a-z]+-\d\.amazonaws\.com)(?=/|\Z)"), r"\1.cn"),
)
"""Places of a cloud whose host is not as the pattern has it.
Source: https://cloud.google.com/vertex-ai/generative-ai/docs/learn/locations and
https://docs.aws.amazon.com/general/latest/gr/rande.html"""
_ANY_HOST = ("0.0.0.0", "[::]")  # noqa: S104  (they are recognised, not bound)


class Configured(NamedTuple):
    """A connection and what to say about its credential."""

    connection: Connection
    problem: str | None = None
    """What is wrong with the key's place, and what to do; `None` when nothing is."""
    looked_in: str | None = None
    """Where a key was found or looked for, such as `env:GROQ_API_KEY`; `None`: nobody named a place."""


def rows(config: Config, folder: Path) -> dict[str, Provider]:
    """Every provider by id: packaged rows, rows of `folder`, tables of the configuration.

    Later ones win, key by key. Raises `BadConfig` naming the file and the row that is wrong.
    """
    found = packaged()
    for path in _files(folder):
        try:
            row = tomllib.loads(path.read_text("utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise BadConfig(f"{path} cannot be read as a provider row: {error}") from None
        if "base_url" in row:  # whoever says where a server is has it looked for nowhere else
            row.setdefault("ports", [])
        found[path.stem] = _said(path.stem, row, found.get(path.stem), str(path))
    place = config.path or "the configuration"
    for name, table in config.providers.items():
        known, where = found.get(name), f"{place}, [providers.{name}]"
        if known is None and "base_url" not in table:
            raise BadConfig(f"{where}: {_unknown(name, found)}")
        _check_address(table, where)
        moved = {key: value for key, value in table.items() if key != "base_url" or not known}
        found[name] = _said(name, moved, known, where)
    return dict(sorted(found.items()))


def _said(name: str, table: Mapping[str, Any], known: Provider | None, where: str) -> Provider:
    _check_address(table, where)
    try:
        return _row(name, table, known)
    except BadReferenceData as error:
        raise BadConfig(f"{where}: {error}") from None


def _check_address(table: Mapping[str, Any], where: str) -> None:
    """Raise `BadConfig` for a base URL that nothing can be asked at; one with gaps is as it is."""
    address = table.get("base_url")
    if not isinstance(address, str) or _GAP.search(address):
        return
    try:
        origin(address)
    except Verdict as verdict:
        raise BadConfig(f"{where}: base_url cannot be used: {verdict}") from None


def _unknown(name: str, found: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, found, n=1)
    hint = f"did you mean {close[0]!r}?" if close else "`modeldex providers` lists them"
    return f"there is no provider {name!r}, {hint} (one of your own wants a base_url)"


def connections(
    found: Mapping[str, Provider],
    config: Config,
    environ: Mapping[str, str],
    kept: Mapping[str, str] | None = None,
) -> tuple[Configured, ...]:
    """One connection per enabled provider, with the key that is known for it.

    A key is looked for where the configuration says, else in the provider's variables, else
    where `kept` (provider id → reference) says.
    """
    return tuple(
        _connection(row, config.providers.get(name, {}), environ, (kept or {}).get(name))
        for name, row in found.items()
        if config.providers.get(name, {}).get("enabled", True)
    )


def known(configured: Iterable[Configured], names: Iterable[str]) -> None:
    """Raise `UnknownProvider` for a name that is no enabled provider."""
    ids = {one.connection.provider.id for one in configured}
    for name in sorted(set(names) - ids):
        close = difflib.get_close_matches(name, ids, n=1)
        hint = f"did you mean {close[0]!r}?" if close else "`modeldex providers` lists them"
        raise UnknownProvider(f"there is no provider {name!r} that is enabled; {hint}")


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.toml")) if folder.is_dir() else []


def _row(id: str, table: Mapping[str, Any], base: Provider | None) -> Provider:
    said = {key: value for key, value in table.items() if key not in OWN_KEYS}
    if base is not None:
        return provider(id, {**_without_id(msgspec.to_builtins(base)), **said})
    keyed = "api_key" in table or said.get("key_env")
    return provider(
        id,
        {
            "name": id,
            "dialect": "openai",
            "key": KeyNeed.LISTING if keyed else KeyNeed.NEVER,
            **said,
        },
    )


def _without_id(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "id" and value is not None}


def _connection(
    row: Provider, table: Mapping[str, Any], environ: Mapping[str, str], kept: str | None
) -> Configured:
    chained = _chained(row, table, environ)
    found = _usable(_credential(row, table, environ, kept))
    proof = None
    if found.secret is None and not found.problem and "api_key" not in table:
        found, proof = chained.credential, chained.proof
    moved = next((environ[name] for name in row.base_url_env if environ.get(name)), None)
    told = table.get("base_url") or (address(moved, row) if moved else None)
    base_url = told or row.base_url
    if not isinstance(base_url, str):
        raise BadConfig(f"[providers.{row.id}]: base_url is to be text")
    variables = _variables(row, environ, chained.variables)
    connection = Connection(
        provider=row,
        base_url=_complete(base_url, variables).rstrip("/"),
        secret=found.secret,
        secret_from=found.origin if found.secret else None,
        proof=proof,
        variables=variables,
        headers=filled_headers(row, variables),
        public_url=_public(row, table, base_url),
        chosen=told is not None,
        unfilled=tuple(
            row.variables[gap][0]
            for gap in _GAP.findall(base_url)
            if gap in row.variables and gap not in variables
        ),
    )
    return Configured(connection, found.problem, found.origin)


def _chained(row: Provider, table: Mapping[str, Any], environ: Mapping[str, str]) -> Found:
    metadata = table.get("instance_metadata", False)
    if not isinstance(metadata, bool):
        raise BadConfig(f"[providers.{row.id}]: instance_metadata is to be true or false")
    return from_chain(row.chain, environ, metadata=metadata)


def filled_headers(row: Provider, variables: Mapping[str, str]) -> dict[str, str]:
    """The row's headers with their gaps filled, without those that have a gap left."""
    return {
        name: _GAP.sub(lambda gap: variables[gap[1]], value)
        for name, value in row.headers.items()
        if all(gap in variables for gap in _GAP.findall(value))
    }


def _variables(
    row: Provider, environ: Mapping[str, str], otherwise: Mapping[str, str]
) -> dict[str, str]:
    found = {
        gap: next((environ[name] for name in names if environ.get(name)), otherwise.get(gap))
        for gap, names in row.variables.items()
    }
    return {gap: value for gap, value in found.items() if value is not None}


def _complete(address: str, variables: Mapping[str, str]) -> str:
    """The address with the gaps that are known filled, each by one host label or path segment.

    A gap that is all there is of an address may be filled with a whole one.
    """
    if (only := _ONLY_A_GAP.fullmatch(address)) and only[1] in variables:
        whole = variables[only[1]]
        return whole if "://" in whole else f"https://{whole}"
    filled = _GAP.sub(
        lambda gap: quote(variables[gap[1]], safe="") if gap[1] in variables else gap[0], address
    )
    for pattern, instead in _ELSEWHERE:
        filled = pattern.sub(instead, filled)
    return filled


def _public(row: Provider, table: Mapping[str, Any], base_url: str) -> str | None:
    """The public address; the row's own is not asked when somebody moved the base URL."""
    return row.public_url if base_url == row.base_url or "public_url" in table else None


def _credential(
    row: Provider, table: Mapping[str, Any], environ: Mapping[str, str], kept: str | None
) -> Credential:
    if row.auth is Auth.NONE:
        return Credential()
    reference = table.get("api_key")
    if reference is None:
        found = from_environment(row.key_env, environ)
        return from_reference(kept, environ) if kept and not found.secret else found
    if not isinstance(reference, str):
        raise BadConfig(
            f"[providers.{row.id}]: api_key is to be text: env:NAME, file:PATH, keyring:NAME"
        )
    return from_reference(reference, environ)


def _usable(found: Credential) -> Credential:
    """What was found, unless no header can carry it: then nobody is asked with it."""
    if found.secret is None or found.secret.can_be_key:
        return found
    said = "is no key as it stands: a line break, or a character that no key has; copy it again"
    return Credential(None, found.origin, f"{found.origin} {said}")


def address(moved: str, row: Provider) -> str:
    """A base URL from a variable: a bare host gets scheme and port, "any host" becomes this one.

    >>> from modeldex.providers import provider
    >>> row = provider("o", {"name": "O", "base_url": "http://localhost:11434", "dialect": "ollama", "local": True})
    >>> address("0.0.0.0:8080", row)
    'http://127.0.0.1:8080'
    """
    if "://" in moved:
        scheme, _, rest = moved.partition("://")
    else:
        scheme, rest = ("http" if row.local else "https"), moved
    for anyone in _ANY_HOST:
        if rest == anyone or rest.startswith((f"{anyone}:", f"{anyone}/")):
            rest = "127.0.0.1" + rest.removeprefix(anyone)
    host, slash, path = rest.partition("/")
    if row.local and "://" not in moved and ":" not in host:
        host += ":" + row.base_url.rpartition(":")[2].partition("/")[0]
    return f"{scheme}://{host}{slash}{path}"
