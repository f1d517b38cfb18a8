"""Whether the day on which a lab is said to have released a model can be; else it is doubted.

Two things are surer than a dataset's day. The id's own stamp (`gpt-4o-2024-11-20`,
`mistral-large-2512`, `command-r7b-12-2024`) is of the release, or of weeks before it; and a lab's
own list says since when it holds the model. Labs list a model up to some weeks before they
announce it (13 days, `o3-pro`), and at most some months after its first preview.

`created` says that in the lists of a few labs only. A reseller's is the day on which it listed the
model; DashScope's moves with the snapshot behind a name (`qwen-plus`, two years later); others
write one day on all.

Sources: https://platform.openai.com/docs/api-reference/models/object,
https://docs.anthropic.com/en/api/models-list (`created_at`: when the model was released),
https://docs.x.ai/docs/api-reference#list-models
"""

import calendar
import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from ..domain.model import Model
from ..domain.source import Evidence, Losing, Source
from .following import By, Facts, Lost

DATED: frozenset[str] = frozenset({"openai", "anthropic", "xai"})
"""Providers whose `created` is about the day on which their own models came out."""
APART = timedelta(days=120)
"""Days that are further apart contradict each other."""
LISTED_BEFORE = timedelta(days=45)
"""For how long a lab lists a model before it is announced, at most."""
_TOLD = re.compile(r"\d\d-?\d\d")
"""What every stamp holds."""
_MONTH = r"(?P<month>0[1-9]|1[0-2])"
_STAMPS = tuple(
    re.compile(expression)
    for expression in (
        rf"(?<!\d)(?P<year>20[2-9]\d)-?{_MONTH}-?(?P<day>[0-2]\d|3[01])(?!\d)",
        rf"(?<!\d){_MONTH}-(?P<year>20[2-9]\d)(?!\d)",
        rf"(?<!\d)(?P<year>20[2-9]\d)-{_MONTH}(?!\d)",
        rf"(?<=[-@:])(?P<year>2[2-9]){_MONTH}(?=$|[-@:/])",
    )
)
_CENTURY = 2000


class Span(NamedTuple):
    """The days that a stamp may mean."""

    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.first}" if self.first == self.last else f"{self.first:%Y-%m}"


def stamped(native_id: str) -> Span | None:
    """The day or month that an id states; `None` when it states none, or none with a year.

    >>> str(stamped("gpt-4o-2024-11-20")), str(stamped("mistral-large-2512")), stamped("gpt-4-0613")
    ('2024-11-20', '2025-12', None)
    """
    if _TOLD.search(native_id) is None:
        return None
    for expression in _STAMPS:
        if found := expression.search(native_id):
            told = found.groupdict()
            year, month = int(told["year"]) % _CENTURY + _CENTURY, int(told["month"])
            last = calendar.monthrange(year, month)[1]
            day = int(told.get("day") or 0)
            if not 0 < day <= last:
                return Span(date(year, month, 1), date(year, month, last))
            return Span(date(year, month, day), date(year, month, day))
    return None


def doubted(released: date, names: Iterable[str], made: date | None) -> str | None:
    """Why the day cannot be that of the release; `None` when it may be.

    `names` are the model's id and that of its base, of which the first stamp counts; `made` is the day since when the lab's own list holds the model, `None` when that is not known.
    """
    stamp = next(filter(None, map(stamped, names)), None)
    if stamp is not None and not stamp.first - APART <= released <= stamp.last + APART:
        return f"the name says {stamp}"
    if made is not None and released > made + LISTED_BEFORE:
        return f"the lab's own list had it on {made}, before that"
    if made is not None and released < made - APART:
        return f"the lab's own list has it since {made}, long after that"
    return None


def made_on(models: Iterable[Model]) -> dict[str, date]:
    """By base: since when the lab's own list holds it, as far as such lists say so.

    A stamp that is older counts: a record that is made anew has a new `created`.
    """
    days: dict[str, date] = {}
    for model in models:
        created = model.created.date() if model.created and model.provider in DATED else None
        if created is None or model.base is None or not _stated(model):
            continue
        stamp = stamped(model.native_id)
        earliest = min(created, stamp.first) if stamp is not None else created
        days[model.base] = min(earliest, days.get(model.base, earliest))
    return days


def _stated(model: Model) -> bool:
    return "created" in model.sources and model.sources["created"].source is Source.API


def own_day(provider_id: str, facts: Facts, by: By) -> date | None:
    """Since when the list of the lab itself holds one of its models; `None` elsewhere."""
    if provider_id not in DATED or "created" not in facts:
        return None
    own: date = facts["created"].date()
    return own if by["created"].source is Source.API else None


def redate(
    names: Sequence[str], made: date | None, facts: Facts, by: By, lost: Lost, since: int
) -> None:
    """Let a day that is doubted give way to the strongest one that is not; what a person decided is
    not doubted. `lost` holds weaker claims from the position `since` on.
    """
    if by["released"].source is Source.OVERRIDE:
        return
    why = doubted(facts["released"], names, made)
    if why is None:
        return
    weaker = [one for one in lost[since:] if one.field == "released"]
    lost[since:] = [one for one in lost[since:] if one.field != "released"]
    lost.append(_losing(facts.pop("released"), by.pop("released"), why))
    for one in weaker:
        why = doubted(one.value, names, made)
        if why is None and "released" not in facts:
            facts["released"], by["released"] = one.value, one.evidence
        else:
            lost.append(one if why is None else _losing(one.value, one.evidence, why))


def _losing(day: date, evidence: Evidence, why: str) -> Losing:
    return Losing(field="released", value=day, evidence=evidence, reason=why)
