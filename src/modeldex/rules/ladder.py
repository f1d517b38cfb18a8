"""Where a name leads: from what it says exactly, down to what it may have meant.

The rungs, in order; the first that holds decides, and what stands below it is never looked up:

1. an id of the catalog is itself, whatever else it might mean, and is never rewritten;
2. an id that was one leads to where its model went: renamed, replaced by its provider's word, or
   the best stand-in; so does one of no list whose provider announced an end that has come;
3. an alias; 4. an alias of former days; 5. the name that a provider uses;
6. what LiteLLM would call it (`together_ai/…`, `bedrock/us-east-1/…`), by prefix;
7. another spelling of any of these (`GPT 5`), or the name of a model as its lab released it, also
   in the words of one provider (`anthropic.claude-opus-4-8-v1:0`);
8. the name that a provider used until an announced end, also in another spelling.

A name that fits several models means none of them, unless exactly one can be called, or exactly
one is served by the lab that made it: to choose another vendor is not for a catalog to do. Such a
name passes through, with those models as alternatives; so does one that names a provider which
does not have the model, though others have. Such a name is only followed where it is to the letter
what the one provider that can be called calls a model, and the provider named cannot be called:
`openai/gpt-oss-120b` of somebody with a key of Groq and none of OpenAI. A name that is only like
another passes through too: a guess about a typing error is a suggestion, never an answer.

A model that is there no more and left nothing in its place is no answer: the name passes through
with what was said of its end, unless a lower rung holds. Nor is another vendor's that the user
cannot call, where the provider whose retired model had the name is known: that one's heir is.

Models of a service that is closed, those known to be out of reach and those that answer hours
later are put forward for no other name. Where it means nothing else, the last two stand beside it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from ..domain.catalog import How, Resolution
from ..domain.resolution import StandIn, Standing
from .alias import plain
from .litellm_names import Prefix, litellm_ids, without_skipped
from .names import Names
from .onward import LISTED, onward

_ALTERNATIVES = 5


class _Found(NamedTuple):
    ids: tuple[str, ...]
    how: How
    reason: str
    sure: bool = True
    """Whether the one that is meant may be chosen; else these are alternatives."""


class _Ended(NamedTuple):
    """A model that a rung led to, which is there no more and left nothing in its place."""

    id: str
    reasons: tuple[str, ...]
    refused: tuple[str, ...]


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
        went = onward(name, (name,), (), names)
        return _beside(went.place, ()) if went.place else _passed(name, went.refused, (), names)
    return _climbed(name, names, prefixes)


def _climbed(name: str, names: Names, prefixes: Mapping[str, Prefix]) -> Resolution:
    """Up the rungs, past those that lead to nothing or to a vendor that nobody named."""
    said, rest = _provider_said(name, names, prefixes)
    unsure: dict[str, None] = {}
    foreign: dict[str, None] = {}
    ended: list[_Ended] = []
    for found in _rungs(name, rest, said, names, prefixes):
        one = _one(found.ids, names) if found.sure else None
        unsure.update(dict.fromkeys(found.ids))
        if one is None:
            continue
        if _is_foreign(name, one, said, ended, names):
            foreign.update(dict.fromkeys(filter(names.can_propose, found.ids)))
            continue
        reached = _reached(name, one, found, names)
        if isinstance(reached, Resolution):
            return _beside(reached, tuple(foreign))
        ended.append(reached)
        unsure.update(dict.fromkeys(reached.refused))
    return _passed(name, tuple(unsure), ended, names)


def _is_foreign(
    name: str, one: str, said: tuple[str, ...], ended: Sequence[_Ended], names: Names
) -> bool:
    """Whether a model is that of another vendor, which this user cannot call, though the one whose
    model had the name is known: its end is no reason to choose another."""
    if names.can_call(one):
        return False
    gone = [*_retired(name, names), *(each.id for each in ended)]
    homes = (*said, *(each.partition("/")[0] for each in gone))
    return bool(gone) and not _of(homes, (one,))


def _retired(name: str, names: Names) -> tuple[str, ...]:
    return tuple(names.retired(name) or names.retired(plain(name)))


def _rungs(
    name: str, rest: str, said: tuple[str, ...], names: Names, prefixes: Mapping[str, Prefix]
) -> Iterator[_Found]:
    """What each rung leads to, one rung at a time."""
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
    reason = f"{name} was what its provider called it"
    yield _Found(_retired(name, names), How.REDIRECT, reason)


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
    """The one that is meant; `None` when that is not clear, or when none can be put forward."""
    ids = list(filter(names.can_propose, ids)) or [
        one for one in ids if names.standing(one) not in LISTED
    ]
    for narrower in (names.can_call, names.owned):
        if len(ids) < 2:
            break
        ids = [one for one in ids if narrower(one)] or ids
    return ids[0] if len(ids) == 1 else None


def _reached(name: str, id: str, found: _Found, names: Names) -> "Resolution | _Ended":
    """The model that was found, or what took its place; else what was said of its end."""
    chain = (name, id)
    standing = names.standing(id)
    if standing in (Standing.GONE, Standing.CLOSED):
        went = onward(id, chain, (found.reason,), names)
        said = names.end(id) or f"{id} {_gone(went.refused)}"
        return went.place or _Ended(id, (found.reason, said), went.refused)
    others = () if standing is Standing.LISTED else _ids(names.stand_ins(id))
    also = tuple(other for other in found.ids if other != id and names.can_propose(other))
    place = Resolution(
        id=id, how=found.how, chain=chain, alternatives=others, reasons=(found.reason,)
    )
    return _beside(place, also)


def _beside(place: Resolution, others: tuple[str, ...]) -> Resolution:
    """A place with more that may have been meant beside it."""
    beside = dict.fromkeys((*place.alternatives, *others))
    beside.pop(place.id, None)
    return replace(place, alternatives=tuple(beside)[:_ALTERNATIVES])


def _passed(name: str, unsure: Sequence[str], ended: Sequence[_Ended], names: Names) -> Resolution:
    """The name itself. Beside it what takes its place where its end is announced, the models that
    it may mean, or the ones with a similar name."""
    end = names.end(name)
    gone = names.standing(name) is Standing.GONE
    left = [name] if end or gone else [one.id for one in ended]
    heirs = [heir for one in left for heir in _ids(names.stand_ins(one))]
    meant = [*filter(names.can_propose, unsure)]
    kept = [one for one in unsure if names.standing(one) in LISTED]
    others = [*heirs, *meant] or kept
    if end:
        reasons: tuple[str, ...] = (end,)
    elif ended:
        reasons = ended[0].reasons
    elif gone:
        reasons = (f"it {_gone(kept)}",)
    elif meant:
        reasons = ("the models of that name are several, or another provider's",)
    elif kept:
        reasons = ("what has that name is out of reach, or answers hours later",)
    else:
        reasons = ("nothing is known by that name",)
    others = others or [*filter(names.can_propose, names.suggest(name))]
    place = Resolution(id=name, how=How.PASSED_THROUGH, chain=(name,), reasons=reasons)
    return _beside(place, tuple(others))


def _gone(refused: Sequence[str]) -> str:
    what = "nothing within reach" if refused else "nothing"
    return f"is gone, and {what} is known to take its place"


def _ids(proposals: Sequence[StandIn]) -> tuple[str, ...]:
    return tuple(one.id for one in proposals)[:_ALTERNATIVES]
