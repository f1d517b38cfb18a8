"""A provider of one's own: ask an address, say what was understood, write the row."""

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from ..credentials.finding import from_environment
from ..dialects import spoken
from ..dialects.additions import UNREAD
from ..domain.claims import Claims
from ..domain.connection import Connection
from ..domain.errors import BadConfig, ModeldexError
from ..domain.listing import Answer, Ask, Page, Reading
from ..domain.outcome import Outcome, Unreadable, Verdict
from ..domain.price import PriceUnit
from ..domain.provider import Auth, KeyNeed, Provider
from ..domain.secret import Secret
from ..providers import packaged
from ..rules.recognising import CLUES, OPENAI_LIKE, recognised
from ..rules.understanding import Example, fields_read, fields_unread, price_example
from ..rules.verdict import judge
from ..storage.durable import private_folder, put_whole, writing_to
from ..transport.client import Transport
from ..transport.guard import origin
from .discover import first_ask
from .workshop import Workshop

_BELOW = ("", "/v1", "/api/v1", "/openai/v1", "/api")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_LOOKED_AT = 200


class NotUnderstood(ModeldexError):
    """An address answers with no list of models that could be read."""


class Understood(NamedTuple):
    """What an address is."""

    row: Provider
    kind: str
    """The row whose kind of server it is, or `openai`."""
    models: int
    """Zero for a list that is empty now, as that of a server which has loaded none."""
    reads: Mapping[str, str]
    """Field → what it is read as."""
    unknown: Mapping[str, int]
    """Fields that nothing is made of, with the number of records that have each. A list that is
    empty now has none."""
    price: Example | None
    """A price whose unit is not declared; `None` when there is none, or when it is."""
    needs_key: bool


async def asked(
    parts: Workshop,
    environ: Mapping[str, str],
    address: str,
    *,
    name: str | None = None,
    key_env: str | None = None,
    unit: PriceUnit | None = None,
) -> Understood:
    """Ask an address what it is, with the key that `key_env` holds.

    Raises `NotUnderstood`, and `BadConfig` for an address or a variable that is none.
    """
    found = from_environment((key_env,) if key_env else (), environ)
    if key_env and found.secret is None:
        raise BadConfig(f"the variable {key_env} holds no key: set it, or leave out --key-env")
    async with parts.open_transport(parts.limits) as transport:
        return await understood(
            address, transport, name=name, key=found.secret, key_env=key_env, unit=unit
        )


async def understood(
    address: str,
    transport: Transport,
    *,
    name: str | None = None,
    key: Secret | None = None,
    key_env: str | None = None,
    unit: PriceUnit | None = None,
) -> Understood:
    """Ask an address and the usual places below it; raises `NotUnderstood` saying what was met.

    A list that is empty now is one, where no other has models.
    The key, if any, goes to the host of `address` only. Nothing is written.
    """
    base = _base(address)
    met: list[str] = []
    kind = await _kind(base, transport)
    known = packaged().get(kind or "")
    if known is not None and known.local:
        dialect, need = known.dialect, known.key
    else:
        kind, dialect, need = OPENAI_LIKE, "openai", KeyNeed.NEVER
    empty: Understood | None = None
    for below in _BELOW:
        row = _row(base + below, dialect, need, name=name, key_env=key_env, unit=unit)
        found = await _read(row, key, transport, met)
        if found is None or (empty and not found[0].claims):
            continue
        public = key is None or await _alike(row, found[0], transport)
        row = msgspec.structs.replace(row, key=_need(key_env, public))
        said = _said(row, kind or OPENAI_LIKE, *found, needs_key=not public)
        if said.models:
            return said
        empty = said
    if empty is not None:
        return empty
    hint = "check the address, give it with --key-env if it wants a key, or write the row by hand"
    raise NotUnderstood(f"no list of models was found at {base} ({_brief(met)})", hint=hint)


async def _alike(row: Provider, keyed: Reading, transport: Transport) -> bool:
    """Whether a list that came with a key comes without one too."""
    bare = await _read(row, None, transport, [])
    return bare is not None and (bool(bare[0].claims) or not keyed.claims)


def _need(key_env: str | None, public: bool) -> KeyNeed:
    if key_env is None:
        return KeyNeed.NEVER
    return KeyNeed.CALLING if public else KeyNeed.LISTING


def _said(
    row: Provider, kind: str, reading: Reading, body: bytes, *, needs_key: bool
) -> Understood:
    records = _records(body)
    plain = row.dialect == "openai"
    reads = fields_read(records, partial(_alone, row)) if plain else {}
    unread = fields_unread(records, {"id", *UNREAD, *reads}) if plain else {}
    return Understood(
        row=row,
        kind=kind,
        models=len(reading.claims),
        reads=reads,
        unknown={**unread, **reading.unknown_fields},
        price=price_example(records) if plain and row.price_unit is None else None,
        needs_key=needs_key,
    )


def _alone(row: Provider, record: Mapping[str, Any]) -> Claims | None:
    """What is read of one record; `None` for one that cannot be."""
    page = Page(
        ask=Ask(route="models", path="models"), body=msgspec.json.encode({"data": [record]})
    )
    return next(iter(spoken(row).read(page).claims), None)


