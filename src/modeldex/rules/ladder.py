"""Where a name leads: from what it says exactly, down to what it may have meant.

The rungs, in order; the first that holds decides, and what stands below it is never looked up:

1. an id of the catalog is itself, whatever else it might mean, and is never rewritten;
2. an id that was one leads to where its model went: renamed, replaced by its provider's word, or
   the best stand-in; so does one of no list whose provider announced an end that has come;
3. an alias; 4. an alias of former days; 5. the name that a provider uses;
6. what LiteLLM would call it (`together_ai/…`, `bedrock/us-east-1/…`), by prefix;
7. another spelling of any of these (`GPT 5`), or the name of a model as its lab released it, also
   in the words of one provider (`anthropic.claude-opus-4-8-v1:0`);
8. the name that a provider used until an announced end.

A name that fits several models means none of them, unless exactly one can be called, or exactly
one is served by the lab that made it: to choose another vendor is not for a catalog to do. Such a
name passes through, with those models as alternatives; so does one that names a provider which
does not have the model, though others have. Such a name is only followed where it is to the letter
what the one provider that can be called calls a model, and the provider named cannot be called:
`openai/gpt-oss-120b` of somebody with a key of Groq and none of OpenAI. A name that is only like
another passes through too: a guess about a typing error is a suggestion, never an answer.

Models of a service that is closed, those known to be out of reach and those that answer hours
later are put forward for no other name.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ..domain.catalog import How, Resolution
from ..domain.resolution import Ground, StandIn, Standing
from .alias import plain
from .litellm_names import Prefix, litellm_ids, without_skipped
from .names import Names

_ALTERNATIVES = 5
_LONGEST_CHAIN = 16


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
    if standing in (Standing.ENDING, Standing.CLOSED):
        closed = (names.end(name),) if standing is Standing.CLOSED else ()
        others = _ids(names.stand_ins(name))
        return Resolution(
            id=name, how=How.EXACT, chain=(name,), alternatives=others, reasons=closed
        )
    if standing is Standing.GONE:
        return _onward(name, (name,), (), names) or _passed(name, (), names)
    unsure: dict[str, None] = {}
    for found in _rungs(name, names, prefixes):
        one = _one(found.ids, names) if found.sure else None
        if one is not None:
            return _reached(name, one, found, names)
        unsure.update(dict.fromkeys(found.ids))
    return _passed(name, tuple(unsure), names)


def _rungs(name: str, names: Names, prefixes: Mapping[str, Prefix]) -> Iterator[_Found]:
    """What each rung leads to, one rung at a time."""
    said, rest = _provider_said(name, names, prefixes)
    if alias := names.alias(name):
        yield _Found((alias,), How.ALIAS, f"{name} is an alias of {alias}")
    if old := names.old_alias(name):
        yield _Found((old,), How.REDIRECT, f"{name} was an alias of {old}")
    yield _native(name, said, names)
    for one in litellm_ids(name, prefixes):
        if names.standing(one) is not Standing.UNKNOWN:
            yield _Found((one,), How.ALIAS, f"{name} is what LiteLLM calls {one}")
    for provider in said:
        mine = _of((provider,), names.spelled(rest)) or _of((provider,), names.base(rest, provider))
        yield _Found(mine, How.ALIAS, f"{name} is a spelling of its id")
    yield from _spelled(name, rest, said, names, prefixes)
    yield _Found(
        tuple(names.retired(name)), How.REDIRECT, f"{name} was what its provider called it"
    )


def _native(name: str, said: tuple[str, ...], names: Names) -> _Found:
    """The models that their provider calls so. Where the name says another provider, its own are
    meant, or those that can be called where that one cannot."""
    found = tuple(names.native(name))
    own = _of(said, found)
    sure = (
        bool(own)
        or not said
        or (any(map(names.can_call, found)) and not any(map(names.has_key, said)))
    )
    return _Found(own or found, How.ALIAS, f"{name} is what its provider calls it", sure)


def _of(providers: tuple[str, ...], ids: Sequence[str]) -> tuple[str, ...]:
    return tuple(one for one in ids if one.partition("/")[0] in providers)


def _spelled(
    name: str, rest: str, said: tuple[str, ...], names: Names, prefixes: Mapping[str, Prefix]
) -> Iterator[_Found]:
    """What a spelling means that is no provider's own; unsure where the name says a provider."""
    sure = not said
    if alias := names.alias(plain(name)):
        reason = f"{name} is a spelling of an alias of {alias}"
        yield _Found((alias,), How.ALIAS, reason, sure or bool(_of(said, (alias,))))
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
        return row.providers, without_skipped(rest, row)
    plainly = first.strip().lower()
    return ((plainly,), rest) if slash and names.is_provider(plainly) else ((), name)


