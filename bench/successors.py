"""How well successors are found: `python -m bench.successors`; it fails below the promised shares.

What a provider's own page or list announced is held against what the rules propose from the list
of models that the provider had at the time, once with the announcement and once without. An
announcement counts where all of it can be known:

* the model was in a recorded list, or a dataset knows it: others can be in no catalog;
* a list recorded within `NEAR` of the announcement has an announced replacement, which is not
  announced to end itself; else, where a page was brought up to date later, a list of that time.

A proposal is the announced one when it is of the same line, version and size: a name and the same
name with a day are one release (`gpt-5.5`, `gpt-5.5-2026-04-23`).

With the announcement the share says that the word is understood and not overruled; without it, how
well the rules guess. The weights of the rules were fitted to these same announcements.

Last a fresh catalog is asked for the models of the packaged tables by id (`public_way`).
"""

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import NamedTuple

from msgspec.structs import replace

from modeldex.domain.capability import Access
from modeldex.domain.lifecycle import Lifecycle
from modeldex.domain.model import Model, Tier
from modeldex.domain.resolution import StandIn
from modeldex.knowledge.editions import packaged_editions
from modeldex.knowledge.known import Known
from modeldex.knowledge.pack import load
from modeldex.knowledge.recalling import recalled
from modeldex.providers import packaged
from modeldex.rules.lineage import Generation, line
from modeldex.rules.resolve import Resolver
from modeldex.rules.standing_in import stand_ins

from .announced import Announced, announcements, days, gone, lists, rows
from .public_way import Way, walked

FIRST_WHEN_KNOWN = 0.90
IN_THREE_WHEN_HIDDEN = 0.75
NEAR = timedelta(days=75)
Ends = Mapping[tuple[str, str], date]
"""(provider, native id or base) → the first day on which its end was known."""
_LATER = date.max


class Case(NamedTuple):
    """An announcement and the models that were there: those that may be proposed, those whose end
    was known by then, and of each a copy that cannot be called."""

    announced: Announced
    gone: Model
    day: date
    pool: tuple[Model, ...]
    wanted: frozenset[Generation]


def ends() -> Ends:
    """When the end of each id, and of each base, was first known; of a base, by any of its ids."""
    found: dict[tuple[str, str], date] = {}
    for row in rows():
        noted = days(row)
        if not noted or not (row["replacements"] or row["shutdown"]):
            continue
        for told in gone(row):
            for name in {told, model(row["provider"], told).base or told}:
                place = row["provider"], name
                found[place] = min([*noted, found.get(place, _LATER)])
    return found


def ending(known: Ends, one: Model, day: date) -> bool:
    names = (one.native_id, one.base or one.native_id)
    return min(known.get((one.provider, name), _LATER) for name in names) <= day


@cache
def _build() -> tuple[Resolver, Known]:
    known = Known.packaged()
    return Resolver(datetime(2026, 11, 20, tzinfo=UTC), known.authorities()), known


@cache
def model(provider: str, native_id: str) -> Model:
    """The model as a catalog shows it, without what is known of its end and its successor."""
    resolver, known = _build()
    said = [*known.claims(provider, native_id)]
    said += known.guess(provider, native_id, [claims for _, claims in said])
    made = resolver.model(
        packaged()[provider], native_id, said, tier=Tier.MANIFEST, seen=None, first_seen=None
    )
    return _without_end(made)


def _without_end(one: Model) -> Model:
    return replace(one, lifecycle=None, retires_on=None, successor=None)


def in_datasets() -> frozenset[tuple[str, str]]:
    """The models of which some dataset says anything."""
    said = recalled(load().packed, packaged_editions()).values()
    return frozenset(
        (provider, one) for each in said for provider, ids in each.models.items() for one in ids
    )


def cases(told: Counter[str]) -> Iterator[Case]:
    """The announcements that can be held against the rules; `told` counts the others by reason."""
    recorded, known, over = lists(), in_datasets(), ends()
    listed = {
        (provider, one)
        for provider, days in recorded.items()
        for ids in days.values()
        for one in ids
    }
    for one in announcements():
        if (one.provider, one.gone) not in known | listed:
            told["in no list and in no dataset"] += 1
            continue
        day = _when(one, recorded[one.provider], over, told)
        if day is None:
            continue
        pool = tuple(model(one.provider, native) for native in sorted(recorded[one.provider][day]))
        over_by = {m.id for m in pool if ending(over, m, day)} | {f"{one.provider}/{one.gone}"}
        there = tuple(
            replace(m, lifecycle=Lifecycle.DEPRECATED) if m.id in over_by else m for m in pool
        )
        locked = tuple(replace(m, id=f"{m.id}@locked", access=Access.NOT_CALLABLE) for m in pool)
        wanted = frozenset(
            line(m.id).generation
            for m in pool
            if m.native_id in one.replacements and m.id not in over_by
        )
        yield Case(one, model(one.provider, one.gone), day, (*there, *locked), wanted)


