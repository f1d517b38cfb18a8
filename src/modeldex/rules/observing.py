"""What outcomes of real calls say against the catalog's claims: Beta-Bernoulli with hysteresis.

Each capability of each model has a share of calls in which it was there when it was made use of;
`CONTRADICTS` says which errors speak of it, and other calls that failed are left out. When the
share is surely below `Bars.low`, the capability is taken away; when it is then surely above
`Bars.high`, or no call of the last `Bars.window_days` contradicts the claim any more, it is given
back. What was decided earlier is nowhere written down: it follows from the calls of the days before,
gone through one after the other, so that every process comes to the same and none can disagree.

For a catalog that many read, one user decides nothing, neither way: each decision has to hold as
well without the calls of any single user. So at least two users must have seen a capability fail
`Bars.least` times each; reporting ten times as often makes nobody's word count for more. What two took away, one who goes on
seeing it fail can keep away, for as long as the days on which both did are gone through.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from statistics import median
from typing import NamedTuple

from ..domain.observation import BARS, CONTRADICTS, UNANSWERED, Bars, Share, Told
from ..domain.shortlist import Measured
from .beta import below, bound, mean


class Count(NamedTuple):
    """Calls that say something."""

    ok: int = 0
    failed: int = 0

    @property
    def calls(self) -> int:
        """All of them."""
        return self.ok + self.failed

    def plus(self, other: "Count") -> "Count":
        """Both together."""
        return Count(self.ok + other.ok, self.failed + other.failed)

    def without(self, other: "Count") -> "Count":
        """This, less a part of it."""
        return Count(self.ok - other.ok, self.failed - other.failed)


_NONE = Count()
Counts = Mapping[str, Count]
"""User → their calls."""
_Days = Mapping[date, Counts]


class Standing(NamedTuple):
    """How a capability of a model stands today."""

    down: bool
    seen: Count
    """Of the window that ends today."""
    users: int
    """Who reported calls of that window that say something."""


def speaking(told: Iterable[Told]) -> dict[tuple[str, str], dict[date, Counts]]:
    """(model, capability) → day → user → the calls that say something of that capability."""
    found: dict[tuple[str, str], dict[date, Counter[tuple[str, bool]]]] = defaultdict(
        lambda: defaultdict(Counter)
    )
    for one in told:
        if one.ok or one.error in CONTRADICTS.get(one.capability, ()):
            found[one.model, one.capability][one.day][one.user, one.ok] += one.calls
    return {
        pair: {day: _by_user(counted) for day, counted in days.items()}
        for pair, days in found.items()
    }


def _by_user(counted: Mapping[tuple[str, bool], int]) -> Counts:
    users = {user for user, _ in counted}
    return {
        user: Count(counted.get((user, True), 0), counted.get((user, False), 0)) for user in users
    }


def standing(days: _Days, today: date, bars: Bars = BARS, *, shared: bool) -> Standing:
    """How the capability stands after these days; days after today do not count.

    `shared`: the answer is for everybody, and no user alone may decide it.
    """
    span = timedelta(days=bars.window_days)
    turns = {today}
    if any(one.failed for counts in days.values() for one in counts.values()):
        turns |= {turn for day in days for turn in (day, day + span) if turn <= today}
    down, window = False, dict[str, Count]()
    for turn in sorted(turns):
        window = _window(days, turn - span, turn)
        down = _next(down, window, bars, shared=shared)
    return Standing(down, _all(window), len(window))


def _window(days: _Days, after: date, until: date) -> dict[str, Count]:
    found: dict[str, Count] = {}
    for day, counts in days.items():
        if after < day <= until:
            for user, count in counts.items():
                found[user] = found.get(user, _NONE).plus(count)
    return found


def _all(window: Counts) -> Count:
    return Count(sum(one.ok for one in window.values()), sum(one.failed for one in window.values()))


def _next(down: bool, window: Counts, bars: Bars, *, shared: bool) -> bool:
    """Whether it is taken away now; `down` says whether it was."""
    every = _all(window)
    views = [every, *(every.without(one) for one in window.values())] if shared else [every]
    if not down:
        return all(falls(view, bars) for view in views)
    return every.failed > 0 and not all(rises(view, bars) for view in views)


def falls(count: Count, bars: Bars = BARS) -> bool:
    """Whether the share is surely below `Bars.low`: its upper bound is."""
    return count.failed >= bars.least and below(bars.low, *count) > bars.sure


def rises(count: Count, bars: Bars = BARS) -> bool:
    """Whether the share is surely above `Bars.high`: its lower bound is."""
    return count.ok >= bars.least and below(bars.high, *count) < 1 - bars.sure


def share(count: Count, bars: Bars = BARS) -> Share:
    """The share of calls that went well, with its bounds."""
    return Share(
        ok=count.ok,
        failed=count.failed,
        mean=mean(*count),
        lower=1 - bound(bars.sure, count.failed, count.ok),
        upper=bound(bars.sure, *count),
    )


def measured(
    answers: Mapping[str, Counts],
    waits: Mapping[str, Mapping[str, float]],
    today: date,
    bars: Bars = BARS,
    *,
    shared: bool,
) -> dict[str, Measured]:
    """Model → how reliable and how quick it is.

    `answers` has the calls that were answered and those that were not, `waits` the median seconds
    to the first token, both by model and user, of users with at least `Bars.least` such calls; the
    middle one of the users counts. `shared` needs two.
    """
    users = 2 if shared else 1
    enough = {
        model: [one for one in counts.values() if one.calls >= bars.least]
        for model, counts in answers.items()
    }
    found = {}
    for model in sorted({*answers, *waits}):
        shares = [mean(*one) for one in enough.get(model, ())]
        seconds = list(waits.get(model, {}).values())
        reliability = median(shares) if len(shares) >= users else None
        latency = median(seconds) if len(seconds) >= users else None
        if reliability is not None or latency is not None:
            found[model] = Measured(date=today, link="", reliability=reliability, latency_s=latency)
    return found


def answered(ok: bool, error: str, calls: int) -> Count:
    """What calls that came to the same say of reliability."""
    if ok:
        return Count(ok=calls)
    return Count(failed=calls) if error in UNANSWERED else _NONE
