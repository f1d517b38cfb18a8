"""Where a name leads: from what it says exactly, down to what it may have meant.

The rungs, in order; the first that holds decides, and what stands below it is never looked up:

1. an id of the catalog is itself, whatever else it might mean, and is never rewritten;
2. an id that was one leads to where its model went: renamed, replaced by its provider's word, or
   the best stand-in;
3. an alias; 4. an alias of former days; 5. the name that a provider uses;
6. what LiteLLM would call it (`together_ai/…`, `bedrock/us-east-1/…`), by prefix;
7. another spelling of any of these (`GPT 5`), or the name of a model as its lab released it, also
   in the words of one provider (`anthropic.claude-opus-4-8-v1:0`).

A name that fits several models means none of them, unless exactly one can be called, or exactly
one is served by the lab that made it: to choose another vendor is not for a catalog to do. Such a
name passes through, with those models as alternatives; so does one that names a provider which
does not have the model, though others have. So does one that is only like another:
a guess about a typing error is a suggestion, never an answer.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

import msgspec

from ..domain.capability import Kind
from ..domain.catalog import How, Resolution
from ..domain.resolution import StandIn, Standing
from .alias import plain

_ALTERNATIVES = 5
_LONGEST_CHAIN = 16


class Names(Protocol):
    """What a catalog answers about names: point lookups, each called only when it is needed."""

    def standing(self, id: str) -> Standing:
        """What is known of an id."""

    def alias(self, name: str) -> str | None:
        """The id to which an alias leads now."""

    def old_alias(self, name: str) -> str | None:
        """The id to which an alias led last, if it leads nowhere now."""

    def native(self, name: str) -> Sequence[str]:
        """Ids of listed models that their provider calls by that name, or accepts it for."""

    def spelled(self, name: str) -> Sequence[str]:
        """Ids of listed models whose native id, or its last part, has the `base_names.key` of the
        name."""

    def base(self, name: str, provider: str) -> Sequence[str]:
        """Ids of listed models of the base that the name means in the words of a provider, or in
        everyone's when `provider` is empty; empty when it means none."""

    def next(self, id: str) -> str | None:
        """The id that took the place of one that is gone: its new name, or the named successor."""

    def stand_ins(self, id: str) -> Sequence[StandIn]:
        """Proposals for a model that is gone or ending, the best first."""

    def suggest(self, name: str) -> Sequence[str]:
        """Ids with a similar spelling."""

    def can_call(self, id: str) -> bool:
        """Whether this user can call the model."""

    def owned(self, id: str) -> bool:
        """Whether the lab that made the model serves it."""

    def is_provider(self, name: str) -> bool:
        """Whether a provider has that id."""


