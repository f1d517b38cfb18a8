"""Play the recorded series through the rules: `python -m bench.replay`; it fails when one is broken.

Together's answer of 91 of its 228 models (2026-04-12) is known from the watcher's log; the series
has the whole list of that day, so that the answer is made from it here, by three ways of cutting.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import NamedTuple

from modeldex.domain.change import Change, ChangeKind
from modeldex.domain.lifecycle import Lifecycle
from modeldex.domain.source import Source

from . import naive
from .feeds import SERIES, Feed, feed, feeds, row, series
from .following import Followed, State, follow, restarted

_FACTS = (ChangeKind.PRICE, ChangeKind.LIMIT)
_GONE = (Lifecycle.DEPRECATED, Lifecycle.REMOVED)


class Played(NamedTuple):
    """A series and what came of each of its lists."""

    name: str
    feeds: Sequence[Feed]
    results: Sequence[Followed]

    @property
    def changes(self) -> list[Change]:
        return [change for result in self.results for change in result.changes]

    @property
    def taken(self) -> list[Feed]:
        """The lists that were not held."""
        return [
            feed for feed, result in zip(self.feeds, self.results, strict=True) if not result.hold
        ]


class Line(NamedTuple):
    """One thing to show: the figure, and whether it is as it must be."""

    text: str
    good: bool = True


def play(name: str, lists: Iterable[Feed]) -> Played:
    """The series from the first list to the last, without a break."""
    state, results, played = State(), [], []
    for one in lists:
        results.append(follow(state, one))
        played.append(one)
        state = results[-1].state
    return Played(name, played, results)


def removals(played: Played) -> list[Line]:
    """Nothing removed, or deprecated for want of it, that came back; nothing lost for good missed."""
    absences = naive.absences(played.feeds)
    soon = [one for one in absences if one.within(14)]
    false = [one for one in soon if _taken_for_gone(played, one)]
    lasting = [one for one in absences if one.back_at is None]
    found, held, late, never, flapping = 0, 0, 0, 0, 0
    told = {(c.at, c.id) for c in played.changes if c.kind is ChangeKind.MISSING}
    for one in lasting:
        seen = next((f.at for f in played.taken if f.at >= one.missing_at), None)
        held += seen != one.missing_at
        if seen is None:
            never += 1
            continue
        at_once = _after(played, seen).memory.models[one.id].missing_since == seen
        found += at_once and seen == one.missing_at
        late += at_once and seen != one.missing_at
        flapping += (seen, one.id) not in told
    lines = [
        Line(f"back within 14 days {len(soon)}, taken for gone {len(false)}", not false),
        Line(
            f"gone for good {len(lasting)}: found on the first list without it {found}, that list"
            f" held {held}; of the found {flapping} told later, as they had flapped",
            found == len(lasting) - held,
        ),
    ]
    if held:
        text = f"of the {held} held: found on the next list that was taken {late}, none taken since {never}"
        lines.append(Line(text, late + never == held))
    return lines


def _after(played: Played, at: object) -> State:
    return next(r.state for f, r in zip(played.feeds, played.results, strict=True) if f.at == at)


def _taken_for_gone(played: Played, absence: naive.Absence) -> bool:
    """Whether some list of the absence left the model deprecated or removed, unannounced."""
    for one, result in zip(played.feeds, played.results, strict=True):
        if absence.missing_at <= one.at and (absence.back_at is None or one.at < absence.back_at):
            known = result.state.memory.models[absence.id]
            if known.lifecycle in _GONE and known.announced_by is None:
                return True
    return False


def facts(played: Played) -> list[Line]:
    """Price and context changes, against the raw records of the lists that were taken."""
    fields = naive.FIELDS.get(played.name, {})
    expected = naive.changes(played.name, played.taken)
    found = Counter(
        naive.Seen(c.at, c.id, c.field, naive.said(c.old), naive.said(c.new))
        for c in played.changes
        if c.kind in _FACTS and c.field in fields
    )
    if not fields:
        return [Line("no price and no context that the raw records and the dialect both have")]
    differs = sum(((expected - found) + (found - expected)).values())
    return [
        Line(
            f"price and context changes {expected.total()}: found once {found.total()},"
            f" lost or twice or wrong {differs}",
            not differs and all(times == 1 for times in found.values()),
        )
    ]


def killed(played: Played) -> list[Line]:
    """Killed before and after every list, and started again from what was written down."""
    state, again = State(), []
    repeated = 0
    for one in played.feeds:
        follow(restarted(state), one)
        result = follow(restarted(state), one)
        again += [change.key for change in result.changes]
        state = restarted(result.state)
        repeated += 0 if result.hold else len(follow(state, one).changes)
    keys = [change.key for change in played.changes]
    twice = len(keys) - len(set(keys))
    same = again == keys and state == restarted(played.results[-1].state)
    return [
        Line(
            f"killed {2 * len(played.feeds)} times: the same {len(keys)} events"
            f" {'yes' if same else 'NO'}, twice {twice}, told again {repeated}",
            same and not twice and not repeated,
        )
    ]


def holds(played: Played) -> list[Line]:
    """Every list that was held, and why."""
    return [
        Line(f"held {one.at:%Y-%m-%d}: {result.hold.sentence}")
        for one, result in zip(played.feeds, played.results, strict=True)
        if result.hold
    ]


def cut(lists: Sequence[Feed]) -> list[Line]:
    """Together's short answer, put between two days, however it may have been cut."""
    whole = next(one for one in lists if f"{one.at:%Y-%m-%d}" == "2026-04-12")
    records = [dict(record) for record in whole.raw.values()]
    lines = []
    ways = {"the first": records[:91], "the last": records[-91:], "any": records[::2][:91]}
    undisturbed = [c.key for c in play("", lists).changes]
    for way, kept in ways.items():
        short = feed(row("watcher-together"), whole.at + timedelta(hours=12), kept)
        played = play("", sorted([*lists, short], key=lambda one: one.at))
        held = played.results[played.feeds.index(short)].hold
        same = [c.key for c in played.changes] == undisturbed
        said = held.sentence if held else "TAKEN"
        lines.append(
            Line(
                f"cut to {way} 91: {said}; other events disturbed {0 if same else 'YES'}",
                held is not None and same,
            )
        )
    return lines


def summary(played: Played) -> list[Line]:
    """How much there was, and of what kind."""
    kinds = Counter(change.kind.value for change in played.changes)
    gaps = [b.at - a.at for a, b in pairwise(played.feeds)]
    by_absence = sum(
        c.kind is ChangeKind.DEPRECATED and c.source is Source.OBSERVED for c in played.changes
    )
    said = ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items()))
    return [
        Line(
            f"{len(played.feeds)} lists, longest gap {max(gaps).days} days,"
            f" {len(played.results[-1].state.memory.models)} models"
        ),
        Line(f"{kinds.total()} events: {said} (by absence {by_absence} of the deprecated)"),
    ]


def main() -> int:
    if not SERIES.is_dir():
        sys.stdout.write("the recordings are not beside the project: nothing played\n")
        return 0
    good = True
    for name in series():
        played = play(name, feeds(name))
        lines = [
            line for show in (summary, holds, removals, facts, killed) for line in show(played)
        ]
        if name == "watcher-together":
            lines += cut(played.feeds)
        sys.stdout.write(f"{name}\n")
        for line in lines:
            sys.stdout.write(f"  {'' if line.good else 'BROKEN: '}{line.text}\n")
        good = good and all(line.good for line in lines)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
