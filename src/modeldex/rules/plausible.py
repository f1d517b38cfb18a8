"""Whether a whole list can be believed beside the last good one, or is held until it is looked at.

Judged is what the provider itself says, before knowledge fills any gap: a column that vanished
would not be missed in the facts. The last good list is the last one that was taken, and stays the
measure for as long as lists are held.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec

from ..domain.claims import Claims
from ..domain.hold import Held, Hold, HoldKind, Plausibility
from ..domain.price import Price, exact
from ..domain.source import Evidence
from .exemplary import no_longer_stated, repriced
from .renaming import proposed

COLUMNS: tuple[str, ...] = (
    "name",
    "kind",
    "context_window",
    "max_output",
    "input_modalities",
    "output_modalities",
    "tools",
    "structured_output",
    "vision",
    "reasoning",
    "created",
    "price",
)
"""The fields whose vanishing is noticed."""


class Told(NamedTuple):
    """One list, as its provider tells it."""

    models: Mapping[str, Claims]
    """By native id."""
    dated: datetime | None = None
    """The list's own time (`Last-Modified`, say), not when it was fetched; `None` if it has none."""


def told(witnesses: Mapping[str, Sequence[tuple[Evidence, Claims]]]) -> dict[str, Claims]:
    """What the routes of a listing say of each model together, the first that says anything first."""
    return {native_id: _merged([said for _, said in each]) for native_id, each in witnesses.items()}


def _merged(said: Sequence[Claims]) -> Claims:
    if len(said) == 1:
        return said[0]
    columns: dict[str, Any] = {}
    for claims in said:
        for field in (*COLUMNS, "hugging_face_id"):
            if columns.get(field) is None:
                columns[field] = getattr(claims, field)
    return Claims(native_id=said[0].native_id, **columns)


def implausible(old: Told, new: Told, limits: Plausibility) -> Hold | None:
    """Why the new list is held; `None` when it is taken. An empty old list is no measure."""
    if not old.models:
        return None
    if not new.models:
        count = len(old.models)
        return Hold(
            kind=HoldKind.EMPTY,
            sentence=f"the list is empty where there were {count} models",
            numbers={"before": count, "now": 0},
            fingerprint="empty",
        )
    gone = old.models.keys() - new.models.keys()
    return (
        _renamed(old.models, new.models, gone, limits)
        or _shrunk(old.models, new.models, gone, limits)
        or _older(old, new, limits)
        or _columns_gone(old.models, new.models, limits)
        or _scaled(old.models, new.models, limits)
    )


_Models = Mapping[str, Claims]


def _renamed(old: _Models, new: _Models, gone: Iterable[str], limits: Plausibility) -> Hold | None:
    missing = {one: old[one] for one in gone}
    if len(missing) <= limits.few or len(missing) * 100 <= len(old) * limits.shrinks:
        return None
    names = proposed(missing, {one: new[one] for one in new.keys() - old.keys()})
    if len(names) * 100 < len(missing) * limits.renamed:
        return None
    said = f"{len(names)} of {len(old)} models seem to have other ids"
    numbers = {"before": len(old), "now": len(new), "gone": len(missing), "renamed": len(names)}
    return Hold(
        kind=HoldKind.RENAMED,
        sentence=said,
        numbers=numbers,
        fingerprint=_print(HoldKind.RENAMED, new),
        renames=names,
    )


def _older(old: Told, new: Told, limits: Plausibility) -> Hold | None:
    """By the list's own date, or by the newest models being gone with nothing newer than they."""
    if old.dated is not None and new.dated is not None and new.dated < old.dated:
        said = f"the list is of {new.dated:%Y-%m-%d %H:%M}, older than the one of {old.dated:%Y-%m-%d %H:%M}"
        return Hold(
            kind=HoldKind.OLDER,
            sentence=said,
            numbers={"before": len(old.models), "now": len(new.models)},
            fingerprint=_print(HoldKind.OLDER, new.models),
        )
    newest = max((one.created for one in new.models.values() if one.created), default=None)
    if newest is None:
        return None
    newer = [name for name, one in old.models.items() if one.created and one.created > newest]
    if len(newer) < limits.newest_gone or any(name in new.models for name in newer):
        return None
    return Hold(
        kind=HoldKind.OLDER,
        sentence=f"the {len(newer)} newest models are gone, and nothing newer has come",
        numbers={"before": len(old.models), "now": len(new.models), "newest_gone": len(newer)},
        fingerprint=_print(HoldKind.OLDER, new.models),
    )


