"""What to tell of each connection: its outcome, one sentence, and what changed in its list."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from ..domain.catalog import HeldListing
from ..domain.connection import Connection
from ..domain.listing import OPENING
from ..domain.outcome import Outcome
from ..domain.provider import Provider
from ..domain.report import ProviderReport
from ..providers import packaged
from ..rules.advice import sentence
from ..rules.conclude import Conclusion
from ..rules.due import Due
from ..rules.keys import mistaken
from ..storage.state import Attempt
from .connecting import Configured
from .discover import Asked
from .listing import Shown


class Line(NamedTuple):
    """One connection's line before the catalogs are compared."""

    provider: Provider
    connection: str
    outcome: Outcome
    message: str
    models: int = 0
    duration_ms: int = 0
    age_s: int | None = None
    failed: bool = False
    skipped: bool = False
    lost: int = 0
    duplicates: int = 0
    guarded: bool = False
    unknown_fields: Mapping[str, int] = {}
    odd_fields: Mapping[str, int] = {}

    def report(self, added: int = 0, removed: int = 0, changed: int = 0) -> ProviderReport:
        """The line as the world sees it."""
        said = self._asdict() | {"provider": self.provider.id}
        del said["connection"]
        return ProviderReport(added=added, removed=removed, changed=changed, **said)


class HasEssence(Protocol):
    """A catalog that can say which models it holds and what is true about each."""

    def essence(self) -> Mapping[str, bytes]:
        """Model id → a hash of its facts, without the times of observation."""


def after_attempt(
    asked: Asked,
    now_shown: Shown | None,
    now: datetime,
    aside: HeldListing | None = None,
    *,
    apart: bool = False,
) -> Line:
    """The line of a connection that was asked; `aside` is the list that is held, if one is.

    `apart` is whether a list of another key is set aside.
    """
    connection, conclusion = asked.connection, _concluded(asked, aside)
    row = connection.provider
    age = _age(now_shown, now)
    unknown: Counter[str] = Counter()
    odd: Counter[str] = Counter()
    for _, reading in asked.read:
        unknown.update(reading.unknown_fields)
        odd.update(reading.odd_fields)
    return Line(
        provider=row,
        connection=connection.id,
        outcome=conclusion.outcome,
        message=_told(
            connection,
            conclusion.outcome,
            detail=_about_key(asked) or conclusion.detail,
            earlier_age_s=None if conclusion.outcome is Outcome.OK else age,
            retry_in_s=conclusion.retry_after_s,
            set_aside=apart,
        ),
        models=len(now_shown.joined.witnesses) if now_shown else _models(asked),
        duration_ms=asked.duration_ms,
        age_s=age,
        failed=not conclusion.outcome.fresh and not _absent(row, conclusion.outcome, now_shown),
        lost=sum(result.lost for result in asked.results),
        duplicates=now_shown.joined.duplicates if now_shown else 0,
        guarded=connection.found and conclusion.outcome is Outcome.NO_KEY,
        unknown_fields=dict(unknown),
        odd_fields=dict(odd),
    )


def _concluded(asked: Asked, aside: HeldListing | None) -> Conclusion:
    """What asking came to; a whole list that is held is that before all."""
    if aside is None or asked.conclusion.outcome is not Outcome.OK:
        return asked.conclusion
    return Conclusion(Outcome.HELD, aside.held.hold.sentence)


def _about_key(asked: Asked) -> str | None:
    """What is odd about a key that was refused; `None` when nothing is."""
    secret = asked.connection.secret
    if secret is None or not asked.conclusion.outcome.about_key:
        return None
    return mistaken(secret, asked.connection.provider, packaged().values())


def not_asked(
    one: Configured,
    due: Due | None,
    attempt: Attempt | None,
    shown: Shown | None,
    now: datetime,
    *,
    apart: bool = False,
) -> Line:
    """The line of a connection that was not asked, and why it was not."""
    connection, row = one.connection, one.connection.provider
    outcome, failed, skipped = Outcome.CACHED, False, False
    detail, retry_in_s = "", None
    if row.retired:
        outcome, detail = Outcome.RETIRED, f"since {row.retired}"
    elif connection.absent:
        outcome = Outcome.NO_KEY if connection.found else Outcome.UNREACHABLE
    elif not row.listed:
        skipped = True
    elif not connection.askable:
        outcome, detail = Outcome.NO_KEY, one.problem or ""
    elif due in (Due.PARKED, Due.JUST_TRIED) and attempt and not attempt.outcome.fresh:
        outcome, failed = attempt.outcome, not _absent(row, attempt.outcome, shown)
        detail = attempt.message if due is Due.JUST_TRIED else "not asked again so soon"
        retry_in_s = _until(attempt.open_until, now)
    elif due is Due.OFFLINE:
        skipped, detail = True, "offline was wanted"
    elif due is None:
        skipped, detail = True, "others were named"
    return Line(
        provider=row,
        connection=connection.id,
        outcome=outcome,
        message=detail
        if due is Due.JUST_TRIED and failed
        else _told(
            connection,
            outcome,
            detail=detail,
            earlier_age_s=_age(shown, now),
            retry_in_s=retry_in_s,
            unfilled=connection.unfilled,
            set_aside=apart,
            skipped=skipped,
        ),
        models=len(shown.joined.witnesses) if shown else 0,
        age_s=_age(shown, now),
        failed=failed,
        skipped=skipped,
        guarded=connection.found and outcome is Outcome.NO_KEY,
    )


def _told(connection: Connection, outcome: Outcome, **more: Any) -> str:
    """`rules.advice.sentence` on a connection; `more` are its other arguments."""
    return sentence(
        outcome,
        connection.provider,
        secret_from=connection.secret_from,
        found_at=connection.base_url if connection.found else None,
        **more,
    )


def report(
    lines: Iterable[Line], before: HasEssence | None, after: HasEssence
) -> tuple[ProviderReport, ...]:
    """The lines with what was added, removed and changed between two catalogs."""
    old = before.essence() if before else {}
    new = after.essence()
    added, removed, changed = Counter[str](), Counter[str](), Counter[str]()
    added.update(_provider(name) for name in new.keys() - old.keys())
    removed.update(_provider(name) for name in old.keys() - new.keys())
    changed.update(_provider(name) for name in new.keys() & old.keys() if new[name] != old[name])
    return tuple(
        line.report(added[line.provider.id], removed[line.provider.id], changed[line.provider.id])
        for line in lines
    )


def _provider(model_id: str) -> str:
    return model_id.partition("/")[0]


def _absent(row: Provider, outcome: Outcome, shown: Shown | None) -> bool:
    """A local server that does not run or has no models has not failed while no list of it was
    ever seen."""
    return row.local and outcome in (Outcome.UNREACHABLE, Outcome.EMPTY) and shown is None


def _age(shown: Shown | None, now: datetime) -> int | None:
    if shown is None:
        return None
    return max(0, int((now - shown.listing.fetched_at).total_seconds()))


def _until(moment: datetime | None, now: datetime) -> float | None:
    return max(0.0, (moment - now).total_seconds()) if moment else None


def _models(asked: Asked) -> int:
    return sum(result.models for result in asked.results if result.role in OPENING)