def _providers_writing(name: str, prefixes: Mapping[str, Prefix]) -> Iterator[str]:
    """The providers whose spelling a name is."""
    for row in prefixes.values():
        if re.fullmatch(row.bare, name):
            yield from row.providers


def _one(ids: Sequence[str], names: Names) -> str | None:
    """The one that is meant; `None` when that is not clear."""
    if len(ids) < 2:
        return ids[0] if ids else None
    for narrower in (names.can_propose, names.can_call, names.owned):
        ids = [one for one in ids if narrower(one)] or ids
        if len(ids) == 1:
            return ids[0]
    return None


def _reached(name: str, id: str, found: _Found, names: Names) -> Resolution:
    chain = (name, id)
    standing = names.standing(id)
    if standing in (Standing.GONE, Standing.CLOSED):
        onward = _onward(id, chain, (found.reason,), names)
        if onward is not None:
            return onward
    others = () if standing is Standing.LISTED else _ids(names.stand_ins(id))
    if standing is Standing.CLOSED:
        reasons = (found.reason, names.end(id))
        return Resolution(
            id=name,
            how=How.PASSED_THROUGH,
            chain=(name,),
            alternatives=others,
            reasons=reasons,
        )
    also = [other for other in found.ids if other != id and names.can_propose(other)]
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
    """From a model that is gone to what took its place; `None` when nothing did.

    A successor that is ending itself is followed to its own, and taken only where nothing that
    stays can be.
    """
    if end := names.end(id):
        reasons = (*reasons, end)
    place, ending = id, None
    while len(chain) < _LONGEST_CHAIN:
        renamed = names.renamed(place)
        then = renamed or names.next(place)
        if not then or then in chain:
            break
        chain, reasons = (*chain, then), (*reasons, f"{place} was replaced by {then}")
        found = Resolution(id=then, how=How.REDIRECT, chain=chain, reasons=reasons)
        standing = names.standing(then)
        if standing is Standing.LISTED or (renamed and standing is Standing.ENDING):
            return found
        if standing is Standing.ENDING and ending is None:
            ending = found
        place = then
    proposals = names.stand_ins(id)
    best = _followed(id, proposals, names)
    if best is None or (ending is not None and best.id == ending.id):
        return ending
    why = f"{place} is gone" if ending is None else f"{ending.id} is ending itself"
    return Resolution(
        id=best.id,
        how=How.STAND_IN,
        chain=(*chain, best.id),
        alternatives=_ids([one for one in proposals if one is not best]),
        reasons=(*reasons, f"{why}; {'; '.join(best.reasons)}"),
    )


def _followed(id: str, proposals: Sequence[StandIn], names: Names) -> StandIn | None:
    """The proposal to follow: of the same lab at the same provider, else one that can be called;
    `None` where that would choose another vendor for somebody who can call none."""
    own = [one for one in proposals if _of((id.partition("/")[0],), (one.id,))]
    near = [one for one in own if one.ground in (Ground.NAMED, Ground.FAMILY, Ground.LAB)]
    return next(iter((*near, *(one for one in proposals if names.can_call(one.id)), *own)), None)


def _passed(name: str, unsure: Sequence[str], names: Names) -> Resolution:
    """The name itself. Beside it what takes its place where its end is announced, the models that
    it may mean, or the ones with a similar name."""
    end = names.end(name)
    gone = names.standing(name) is Standing.GONE
    heirs = _ids(names.stand_ins(name)) if end or gone else ()
    meant = tuple(filter(names.can_propose, unsure))
    others = dict.fromkeys((*heirs, *meant))
    if end:
        reason = end
    elif meant:
        reason = "the models of that name are several, or another provider's"
    elif gone:
        reason = "it is gone, and nothing is known to take its place"
    else:
        reason = "nothing is known by that name"
    return Resolution(
        id=name,
        how=How.PASSED_THROUGH,
        chain=(name,),
        alternatives=tuple(others or filter(names.can_propose, names.suggest(name)))[
            :_ALTERNATIVES
        ],
        reasons=(reason,),
    )


def _ids(proposals: Sequence[StandIn]) -> tuple[str, ...]:
    return tuple(one.id for one in proposals)[:_ALTERNATIVES]