def _shrunk(old: _Models, new: _Models, gone: Iterable[str], limits: Plausibility) -> Hold | None:
    lost, fewer = len(list(gone)), len(old) - len(new)
    numbers = {"before": len(old), "now": len(new), "gone": lost}
    if fewer > limits.few and fewer * 100 > len(old) * limits.shrinks:
        kind, said = HoldKind.SHRUNK, f"the list has {len(new)} models where there were {len(old)}"
    elif lost > limits.few and lost * 100 > len(old) * limits.replaced:
        kind, said = HoldKind.REPLACED, f"{lost} of {len(old)} models are gone, and others came"
    else:
        return None
    return Hold(kind=kind, sentence=said, numbers=numbers, fingerprint=_print(kind, new))


def _columns_gone(old: _Models, new: _Models, limits: Plausibility) -> Hold | None:
    both = old.keys() & new.keys()
    vanished: dict[str, int] = {}
    changing = 0
    for field in COLUMNS:
        had = [one for one in both if getattr(old[one], field) is not None]
        left = sum(getattr(new[one], field) is not None for one in had)
        if len(had) > limits.few and left * 100 < len(had) * limits.column_left:
            vanished[field] = len(had)
            changing += len(had) - left
    if not vanished:
        return None
    return Hold(
        kind=HoldKind.COLUMN_GONE,
        sentence=f"no longer stated: {', '.join(vanished)}",
        numbers=vanished,
        fingerprint=_print(HoldKind.COLUMN_GONE, vanished),
        examples=no_longer_stated(old, new, vanished),
        changing=changing,
    )


_TEN = 10


def _scaled(old: _Models, new: _Models, limits: Plausibility) -> Hold | None:
    factors = {
        one: factor
        for one in old.keys() & new.keys()
        if (factor := _factor(old[one].price, new[one].price)) is not None
    }
    if len(factors) <= limits.few:
        return None
    factor, times = max(Counter(factors.values()).items(), key=lambda item: (item[1], item[0]))
    moved = [name for name, by in factors.items() if by == factor]
    far = [name for name, by in factors.items() if by > _TEN or by * _TEN < 1]
    numbers = {"prices": len(factors)}
    if factor != 1 and times * 100 >= len(factors) * limits.one_factor:
        said = f"{times} of {len(factors)} prices are {exact(factor)} times what they were"
        of, numbers = exact(factor), {**numbers, "by_one_factor": times}
    elif len(far) * 100 > len(factors) * limits.tenfold:
        said = f"{len(far)} of {len(factors)} prices moved by more than ten times"
        of, numbers, moved = "tenfold", {**numbers, "tenfold": len(far)}, far
    else:
        return None
    return Hold(
        kind=HoldKind.PRICES_SCALED,
        sentence=said,
        numbers=numbers,
        fingerprint=_print(HoldKind.PRICES_SCALED, [of]),
        examples=repriced(old, new, moved),
        changing=len(moved),
    )


_SIX_DIGITS = Decimal("0.000001")


def _factor(old: Price | None, new: Price | None) -> Decimal | None:
    """By what the input price was multiplied; `None` when either is unknown or it was nothing."""
    if old is None or new is None or not old.input or new.input is None:
        return None
    return (new.input / old.input).quantize(_SIX_DIGITS)


def _print(kind: HoldKind, said: Iterable[str]) -> str:
    return blake2b(msgspec.json.encode([kind, *sorted(said)]), digest_size=16).hexdigest()


def held_again(before: Held | None, hold: Hold, now: datetime) -> Held:
    """The hold as it stands now; `before` is the one that stood, `None` when none did."""
    if before is None or before.hold.fingerprint != hold.fingerprint:
        return Held(hold=hold, since=now)
    return Held(hold=hold, since=before.since, times=before.times + 1)


def accepted(held: Held, limits: Plausibility, now: datetime) -> bool:
    """Whether policy takes a list that keeps coming, whatever it is held for."""
    return held.times >= limits.accepted_times and now - held.since >= limits.accepted_after
