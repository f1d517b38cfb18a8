"""How every dialect reads: one page of bytes into records, record by record, losing nothing in silence."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar
from urllib.parse import parse_qsl

import msgspec
from msgspec import Raw

from ..domain.claims import Claims
from ..domain.listing import Ask, Lost, Page, Reading
from ..domain.outcome import Unreadable

R = TypeVar("R", bound=msgspec.Struct)
T = TypeVar("T")

LONGEST_ID = 256
LONGEST_CURSOR = 4096
LONGEST_REASON = 200
MOST_RECORDS = 100_000
MOST_UNKNOWN_NAMES = 100
_PATH = re.compile(r"at `\$\.([^\[`]+)")


def read_list(
    page: Page,
    *,
    record: type[R],
    claims: Callable[[R], Claims | None],
    at: tuple[str, ...] = ("data",),
    follow: Iterable[Ask] = (),
    cut_short: bool = False,
    unread: Iterable[str] = (),
) -> Reading:
    """Read the records under the first of the paths `at` that is there (or a bare array).

    `claims` makes claims of one record, or `None` for a record that is no model. `unread` are
    fields that are known and say nothing of ours.
    Raises `Unreadable` when there is no list.
    """
    decoder = msgspec.json.Decoder(record)
    known = frozenset((*record.__struct_encode_fields__, *unread))
    found: list[Claims] = []
    lost: list[Lost] = []
    unknown: Counter[str] = Counter()
    odd: Counter[str] = Counter()
    for position, raw in enumerate(_records(page.body, at)):
        try:
            fields = msgspec.json.decode(raw, type=dict[str, Raw])
            unknown.update(fields.keys() - known)
            claim = claims(_typed(fields, raw, decoder, odd))
            if claim is not None:
                _check_id(claim.native_id)
                found.append(claim)
        except (ValueError, RecursionError) as error:
            lost.append(Lost(position=position, reason=_reason(error)))
    return Reading(
        claims=tuple(found),
        follow=tuple(follow),
        cut_short=cut_short,
        lost=tuple(lost),
        unknown_fields=dict(unknown.most_common(MOST_UNKNOWN_NAMES)),
        odd_fields=dict(odd),
    )


def envelope(body: bytes, shape: type[T]) -> T:
    """What stands around the records (cursors, totals), as `shape`; raises `Unreadable`."""
    try:
        return msgspec.json.decode(body, type=shape, strict=False)
    except (ValueError, RecursionError) as error:
        raise Unreadable(_reason(error)) from None


def next_page(page: Page, params: Mapping[str, str]) -> Ask:
    """The same ask with other parameters: the page that follows."""
    return msgspec.structs.replace(page.ask, params={**page.ask.params, **params})


def following(
    page: Page, parameter: str, cursor: str | None, *, more: bool | None = None
) -> tuple[tuple[Ask, ...], bool]:
    """The asks for the page at `cursor`, and whether the list is cut short.

    `more` is the provider's own word; without one a cursor means that there is more. It is cut
    short when there is more and the cursor is missing, absurdly long, or the one just asked for.
    """
    if not (bool(cursor) if more is None else more):
        return (), False
    if not cursor or len(cursor) > LONGEST_CURSOR or cursor == page.ask.params.get(parameter):
        return (), True
    return (next_page(page, {parameter: cursor}),), False


def linked_page(page: Page, link: str | None) -> tuple[tuple[Ask, ...], bool]:
    """The asks for the page at an absolute `link`, and whether the list is cut short.

    Of the link only the query is taken, and only when it leads to the address that answered.
    """
    if not link:
        return (), False
    address, _, query = link.partition("?")
    params = dict(parse_qsl(query))
    if address != page.url or len(link) > LONGEST_CURSOR or params == dict(page.ask.params):
        return (), True
    return (msgspec.structs.replace(page.ask, params=params),), False


def _records(body: bytes, at: tuple[str, ...]) -> list[Raw]:
    try:
        if body.lstrip()[:1] == b"[":
            records = msgspec.json.decode(body, type=list[Raw])
        else:
            records = _under(msgspec.json.decode(body, type=dict[str, Raw]), at)
    except (ValueError, RecursionError) as error:
        raise Unreadable(_reason(error)) from None
    if len(records) > MOST_RECORDS:
        raise Unreadable(f"it holds {len(records)} records; at most {MOST_RECORDS} are read")
    return records


def _under(outer: dict[str, Raw], at: tuple[str, ...]) -> list[Raw]:
    for path in at:
        level = outer
        *way, last = path.split(".")
        for step in way:
            level = msgspec.json.decode(level.get(step, b"{}"), type=dict[str, Raw] | None) or {}
        if last in level and bytes(level[last]) != b"null":
            return msgspec.json.decode(level[last], type=list[Raw])
    raise Unreadable(f"it has no list under {' or '.join(repr(path) for path in at)}")


def _typed(
    fields: dict[str, Raw], raw: Raw, decoder: msgspec.json.Decoder[R], odd: Counter[str]
) -> R:
    """The record; a field of an unexpected type is left out and counted, and the rest is kept."""
    try:
        return decoder.decode(raw)
    except msgspec.ValidationError as error:
        culprit = _PATH.search(str(error))
        rest = _without(fields, culprit[1].split(".")) if culprit else None
        if culprit is None or rest is None:
            raise
        odd[culprit[1]] += 1
        return _typed(rest, Raw(msgspec.json.encode(rest)), decoder, odd)


def _without(fields: dict[str, Raw], way: Sequence[str]) -> dict[str, Raw] | None:
    """The fields without the one at the end of `way`; `None` when it is not there."""
    name, *deeper = way
    if name not in fields:
        return None
    if not deeper:
        return {other: value for other, value in fields.items() if other != name}
    inner = _without(msgspec.json.decode(fields[name], type=dict[str, Raw]), deeper)
    return None if inner is None else {**fields, name: Raw(msgspec.json.encode(inner))}


def _check_id(native_id: str) -> None:
    if not 0 < len(native_id) <= LONGEST_ID:
        raise ValueError(f"its id has {len(native_id)} characters; 1 to {LONGEST_ID} are accepted")
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in native_id):
        raise ValueError("its id holds control characters")


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return str(error)[:LONGEST_REASON]
