"""What reported calls say of the catalog's models, and how the next catalog comes to say it too.

Whose observations count for whom:

- A model that is in the catalog everybody reads is observed by everybody. No user alone takes a
  capability away from it or gives it back (see `rules.observing`): reports are what a program says
  of itself, and a broken or malicious one must harm its own user at most. An operator who trusts all
  reporters, or is the only one, says so with `shared=False`.
- A name that the catalog does not have is somebody's own: a server at home, a fine-tune, a
  deployment. It is left out before anything is counted, so that nothing of it reaches a catalog, an
  explanation or another user; its user reads it with `user=`, from their own calls alone.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from ..domain.capability import CAPABILITIES, Capability
from ..domain.claims import Claims
from ..domain.observation import BARS, Bars, Observation, Told
from ..domain.shortlist import Measured
from ..domain.source import Evidence, Source
from ..rules.observing import Count, answered, measured, share, speaking, standing
from ..rules.resolve import Witness
from .reading import Catalog

if TYPE_CHECKING:
    from ..storage.accounts.observed import Observed

Claimed: TypeAlias = Callable[[str], Mapping[str, Capability] | None]
"""Model id → what is claimed of its capabilities, observations aside; `None`: not in the catalog."""
Elsewhere: TypeAlias = Callable[[str], Collection[str]]
"""User → the providers whose models they call at an address of their own: what they see there says
nothing of the provider's."""

_MEMORY = 3
"""How many windows of days are gone through: a decision older than that is made anew."""


class Observations(NamedTuple):
    """What calls showed up to a moment."""

    at: datetime
    seen: tuple[Observation, ...] = ()
    """Capabilities that are claimed and were made use of, by model."""
    measured: Mapping[str, Measured] = {}
    """Model id → how reliable and how quick it is."""

    @property
    def edition(self) -> str:
        """A name that differs whenever another capability is taken away."""
        return " ".join(f"{one.model}:{one.capability}" for one in self.seen if one.downgraded)

    def witnesses(self) -> dict[str, tuple[Witness, ...]]:
        """Model id → what observation says against the claims."""
        found: dict[str, tuple[Witness, ...]] = {}
        for one in self.seen:
            if one.downgraded:
                no: dict[str, Any] = {one.capability: False}
                claims = Claims(native_id=one.model.partition("/")[2], **no)
                found[one.model] = (*found.get(one.model, ()), (_evidence(one, self.at), claims))
        return found


def observe(
    calls: "Observed",
    claimed: Claimed,
    now: datetime,
    bars: Bars = BARS,
    *,
    shared: bool = True,
    user: str | None = None,
    elsewhere: Elsewhere = lambda _: (),
) -> Observations:
    """What all users' calls of the catalog's models came to by `now`.

    With `user`: what that user's own calls came to, of models that the catalog does not have.
    Raises `StorageError` when the database is away. Blocks.
    """
    today = now.astimezone(UTC).date()
    within = _Catalogued(claimed, elsewhere, own=user is not None)
    every = shared and user is None
    began = today - timedelta(days=bars.window_days - 1)
    told = calls.told(today - timedelta(days=_MEMORY * bars.window_days), user)
    return Observations(
        at=datetime.combine(today, time(), UTC),
        seen=tuple(_seen(told, within, today, bars, shared=every)),
        measured=_measured(calls, within, began, today, bars, shared=every, user=user),
    )


class _Catalogued:
    """Which models these observations are about."""

    def __init__(self, claimed: Claimed, elsewhere: Elsewhere, *, own: bool) -> None:
        self._claimed, self._elsewhere, self._own = claimed, cache(elsewhere), own
        self._known: dict[str, Mapping[str, Capability] | None] = {}

    def of(self, model: str) -> Mapping[str, Capability] | None:
        """What is claimed of it; `None` for one that these observations are not about."""
        if model not in self._known:
            found = self._claimed(model)
            if self._own:
                found = dict.fromkeys(CAPABILITIES) if found is None else None
            self._known[model] = found
        return self._known[model]

    def has(self, model: str, user: str) -> bool:
        """Whether calls of that user are calls of that model."""
        return self.of(model) is not None and (
            self._own or model.partition("/")[0] not in self._elsewhere(user)
        )

    def counts(self, one: Told) -> bool:
        """Whether these calls may change anything: the capability is claimed, or nobody could."""
        claims = self.of(one.model) or {}
        claimed = self._own or claims.get(one.capability) is True
        return claimed and self.has(one.model, one.user)


def _seen(
    told: Iterable[Told], within: _Catalogued, today: date, bars: Bars, *, shared: bool
) -> Iterable[Observation]:
    for (model, capability), days in sorted(speaking(filter(within.counts, told)).items()):
        found = standing(days, today, bars, shared=shared)
        if found.users:
            yield Observation(
                model=model,
                capability=capability,
                claimed=(within.of(model) or {}).get(capability),
                share=share(found.seen, bars),
                users=found.users,
                since=today - timedelta(days=bars.window_days - 1),
                downgraded=found.down,
            )


def _measured(
    calls: "Observed",
    within: _Catalogued,
    began: date,
    today: date,
    bars: Bars,
    *,
    shared: bool,
    user: str | None,
) -> dict[str, Measured]:
    answers: dict[str, dict[str, Count]] = {}
    for model, who, ok, error, many in calls.answers(began, user):
        if within.has(model, who):
            counts = answers.setdefault(model, {})
            counts[who] = counts.get(who, Count()).plus(answered(ok, error, many))
    waits: dict[str, dict[str, float]] = {}
    for model, who, seconds in calls.waits(_midnight(began), bars.least, user):
        if within.has(model, who):
            waits.setdefault(model, {})[who] = seconds
    return measured(answers, waits, today, bars, shared=shared)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _evidence(one: Observation, at: datetime) -> Evidence:
    seen, users = one.share, f"{one.users} user{'s' if one.users != 1 else ''}"
    said = (
        f"calls of {users} since {one.since}: {seen.ok} of {seen.calls} that used"
        f" {one.capability} got it, so at most {seen.upper:.0%} of calls do"
    )
    return Evidence(source=Source.OBSERVED, evidence=said, observed_at=at)


def claimed_in(catalog: Catalog) -> Claimed:
    """What the witnesses of a catalog claim, apart from what calls showed before it was made.

    Servers of somebody's own machine are not in it, though a catalog may list this machine's: under
    the same id every user has another one.
    """

    local = {name for name, row in catalog.provider_rows().items() if row.local}

    def claimed(id: str) -> Mapping[str, Capability] | None:
        model = catalog.get(id)
        if model is None or model.provider in local:
            return None
        found = {name: getattr(model, name) for name in CAPABILITIES}
        for name in CAPABILITIES:
            by = model.sources.get(name)
            if by is not None and by.source is Source.OBSERVED:
                losing = catalog.explain(id, name).losing
                # Only what was claimed is ever taken away, and claims may since have fallen silent.
                found[name] = losing[0].value if losing else True
        return found

    return claimed
