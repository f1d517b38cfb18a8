"""From what was asked to the list that is shown: new pages where they are whole, earlier ones where not."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

import msgspec

from ..dialects import spoken
from ..domain.catalog import ListingStamp, PageRef
from ..domain.connection import Connection
from ..domain.listing import OPENING, Listing, Page, Reading, Role
from ..domain.model import Tier
from ..domain.outcome import Outcome, Unreadable
from ..domain.source import Evidence, Source
from ..rules.joining import Answered, Joined, join
from .discover import Asked


class Bodies(Protocol):
    """Raw pages by their content, as `storage/blobs.Blobs` keeps them in a folder."""

    def get(self, name: str) -> bytes | None:
        """The body of that hash; `None` when it is missing or damaged."""

    def put(self, body: bytes) -> str:
        """Keep a body and return its SHA-256, hexadecimal."""


class Shown(NamedTuple):
    """The list that the next catalog shows for a connection."""

    listing: Listing
    joined: Joined


def shown(asked: Asked, before: Listing | None) -> Shown | None:
    """The list after an attempt; `None` when neither it nor an earlier one gave any page.

    A route that came whole is replaced; one that failed or broke off keeps its earlier pages, and
    only without any shows what little came. So does one that came empty, unless the outcome is
    `ok`: then an empty list beside another one, or in the place of an earlier one, is a list.
    """
    whole = {result.route for result in asked.results if result.whole}
    lists = {result.route for result in asked.results if result.role is Role.LISTS}
    fallback = {result.route for result in asked.results if result.role is Role.FALLBACK} & whole
    nothing = set() if fallback else _nothing(asked)
    whole |= nothing
    pages = _taken(asked, before, whole, nothing)
    if lists & whole:
        pages = [page for page in pages if page.ask.role is not Role.FALLBACK]
    elif fallback:
        pages = [_as_facts(page) if page.ask.role is Role.LISTS else page for page in pages]
    if not pages:
        return None
    renewed = any(page.ask.route in lists and page in pages for page, _ in asked.read)
    listing = Listing(
        connection=asked.connection.id,
        tier=_tier(asked.connection, pages),
        fetched_at=_moment(pages),
        pages=tuple(pages),
        complete=lists <= whole
        or bool(fallback)
        or (before is not None and before.complete and not renewed),
    )
    return Shown(listing, read(listing, asked.connection, {p.hash: r for p, r in asked.read}))


def replaces(asked: Asked) -> bool:
    """Whether every route came whole, so that nothing of the earlier list is needed."""
    return all(result.whole or result.role is Role.CHECKS for result in asked.results)


def _nothing(asked: Asked) -> set[str]:
    """The routes whose having no model is an answer."""
    if asked.conclusion.outcome is not Outcome.OK:
        return set()
    return {
        result.route
        for result in asked.results
        if result.nothing and (result.role is Role.LISTS or asked.empty)
    }


def _taken(asked: Asked, before: Listing | None, whole: set[str], nothing: set[str]) -> list[Page]:
    kept = before.pages if before else ()
    if asked.empty and nothing:
        kept = tuple(page for page in kept if page.ask.role is not Role.DETAIL)
    earlier = _by_route(kept)
    now = _by_route(
        page for page, reading in asked.read if reading.claims or page.ask.route in nothing
    )
    pages: list[Page] = []
    for route in sorted(now.keys() | earlier.keys()):
        detail = route in now and now[route][0].ask.role is Role.DETAIL and bool(whole)
        fresh = route in now and (route in whole or detail or route not in earlier)
        pages += sorted(now[route], key=_place) if fresh else earlier[route]
    return pages


def _place(page: Page) -> str:
    """Details arrive in any order; the pages of a list keep theirs."""
    return page.ask.json or ""


def inherited(public: Shown, connection: Connection) -> Shown:
    """A public list taken over by a connection with a key: facts, of which it opens nothing yet."""
    pages = tuple(_as_facts(page) for page in public.listing.pages)
    listing = msgspec.structs.replace(
        public.listing, connection=connection.id, pages=pages, complete=False
    )
    return Shown(listing, read(listing, connection))


def _as_facts(page: Page) -> Page:
    return msgspec.structs.replace(page, ask=msgspec.structs.replace(page.ask, role=Role.ADDS))


def _tier(connection: Connection, pages: Iterable[Page]) -> Tier:
    keyed = any(page.ask.sends_key for page in pages if page.ask.role in OPENING)
    return Tier.LIVE_WITH_KEY if keyed and connection.secret else Tier.LIVE


def read(
    listing: Listing, connection: Connection, known: Mapping[str, Reading] | None = None
) -> Joined:
    """What a listing says; pages that were read already (by hash, in `known`) are not read again."""
    reader = spoken(connection.provider).read
    answers = []
    for page in listing.pages:
        reading = (known or {}).get(page.hash) or reader(page)
        evidence = Evidence(
            source=Source.API,
            evidence=page.url,
            observed_at=page.fetched_at or listing.fetched_at,
        )
        answers.append(Answered(page.ask.route, page.ask.role, evidence, reading))
    return join(answers)


def earlier(stamp: ListingStamp, blobs: Bodies) -> Listing | None:
    """The list that a catalog shows for a connection, from its stored pages; `None` if one is lost."""
    pages = []
    for ref in stamp.pages:
        body = blobs.get(ref.hash)
        if body is None:
            return None
        pages.append(Page(ask=ref.ask, body=body, url=ref.url, fetched_at=ref.fetched_at))
    if not pages or stamp.fetched_at is None:
        return None
    return Listing(
        connection=stamp.connection,
        tier=stamp.tier,
        fetched_at=stamp.fetched_at,
        pages=tuple(pages),
        complete=stamp.complete,
    )


def reread(stamp: ListingStamp, connection: Connection, blobs: Bodies) -> Shown | None:
    """The earlier list of a connection, read again; `None` when it is lost or no longer readable."""
    listing = earlier(stamp, blobs)
    if listing is None:
        return None
    try:
        return Shown(listing, read(listing, connection))
    except Unreadable:
        return None


def references(pages: Sequence[Page], blobs: Bodies) -> tuple[PageRef, ...]:
    """The pages, stored by their content."""
    return tuple(
        PageRef(ask=page.ask, hash=blobs.put(page.body), url=page.url, fetched_at=page.fetched_at)
        for page in pages
        if page.fetched_at is not None
    )


def _by_route(pages: Iterable[Page]) -> dict[str, list[Page]]:
    routes: dict[str, list[Page]] = {}
    for page in pages:
        routes.setdefault(page.ask.route, []).append(page)
    return routes


def _moment(pages: Sequence[Page]) -> datetime:
    lists = [page for page in pages if page.ask.role in OPENING] or pages
    return max(page.fetched_at for page in lists if page.fetched_at)
