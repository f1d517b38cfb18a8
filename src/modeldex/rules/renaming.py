"""Which models that are gone stand in the list under other ids: a pairing by what identifies a model.

A pair is only proposed when it is the only one: two models that could be the same one are left
out. First comes what was put before or behind all ids alike, or taken from them (`gpt-5` →
`openai/gpt-5`); then, of what is left, the name without its path and spelling, the stated Hugging
Face id, the display name, and last the time of creation with the limits.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping

from ..domain.claims import Claims
from .base_names import key

_MANY = 3
"""A beginning or an end that so many ids were given, or lost, is no accident."""
_SAMPLE = 50
"""So many ids show what was done to all of them."""


def proposed(gone: Mapping[str, Claims], fresh: Mapping[str, Claims]) -> dict[str, str]:
    """Old id → new id, each at most once, by old id."""
    given = _lengthened(gone, fresh)
    taken = {old: new for new, old in _lengthened(fresh, gone).items()}
    names = given if len(given) >= len(taken) else taken
    for identity in _IDENTITIES:
        found = set(names.values())
        olds = _only({one: identity(said) for one, said in gone.items() if one not in names})
        news = _only({one: identity(said) for one, said in fresh.items() if one not in found})
        names.update({olds[mark]: news[mark] for mark in olds.keys() & news.keys()})
    return dict(sorted(names.items()))


def _lengthened(shorter: Iterable[str], longer: Mapping[str, Claims]) -> dict[str, str]:
    """Pairs in which every id was given the same beginning, or the same end."""
    sample = sorted(shorter)[:_SAMPLE]
    given = Counter(
        (long.removesuffix(short), "") if long.endswith(short) else ("", long.removeprefix(short))
        for short in sample
        for long in longer
        if len(long) > len(short) and (long.endswith(short) or long.startswith(short))
    )
    if not given:
        return {}
    (before, after), times = min(given.items(), key=lambda one: (-one[1], one[0]))
    if times < _MANY:
        return {}
    pairs = {one: f"{before}{one}{after}" for one in shorter}
    return {old: new for old, new in pairs.items() if new in longer}


def _only(marks: Mapping[str, Hashable | None]) -> dict[Hashable, str]:
    """Mark → id, for the marks that exactly one id has."""
    found: dict[Hashable, list[str]] = defaultdict(list)
    for one, mark in marks.items():
        if mark is not None:
            found[mark].append(one)
    return {mark: ids[0] for mark, ids in found.items() if len(ids) == 1}


def _written(said: Claims) -> Hashable | None:
    return key(said.native_id.rpartition("/")[2]) or None


def _hub(said: Claims) -> Hashable | None:
    return said.hugging_face_id


def _shown(said: Claims) -> Hashable | None:
    return said.name


def _born(said: Claims) -> Hashable | None:
    if said.created is None or said.context_window is None:
        return None
    return said.created, said.context_window, said.max_output


_IDENTITIES: tuple[Callable[[Claims], Hashable | None], ...] = (_written, _hub, _shown, _born)
"""What identifies a model, the surest first; `None` identifies nothing."""
