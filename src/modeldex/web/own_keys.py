"""The keys of a machine's one user: those found in its environment, and those kept here or by the command line."""

import asyncio
from collections.abc import Iterable
from typing import Protocol

from msgspec.structs import replace
from starlette.requests import Request

from ..domain.errors import BadAddress, BadKey, NotFound
from ..domain.outcome import Outcome
from ..domain.provider import Provider
from ..service.accounts.auditing import Action, write
from ..service.accounts.keeping import Given, host_of, vetted
from ..service.checking import KeyLine, Standing, standing_of
from ..service.connecting import Configured
from ..service.provider_lines import ProviderLine
from .account_documents import ConnectionDocument
from .house import house_of
from .problems import Problem, Wrong
from .single import Single
from .tenancy import occasion

PATIENCE_S = 20.0
"""Seconds for which an answer waits for a provider."""
_ONE_HERE = "set it in the configuration file, under [providers.{id}]"


class Wanted(Protocol):
    """What is said of a connection."""

    key: str | None
    base_url: str | None
    label: str


class OwnKeys:
    """One connection per provider; its id is the provider's."""

    def __init__(self, request: Request, single: Single) -> None:
        self._request, self._single, self._house = request, single, house_of(request)

    def all(self) -> list[ConnectionDocument]:
        """Every key that is found here, and those that were kept and are gone; may block."""
        kept = self._single.kept()
        lines = self._lines()
        return [
            _document(one, lines.get(one.connection.provider.id))
            for one in self._single.configured()
            if one.connection.secret is not None or one.connection.provider.id in kept
        ]

    def one(self, id: str) -> ConnectionDocument:
        """One of them; may block, and raises `NotFound`."""
        for found in self.all():
            if found.id == id:
                return found
        raise _not_there()

    async def add(self, provider: str, given: Wanted) -> ConnectionDocument:
        """Keep a key and ask its provider with it."""
        await asyncio.to_thread(self._add, provider, given)
        return await self._asked(provider)

    async def replace(self, id: str, given: Wanted) -> ConnectionDocument:
        """Put another key; without one the provider is only asked anew."""
        await asyncio.to_thread(self._replace, id, given)
        return await self._asked(id)

    async def check(self, id: str) -> ConnectionDocument:
        """Ask whether a key is good, and for its list, at once."""
        await asyncio.to_thread(self._noted_check, id)
        checked = asyncio.to_thread(self._single.check_keys, (id,))
        lines, found = await asyncio.gather(checked, self._asked(id))
        return _checked(found, lines)

    async def remove(self, id: str) -> None:
        """Remove a key that was kept, and what it opened."""
        await asyncio.to_thread(self._remove, id)
        await self._renewed(id)

    def _add(self, provider: str, given: Wanted) -> None:
        one = next(
            (one for one in self._single.configured() if one.connection.provider.id == provider),
            None,
        )
        if one is None:
            raise _wrong("provider", "there is no such provider that is enabled")
        key = _vetted(one, given)
        if key is None:
            raise BadKey("give a key; what is asked without one needs no connection")
        if provider in self._single.kept():
            raise Problem(409, "a key of this provider is kept already: replace it")
        self._not_elsewhere(one)
        self._keep(Action.KEY_ADDED, provider, key)

    def _replace(self, id: str, given: Wanted) -> None:
        one = self._own(id)
        key = _vetted(one, given)
        if key is not None:
            self._not_elsewhere(one)
            self._keep(Action.KEY_REPLACED, id, key)

    def _remove(self, id: str) -> None:
        self._not_elsewhere(self._own(id))
        self._write_down(Action.KEY_REMOVED, id)
        self._single.forget_key(id)

    def _noted_check(self, id: str) -> None:
        self._own(id)
        self._write_down(Action.KEY_CHECKED, id)

    def _keep(self, action: Action, provider: str, key: str) -> None:
        self._write_down(action, provider)
        self._single.keep_key(provider, key)

    def _write_down(self, action: Action, provider: str) -> None:
        write(self._single.accounts.opened(), occasion(self._request), action, provider)

    def _own(self, id: str) -> Configured:
        kept = self._single.kept()
        for one in self._single.configured():
            connection = one.connection
            if connection.provider.id == id and (connection.secret is not None or id in kept):
                return one
        raise _not_there()

    def _not_elsewhere(self, one: Configured) -> None:
        """Raise `Problem` (409) where the key in use is not one that was kept here."""
        connection = one.connection
        kept = self._single.kept().get(connection.provider.id)
        if connection.secret is not None and connection.secret_from != kept:
            raise Problem(
                409, f"the key in use is in {connection.secret_from}: change or remove it there"
            )

    async def _asked(self, id: str) -> ConnectionDocument:
        await self._renewed(id)
        return await asyncio.to_thread(self.one, id)

    async def _renewed(self, id: str) -> None:
        """Have the provider asked; one that takes too long is asked on while others answer."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._house.renewing.of({id})
        except TimeoutError:
            return

    def _lines(self) -> dict[str, ProviderLine]:
        catalog = self._house.shelf.opened.at(self._house.clock())
        return {line.provider: line for line in catalog.provider_lines()}


def _vetted(one: Configured, given: Wanted) -> str | None:
    """The key as it is to be kept; raises `BadKey` and `Problem` for what is not kept here."""
    connection = one.connection
    name = connection.provider.id
    if given.base_url is not None and given.base_url.rstrip("/") != connection.base_url:
        raise _wrong("base_url", f"the address is this machine's: {_ONE_HERE.format(id=name)}")
    if given.label:
        raise _wrong("label", "there is one connection per provider here, and it needs no label")
    return vetted(Given(provider=connection.provider, key=given.key))


def _document(one: Configured, line: ProviderLine | None) -> ConnectionDocument:
    connection, row = one.connection, one.connection.provider
    asked = line is not None and line.checked_at is not None
    hint = connection.secret.hint.removeprefix("…") if connection.secret else ""
    said = line.message if line is not None and asked else ""
    status = Outcome(line.outcome) if line is not None and asked else None
    return ConnectionDocument(
        id=row.id,
        provider=row.id,
        label="",
        base_url=connection.base_url if connection.base_url != row.base_url.rstrip("/") else None,
        host=_host(connection.base_url, one),
        key_from=connection.secret_from,
        last4=hint or None,
        fingerprint=connection.secret.fingerprint(row.id)[:12] if connection.secret else None,
        created_at=None,
        changed_at=None,
        status=status,
        standing=standing_of(status, row) if status and connection.secret else None,
        message=one.problem or said,
        key_url=row.key_url,
        fetched_at=line.fetched_at if line else None,
        checked_at=line.checked_at if line else None,
        models=_models(line, row) if line is not None and asked else None,
    )


def _models(line: ProviderLine, row: Provider) -> int | None:
    """How many it opens; `None` while no list of it ever came, unless it has none to send."""
    return line.models if line.fetched_at is not None or not row.listed else None


def _checked(found: ConnectionDocument, lines: Iterable[KeyLine]) -> ConnectionDocument:
    """The document with what the check itself said of the key."""
    for line in lines:
        if line.provider == found.provider and line.standing is not None:
            said = found.message if line.standing is Standing.GOOD else line.message
            return replace(found, standing=line.standing, message=said)
    return found


def _host(base_url: str, one: Configured) -> str:
    try:
        return host_of(Given(provider=one.connection.provider, base_url=base_url))
    except BadAddress:
        return base_url


def _wrong(field: str, message: str) -> Problem:
    return Problem(422, message, errors=(Wrong(where=f"body.{field}", message=message),))


def _not_there() -> NotFound:
    return NotFound("there is no such connection")