def _when(
    one: Announced, days: Mapping[date, frozenset[str]], over: Ends, told: Counter[str]
) -> date | None:
    replacements = [model(one.provider, name) for name in one.replacements]
    for anchor in (one.first, one.read):
        for day in sorted(days, key=lambda day: (abs(day - anchor), day)):
            if abs(day - anchor) <= NEAR and any(
                new.native_id in days[day] and not ending(over, new, day) for new in replacements
            ):
                return day
        if any(new.released is not None and new.released <= one.first for new in replacements):
            told["announced when no list was recorded"] += 1
            return None
    told["no recorded list has the replacement"] += 1
    return None


class Score(NamedTuple):
    """What came of some cases."""

    cases: int = 0
    first: int = 0
    in_three: int = 0
    refused: int = 0
    """Proposals of models that are deprecated, about to retire or out of reach."""

    def after(self, case: Case, found: Sequence[StandIn]) -> "Score":
        ranked = [line(one.id).generation in case.wanted for one in found]
        open_ = {one.id for one in case.pool if one.lifecycle is None and one.access is None}
        wrong = sum(one.id not in open_ for one in found)
        return Score(
            self.cases + 1,
            self.first + any(ranked[:1]),
            self.in_three + any(ranked[:3]),
            self.refused + wrong,
        )


def score(every: Sequence[Case], *, hidden: bool, told: bool) -> dict[str, Score]:
    """By provider; `told` prints the cases in which the announced one is not in the first three."""
    found: dict[str, Score] = defaultdict(Score)
    for case in every:
        named = () if hidden else case.announced.replacements
        proposed = stand_ins(case.gone, case.pool, case.day, named=named)
        before = found[case.announced.provider]
        found[case.announced.provider] = after = before.after(case, proposed)
        if told and after.in_three == before.in_three:
            ids = ", ".join(one.id.partition("/")[2] for one in proposed)
            print(f"    {case.gone.id} → {'/'.join(case.announced.replacements)}: {ids or '-'}")
    return found


def summed(scores: Mapping[str, Score]) -> Score:
    return Score(*(sum(each) for each in zip(*scores.values(), strict=True)))


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--missed", action="store_true", help="print each case that is missed")
    told: Counter[str] = Counter()
    every = list(cases(told))
    known = summed(score(every, hidden=False, told=False))
    by = score(every, hidden=True, told=asked.parse_args().missed)
    hidden = summed(by)
    print(f"{len(every)} announced replacements; left out:")
    for reason, many in told.most_common():
        print(f"  {many:4} {reason}")
    for provider, one in sorted(by.items()):
        print(f"  {provider:10} hidden: {one.in_three:3} of {one.cases:3} in the first three")
    good = [
        _shown("source known, announced one first", known.first, known.cases, FIRST_WHEN_KNOWN),
        _shown("hidden, in the first three", hidden.in_three, hidden.cases, IN_THREE_WHEN_HIDDEN),
    ]
    refused = known.refused + hidden.refused
    print(f"{'ok ' if not refused else 'BAD'} deprecated or uncallable proposals: {refused}")
    return 0 if _told(walked()) and all(good) and not refused else 1


def _told(way: Way) -> bool:
    """Print what a fresh catalog answers, and say whether it is good."""
    what = f"by id, {way.asked} ended models of no list: led to the announced one"
    good = _shown(what, way.led, way.there, FIRST_WHEN_KNOWN)
    for word, ids in (("passed through in silence", way.silent), ("refused", way.refused)):
        print(f"{'BAD' if ids else 'ok '} {word}: {len(ids)} {' '.join(ids)}".rstrip())
    return good and not way.silent and not way.refused


def _shown(what: str, hits: int, of: int, least: float) -> bool:
    good = hits >= least * of
    print(
        f"{'ok ' if good else 'BAD'} {what}: {hits} of {of} ({hits / of:.1%}, at least {least:.0%})"
    )
    return good


if __name__ == "__main__":
    sys.exit(main())
