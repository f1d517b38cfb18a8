"""Several answers of one provider, joined on the native id into what each route says of each model."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from ..domain.capability import Access
from ..domain.claims import Claims
from ..domain.listing import OPENING, Reading, Role
from ..domain.source import Evidence


class Answered(NamedTuple):
    """One page as read, with the route's role and the evidence that its claims share."""

    route: str
    role: Role
    evidence: Evidence
    reading: Reading


class Joined(NamedTuple):
    """What a whole listing says."""

    witnesses: dict[str, list[tuple[Evidence, Claims]]]
    """Native id → what each route says of it, listing routes first."""
    opened: frozenset[str]
    """The native ids that the connection opens: those listed, but for what it cannot call, and
    those of which any route says that it can call them."""
    duplicates: int
    """Records that repeated an id of their own route."""


_OPEN = (Access.CALLABLE, Access.UNCATALOGUED)
_PRECEDENCE = (Role.LISTS, Role.FALLBACK, Role.DETAIL, Role.ADDS)


def join(answers: Sequence[Answered]) -> Joined:
    """Join the pages of a listing; the order in which pages or records arrived changes nothing."""
    witnesses: dict[str, list[tuple[Evidence, Claims]]] = {}
    opened: set[str] = set()
    duplicates = 0
    for role in _PRECEDENCE:
        for route in sorted({answer.route for answer in answers if answer.role is role}):
            pages = [answer for answer in answers if answer.route == route]
            claims, repeated = _once_each(claim for page in pages for claim in page.reading.claims)
            duplicates += repeated
            for claim in claims:
                witnesses.setdefault(claim.native_id, []).append((pages[-1].evidence, claim))
            opened.update(claim.native_id for claim in claims if _opens(role, claim))
    details = {answer.route for answer in answers if answer.role is Role.DETAIL}
    if details:
        listed = {
            claim.native_id
            for answer in answers
            if answer.role is not Role.DETAIL
            for claim in answer.reading.claims
        }
        witnesses = {name: said for name, said in witnesses.items() if name in listed}
    return Joined(witnesses, frozenset(opened), duplicates)


def _opens(role: Role, claim: Claims) -> bool:
    """Whether an answer shows that the connection opens the model."""
    if claim.access is None:
        return role in OPENING
    return claim.access in _OPEN


def _once_each(claims: Iterable[Claims]) -> tuple[list[Claims], int]:
    best: dict[str, Claims] = {}
    repeated = 0
    for claim in claims:
        held = best.get(claim.native_id)
        if held is None:
            best[claim.native_id] = claim
            continue
        repeated += 1
        if held != claim and _richness(claim) > _richness(held):
            best[claim.native_id] = claim
    return list(best.values()), repeated


def _richness(claim: Claims) -> tuple[int, bytes]:
    said = sum(getattr(claim, field) is not None for field in claim.__struct_fields__)
    return said, msgspec.json.encode(claim)
