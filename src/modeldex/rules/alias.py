"""Short names for models: made from the id, given once, and kept.

The token of an id is the last part of its path without the endings that say how or when it was
made (`-instruct`, `-latest`, a day), in lower case, with `-` for every separator.

Who holds an alias keeps it for ever, also when the model is gone. Newcomers are judged together,
and the order in which they come changes nothing, since every question below is about the set:

1. a reserved name goes to the model for which it is reserved, and to no other;
2. a token that nobody holds goes to the one claimant that has a right to it: claimants served by
   the lab that made them come before resellers, and resellers of several providers have none;
   among those of one standing the only one, or the one that is written exactly like the token, or
   like the token with `-latest`;
3. everyone else gets the token with the beginning of a hash of the whole id, in base 36, as long
   as it takes for all of them to differ from each other and from every name that is taken.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from msgspec.structs import replace

from ..domain.alias import AliasSpan

LONGEST = 40
"""Characters of a token; a longer one is cut at a separator."""
_SHORTEST_HASH = 4
_LONGEST_HASH = 31
"""Base-36 digits of the whole hash of 160 bits."""
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_ENDINGS = (
    *("instruct", "it", "hf", "latest", "preview", "exp", "experimental", "free", "maas"),
    *("fp4", "fp8", "bf16", "fp16", "int4", "int8", "awq", "gptq", "gguf"),
)
_YEAR, _MONTH, _DAY = r"20[2-9]\d", r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
_DATES = (
    rf"{_YEAR}-?{_MONTH}-?{_DAY}",
    rf"{_MONTH}-{_DAY}",
    rf"{_MONTH}-{_YEAR}",
    rf"2[3-9]{_MONTH}",
    rf"{_MONTH}{_DAY}",
    r"00\d",
    r"v\d+-\d+",
)
_NOISE = re.compile(rf"(.+?)-(?:{'|'.join((*_ENDINGS, *_DATES))})")
_SEPARATORS = re.compile(r"[^a-z0-9]+")


class Assigned(NamedTuple):
    """What is to be written down; everything else stays as it is."""

    given: tuple[AliasSpan, ...]
    """New stretches, by alias."""
    ended: tuple[AliasSpan, ...]
    """Stretches that were open and are closed now, by alias."""


@lru_cache(maxsize=4096)
def token(id: str) -> str:
    """The short name that an id asks for; empty when it has neither letter nor digit.

    >>> token("anthropic/claude-haiku-4-5-20251001"), token("groq/openai/gpt-oss-120b")
    ('claude-haiku-4-5', 'gpt-oss-120b')
    """
    name = written = plain(id.rpartition("/")[2])
    while found := _NOISE.fullmatch(name):
        name = found[1]
    if len(name) > LONGEST:
        name = name[: LONGEST + 1].rpartition("-")[0] or name[:LONGEST]
    return name or written


def plain(text: str) -> str:
    """Lower-case letters and digits of ASCII with single `-` between them."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _SEPARATORS.sub("-", folded.replace("+", "-plus")).strip("-")


def hashed(id: str, digits: int) -> str:
    """The first base-36 digits of a hash of the whole id; the same everywhere and for ever."""
    number = int.from_bytes(blake2b(id.encode(), digest_size=20).digest())
    found = []
    for _ in range(digits):
        number, digit = divmod(number, 36)
        found.append(_DIGITS[digit])
    return "".join(found)


def assign(
    held: Mapping[str, AliasSpan],
    ids: Iterable[str],
    reserved: Mapping[str, str],
    now: datetime,
    owned: Collection[str] = frozenset(),
) -> Assigned:
    """The aliases that are new at `now`, for ids that have none of their own making yet.

    `held` has every alias ever given, with its newest stretch; `reserved` (alias → id) is what
    people decided, and the only thing that takes an alias from another model; `owned` are the ids
    that the lab which made the model serves itself. An alias that was ever held by another model
    is not given anew, so that an old one never comes to mean something else by itself.
    """
    newcomers = set(ids)
    told = {
        alias: one
        for alias, one in sorted(reserved.items())
        if one in newcomers or (alias in held and held[alias].id == one)
    }
    due = {a: one for a, one in told.items() if a not in held or not _leads(held[a], one)}
    has_own = {span.id for alias, span in held.items() if alias not in reserved}
    has_own |= {one for alias, one in told.items() if alias == token(one)}
    named = _named(newcomers - has_own, held.keys() | reserved.keys(), frozenset(owned))
    given = {**due, **{alias: one for one, alias in named.items()}}
    return Assigned(
        tuple(AliasSpan(alias=a, id=one, since=now) for a, one in sorted(given.items())),
        tuple(replace(held[a], until=now) for a in due if a in held and held[a].until is None),
    )


def moved(held: Mapping[str, AliasSpan], names: Mapping[str, str], now: datetime) -> Assigned:
    """What becomes of aliases when a provider renames models: they follow.

    `names` leads from old ids to new ones. Call it before `assign`.
    """
    due = [span for _, span in sorted(held.items()) if span.until is None and span.id in names]
    return Assigned(
        tuple(AliasSpan(alias=span.alias, id=names[span.id], since=now) for span in due),
        tuple(replace(span, until=now) for span in due),
    )


def _leads(span: AliasSpan, id: str) -> bool:
    return span.until is None and span.id == id


def _named(ids: set[str], taken: Collection[str], owned: frozenset[str]) -> dict[str, str]:
    """Id → alias. Every round asks only about sets of ids, so that their order cannot matter."""
    digits = dict.fromkeys(ids, 0)
    beaten = ids
    while beaten:
        claims: dict[str, list[str]] = {}
        for one in ids:
            claims.setdefault(_wish(one, digits[one]), []).append(one)
        beaten = set()
        for name, claimants in claims.items():
            winner = None if name in taken or not name else _winner(claimants, digits, owned)
            beaten.update(one for one in claimants if one != winner)
        for one in beaten:
            digits[one] = max(_SHORTEST_HASH, digits[one] + 1)
            assert digits[one] <= _LONGEST_HASH, "two ids have the same hash of 160 bits"
    return {one: _wish(one, length) for one, length in digits.items()}


def _wish(id: str, digits: int) -> str:
    if not digits:
        return token(id)
    return f"{token(id)}-{hashed(id, digits)}".removeprefix("-")


def _winner(
    claimants: Collection[str], digits: Mapping[str, int], owned: Collection[str]
) -> str | None:
    """The one that has a right to the name; `None` when nobody has, or several have."""
    plainly = [one for one in claimants if not digits[one]]
    if not plainly:
        return next(iter(claimants)) if len(claimants) == 1 else None
    first = [one for one in plainly if one in owned] or plainly
    if len(first) == 1:
        return first[0]
    if first[0] not in owned and len({one.partition("/")[0] for one in first}) > 1:
        return None
    for ending in ("", "-latest"):
        written = [one for one in first if plain(one.rpartition("/")[2]) == token(one) + ending]
        if written:
            return min(written, key=lambda one: (len(one), one))
    return None
