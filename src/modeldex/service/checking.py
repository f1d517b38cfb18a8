"""Ask providers whether a key is good, and say honestly where nothing can be told."""

import asyncio
from collections.abc import Iterable, Sequence
from enum import StrEnum
from types import EllipsisType

import msgspec

from ..dialects import spoken
from ..domain.connection import Connection
from ..domain.outcome import Outcome
from ..domain.provider import KeyNeed, Provider
from ..providers import packaged
from ..rules.advice import address_place, sentence
from ..rules.keys import in_doubt, mistaken, proves
from .asking_bare import wants_key
from .connecting import Configured
from .discover import Asked, discover
from .finding_local import usual
from .workshop import Workshop

_UNTOLD = "sent its list to the key, and could not be asked without one"
_ANSWERED = (Outcome.OK, Outcome.PARTIAL, Outcome.EMPTY)


class Standing(StrEnum):
    """What is known of a key."""

    GOOD = "good"
    REFUSED = "refused"
    NOT_CHECKED = "not-checked"
    """The provider answers everybody; nothing it offers tells a good key from a bad one."""
    UNANSWERED = "unanswered"
    """The provider could not be asked, or failed for a reason that has nothing to do with the key."""
    MISSING = "missing"
    """No key is where it is said to be, or what is there can be none."""


class KeyLine(msgspec.Struct, frozen=True, kw_only=True):
    """One key: where it was found and what is known of it, never the key."""

    provider: str
    name: str
    key: str
    """Where it was found, such as `env:GROQ_API_KEY`."""
    hint: str
    """Its last four characters, or an ellipsis for a short one; empty when there is none."""
    standing: Standing | None = None
    """`None` when nobody asked."""
    message: str = ""
    """One sentence: what happened, and what to do."""


def keys(configured: Iterable[Configured]) -> tuple[KeyLine, ...]:
    """Every key that was found, or should have been, without asking anybody."""
    return tuple(_line(one) for one in configured if _expected(one))


async def check(parts: Workshop, configured: Sequence[Configured]) -> tuple[KeyLine, ...]:
    """Ask the provider of every key at once; publishes nothing.

    Where nobody has seen that its list wants a key, it is asked once more, without the key.
    """
    held = [one for one in configured if _expected(one)]
    asking = [one.connection for one in held if one.connection.secret and _may_ask(one.connection)]
    async with parts.open_transport(parts.limits) as transport:
        found = await discover(asking, transport, parts.limits, parts.clock, lambda _: None)
        unsure = [asked for asked in found if _unsure(asked)]
        bare = await asyncio.gather(*(wants_key(asked, transport) for asked in unsure))
    answers = {asked.connection.id: asked for asked in found}
    wanted = {asked.connection.id: one for asked, one in zip(unsure, bare, strict=True)}

    return await asyncio.to_thread(
        lambda: tuple(
            _judged(one, answers.get(one.connection.id), wanted.get(one.connection.id, ...))
            for one in held
        )
    )


def _may_ask(connection: Connection) -> bool:
    """Whether the key may be sent: to no server of this machine whose address nobody set."""
    return connection.askable and not usual(connection)


def _unsure(asked: Asked) -> bool:
    """Whether the key may be good, and the answer to it alone does not show it."""
    row, at = asked.connection.provider, asked.connection.base_url
    if asked.conclusion.outcome not in _ANSWERED or not in_doubt(row, packaged().get(row.id), at):
        return False
    return row.key is KeyNeed.NEVER or proves(row, spoken(row).routes)


def _expected(one: Configured) -> bool:
    return bool(one.connection.secret or one.problem)


def _line(one: Configured) -> KeyLine:
    connection = one.connection
    return KeyLine(
        provider=connection.provider.id,
        name=connection.provider.name,
        key=connection.secret_from or one.looked_in or "",
        hint=connection.secret.hint if connection.secret else "",
        standing=None if connection.secret else Standing.MISSING,
        message=one.problem or "",
    )


def _judged(
    one: Configured, asked: Asked | None, wanted: bool | EllipsisType | None = ...
) -> KeyLine:
    """The line with what asking showed; `wanted` is what asking without the key did, `...` where
    nobody asked so."""
    connection, line = one.connection, _line(one)
    row = connection.provider
    if connection.secret is None:
        return line
    odd = mistaken(connection.secret, row, packaged().values())
    if asked is None:
        said = sentence(
            Outcome.RETIRED if row.retired else Outcome.NO_KEY, row, unfilled=connection.unfilled
        )
        if usual(connection):
            where = f"set {address_place(row)} to where {row.name} runs"
            said = f"no key is sent to an address that nobody set; {where}"
        return msgspec.structs.replace(line, standing=Standing.UNANSWERED, message=said)
    standing = standing_of(asked.conclusion.outcome, row)
    if wanted is not ...:
        standing = Standing.GOOD if wanted else Standing.NOT_CHECKED
    message = sentence(
        asked.conclusion.outcome,
        row,
        detail=(standing is Standing.REFUSED and odd) or asked.conclusion.detail,
        secret_from=connection.secret_from,
        retry_in_s=asked.conclusion.retry_after_s,
    )
    if standing is Standing.NOT_CHECKED:
        alike = "answers with and without a key" if wanted is not None else _UNTOLD
        message = f"{row.name} {alike}: this one was not checked"
        message += f" ({odd})" if odd else ""
    return msgspec.structs.replace(
        line, standing=standing, message="" if standing is Standing.GOOD else message
    )


def standing_of(outcome: Outcome, row: Provider) -> Standing:
    """What asking for a provider's list with a key, and never without, says of the key."""
    if outcome in (Outcome.KEY_REJECTED, Outcome.FORBIDDEN):
        return Standing.REFUSED
    if outcome not in _ANSWERED:
        return Standing.UNANSWERED
    if in_doubt(row, packaged().get(row.id)):
        return Standing.NOT_CHECKED
    return Standing.GOOD if proves(row, spoken(row).routes) else Standing.NOT_CHECKED