async def _kind(base: str, transport: Transport) -> str | None:
    parts = urlsplit(base)
    root = f"{parts.scheme}://{parts.netloc}"
    stranger = Connection(provider=_row(root, "openai", KeyNeed.NEVER), base_url=root)
    answers: dict[str, Answer] = {}
    for path in CLUES:
        try:
            ask = Ask(route="clue", path=path.removeprefix("/"), sends_key=False)
            answers[path] = await transport.fetch(stranger, ask)
        except Verdict:
            continue
    return recognised(answers)


async def _read(
    row: Provider, key: Secret | None, transport: Transport, met: list[str]
) -> tuple[Reading, bytes] | None:
    connection = Connection(provider=row, base_url=row.base_url, secret=key)
    for route in spoken(row).routes:
        ask = first_ask(route, connection)
        try:
            answer = await transport.fetch(connection, ask)
            if verdict := judge(answer, keyed=key is not None):
                raise verdict
            page = Page(ask=ask, body=answer.body)
            reading = spoken(row).read(page)
        except Verdict as verdict:
            if verdict.outcome is not Outcome.MOVED:
                met.append(verdict.outcome)
            continue
        except Unreadable:
            met.append("no list")
            continue
        if reading.claims or _is_empty(answer.body):
            return reading, answer.body
        met.append("no list")
    return None


def _is_empty(body: bytes) -> bool:
    """Whether a body is a list of models without any: a bare `[]` may be anything."""
    outer = msgspec.json.decode(body)
    return isinstance(outer, dict) and any(outer.get(name) == [] for name in ("data", "models"))


def _row(
    base_url: str,
    dialect: str,
    need: KeyNeed,
    *,
    name: str | None = None,
    key_env: str | None = None,
    unit: PriceUnit | None = None,
) -> Provider:
    host = urlsplit(base_url).hostname or "server"
    here = host in ("localhost", "127.0.0.1", "::1")
    return Provider(
        id=name or _id(base_url),
        name=name or host,
        base_url=base_url,
        dialect=dialect,
        key=need,
        auth=Auth.BEARER if key_env else Auth.NONE,
        key_env=(key_env,) if key_env else (),
        price_unit=unit,
        local=here,
    )


def _id(address: str) -> str:
    """A name for a server, made of its host: `models.example.com` is `example`."""
    parts = urlsplit(address)
    host = (parts.hostname or "server").lower()
    if host in ("localhost", "127.0.0.1", "::1"):
        return f"local-{parts.port or 80}"
    labels = host.split(".")
    best = labels[-2] if len(labels) > 1 and not labels[-1].isdigit() else "-".join(labels)
    return re.sub(r"[^a-z0-9-]", "-", best)


def _base(address: str) -> str:
    """The address without what belongs to one request; raises `BadConfig`."""
    text = address if "://" in address else f"https://{address}"
    if "@" in text.partition("://")[2].partition("/")[0]:
        raise BadConfig("the address carries a key or password: leave it out, and use --key-env")
    try:
        origin(text)
    except Verdict as verdict:
        raise BadConfig(f"this is no address of a server ({verdict}): give https://…") from None
    parts = urlsplit(text)
    path = re.sub(r"/(chat/completions|models)/?$", "", parts.path.rstrip("/"))
    return f"{parts.scheme}://{parts.netloc}{path}"


def _records(body: bytes) -> list[Mapping[str, Any]]:
    outer = msgspec.json.decode(body)
    found = outer if isinstance(outer, list) else outer.get("data") or outer.get("models") or []
    return [one for one in found[:_LOOKED_AT] if isinstance(one, dict)]


def _brief(met: list[str]) -> str:
    return ", ".join(dict.fromkeys(met)) or "nothing answered"


def write_row(folder: Path, row: Provider, *, replace: bool = False) -> Path:
    """Write the row where the user's own rows are; raises `BadConfig` for a name that is taken."""
    if not _NAME.fullmatch(row.id):
        raise BadConfig(f"{row.id!r} is no name for a provider: use small letters, digits and -")
    path = folder / f"{row.id}.toml"
    if row.id in packaged() and not replace:
        raise BadConfig(f"{row.id!r} is a packaged provider: give another name with --name")
    if path.exists() and not replace:
        raise BadConfig(f"{path} is there already: give another --name, or --replace it")
    private_folder(folder)
    with writing_to(path):
        put_whole(path, row_text(row).encode())
    return path


def row_text(row: Provider) -> str:
    """The row as the user would write it: what differs from the defaults."""
    said = msgspec.to_builtins(row)
    plain = msgspec.to_builtins(Provider(id="", name="", base_url="", dialect=""))
    kept = {key: value for key, value in said.items() if key != "id" and value != plain.get(key)}
    return "".join(f"{key} = {_toml(value)}\n" for key, value in kept.items())


def _toml(value: Any) -> str:
    """A value as TOML, which reads the JSON of texts, numbers, truths and lists of them."""
    return msgspec.json.encode(value).decode()