class Prefix(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row: what LiteLLM's prefix stands for."""

    providers: tuple[str, ...]
    """Our provider ids; the first that has the model is meant."""
    skip: str = "(?!)"
    """A regular expression of path parts that LiteLLM allows behind the prefix and that are no
    part of the name: regions, routes. Matched against whole parts."""
    last: int | None = None
    """The native id is the last so many parts; `None`: all of them."""
    within: str = ""
    """What the provider wants before a name without a slash."""
    bare: str = "(?!)"
    """A regular expression of whole names that are the provider's spelling without any prefix."""
    writes: bool = True
    """Whether a configuration of LiteLLM calls models by it: some stand in its price list alone, and
    for one somebody has to sign in by hand."""
    kinds: tuple[Kind, ...] = ()
    """Models of these kinds are called by it rather than by another prefix of their provider, and
    no others; empty: all kinds."""
    calls_at: str = ""
    """Where calls to the first provider belong, when LiteLLM by itself sends them elsewhere."""
    link: str
    checked: str


class _Found(NamedTuple):
    ids: tuple[str, ...]
    how: How
    reason: str
    sure: bool = True
    """Whether the one that is meant may be chosen; else these are alternatives."""


def lead(name: str, names: Names, prefixes: Mapping[str, Prefix]) -> Resolution:
    """Where `name` leads; an unknown one passes through untouched."""
    standing = names.standing(name)
    if standing is Standing.LISTED:
        return Resolution(id=name, how=How.EXACT, chain=(name,))
    if standing is Standing.ENDING:
        return Resolution(
            id=name, how=How.EXACT, chain=(name,), alternatives=_ids(names.stand_ins(name))
        )
    if standing is Standing.GONE:
        return _onward(name, (name,), (), names) or _passed(name, names)
    unsure: dict[str, None] = {}
    for found in _rungs(name, names, prefixes):
        one = _one(found.ids, names) if found.sure else None
        if one is not None:
            return _reached(name, one, found, names)
        unsure.update(dict.fromkeys(found.ids))
    if unsure:
        return Resolution(
            id=name,
            how=How.PASSED_THROUGH,
            chain=(name,),
            alternatives=tuple(unsure)[:_ALTERNATIVES],
            reasons=("the models of that name are several, or another provider's",),
        )
    return _passed(name, names)


def _rungs(name: str, names: Names, prefixes: Mapping[str, Prefix]) -> Iterator[_Found]:
    """What each rung leads to, one rung at a time."""
    if alias := names.alias(name):
        yield _Found((alias,), How.ALIAS, f"{name} is an alias of {alias}")
    if old := names.old_alias(name):
        yield _Found((old,), How.REDIRECT, f"{name} was an alias of {old}")
    yield _Found(tuple(names.native(name)), How.ALIAS, f"{name} is what its provider calls it")
    for one in litellm_ids(name, prefixes):
        if names.standing(one) is not Standing.UNKNOWN:
            yield _Found((one,), How.ALIAS, f"{name} is what LiteLLM calls {one}")
    yield from _spelled(name, names, prefixes)


def _spelled(name: str, names: Names, prefixes: Mapping[str, Prefix]) -> Iterator[_Found]:
    if alias := names.alias(plain(name)):
        yield _Found((alias,), How.ALIAS, f"{name} is a spelling of an alias of {alias}")
    said, rest = _provider_said(name, names, prefixes)
    for provider in said:
        mine = [one for one in names.spelled(rest) if one.startswith(f"{provider}/")]
        mine = mine or [one for one in names.base(rest, provider) if one.startswith(f"{provider}/")]
        yield _Found(tuple(mine), How.ALIAS, f"{name} is a spelling of its id")
    sure = not said
    yield _Found(tuple(names.spelled(rest)), How.ALIAS, f"{name} is a spelling of its name", sure)
    for provider in (*_providers_writing(name, prefixes), *said, ""):
        found = tuple(names.base(rest, provider))
        yield _Found(found, How.ALIAS, f"{name} is a name of the model", sure)


def _provider_said(
    name: str, names: Names, prefixes: Mapping[str, Prefix]
) -> tuple[tuple[str, ...], str]:
    """The providers that a name begins with, ours or LiteLLM's, and the rest of it."""
    first, slash, rest = name.partition("/")
    row = prefixes.get(first) if slash else None
    if row is not None:
        return row.providers, _without_skipped(rest, row)
    plainly = first.strip().lower()
    return ((plainly,), rest) if slash and names.is_provider(plainly) else ((), name)


def _providers_writing(name: str, prefixes: Mapping[str, Prefix]) -> Iterator[str]:
    """The providers whose spelling a name is."""
    for row in prefixes.values():
        if re.fullmatch(row.bare, name):
            yield from row.providers


def litellm_ids(name: str, prefixes: Mapping[str, Prefix]) -> Iterator[str]:
    """The ids that a name of LiteLLM's could be, the likeliest first; none without a known prefix."""
    prefix, slash, rest = name.partition("/")
    row = prefixes.get(prefix) if slash else None
    if row is None:
        return
    short = _without_skipped(rest, row)
    natives = dict.fromkeys((rest, short))
    if row.last is not None:
        natives["/".join(short.split("/")[-row.last :])] = None
    if row.within and "/" not in short:
        natives[row.within + short] = None
    for provider in row.providers:
        for native in natives:
            if (one := f"{provider}/{native}") != name:
                yield one


def _without_skipped(rest: str, row: Prefix) -> str:
    parts = rest.split("/")
    while len(parts) > 1 and re.fullmatch(row.skip, parts[0]):
        del parts[0]
    return "/".join(parts)


def _one(ids: Sequence[str], names: Names) -> str | None:
    """The one that is meant; `None` when that is not clear."""
    if len(ids) < 2:
        return ids[0] if ids else None
    for narrower in (names.can_call, names.owned):
        ids = [one for one in ids if narrower(one)] or ids
        if len(ids) == 1:
            return ids[0]
    return None


def _reached(name: str, id: str, found: _Found, names: Names) -> Resolution:
    chain = (name, id)
    standing = names.standing(id)
    if standing is Standing.GONE:
        onward = _onward(id, chain, (found.reason,), names)
        if onward is not None:
            return onward
    others = _ids(names.stand_ins(id)) if standing is Standing.ENDING else ()
    also = [other for other in found.ids if other != id]
    return Resolution(
        id=id,
        how=found.how,
        chain=chain,
        alternatives=tuple(dict.fromkeys((*others, *also)))[:_ALTERNATIVES],
        reasons=(found.reason,),
    )


def _onward(
    id: str, chain: tuple[str, ...], reasons: tuple[str, ...], names: Names
) -> Resolution | None:
    """From a model that is gone to what took its place; `None` when nothing did."""
    place = id
    while (then := names.next(place)) and then not in chain and len(chain) < _LONGEST_CHAIN:
        chain, reasons = (*chain, then), (*reasons, f"{place} was replaced by {then}")
        if names.standing(then) in (Standing.LISTED, Standing.ENDING):
            return Resolution(id=then, how=How.REDIRECT, chain=chain, reasons=reasons)
        place = then
    proposals = names.stand_ins(id)
    if not proposals:
        return None
    best = proposals[0]
    return Resolution(
        id=best.id,
        how=How.STAND_IN,
        chain=(*chain, best.id),
        alternatives=_ids(proposals[1:]),
        reasons=(*reasons, f"{place} is gone; {'; '.join(best.reasons)}"),
    )


def _passed(name: str, names: Names) -> Resolution:
    return Resolution(
        id=name,
        how=How.PASSED_THROUGH,
        chain=(name,),
        alternatives=tuple(names.suggest(name))[:_ALTERNATIVES],
        reasons=("nothing is known by that name",),
    )


def _ids(proposals: Sequence[StandIn]) -> tuple[str, ...]:
    return tuple(one.id for one in proposals)[:_ALTERNATIVES]
