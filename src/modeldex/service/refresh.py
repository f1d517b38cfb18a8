"""Ask all due connections and publish a new catalog: whole, or not at all."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from datetime import datetime

from ..domain.catalog import HeldListing, ListingStamp
from ..domain.connection import Connection
from ..domain.errors import StorageError
from ..domain.model import Tier
from ..domain.report import CatalogStamp, KnowledgeReport, ProviderReport, Report
from ..rules.due import Due, due, spaced
from ..storage import kept_lists
from ..storage.catalog_file import CatalogFile
from ..storage.publishing import publish
from ..storage.state import Attempt
from ..transport.breaker import may_ask
from .aliasing import named
from .alone import only_one
from .assembling import Part, assemble
from .attempting import attempted, breaker, set_aside
from .begun_with import begun_with
from .connecting import Configured
from .discover import Asked, discover
from .finding_local import here
from .judging import judged, settled
from .listing import Shown, inherited, references, replaces, reread, shown
from .picking import picked
from .remembering import Taken, past, remember
from .renewing import Renewing
from .reporting import Line, after_attempt, not_asked, report
from .storing import Sharing
from .workshop import Progress, Wish, Workshop

NOTHING_DUE = "nothing is due"


async def refresh(workshop: Workshop, wish: Wish, progress: Progress | None = None) -> Report:
    """Ask what is due, publish the next catalog, and say what each connection came to.

    Providers that fail are lines of the report. Where a folder cannot be written to, `catalog` is
    `None`, `message` says what to do, and the earlier catalog stays.
    """
    began, started = workshop.clock(), time.monotonic()
    try:
        async with only_one(workshop):
            workshop = await here(workshop, wish)
            sharing = await asyncio.to_thread(
                Sharing, workshop.shared, workshop.fence, offline=wish.offline
            )
            work = await asyncio.to_thread(_Work, workshop, wish, began)
            if wish.due and not work.wanted and not sharing.behind:
                return work.nothing_due(_ms(started))
            asked = await work.ask(progress or _silent)
            stamp, lines = await asyncio.to_thread(sharing.publish, work, asked)
    except StorageError as error:
        return Report(duration_ms=_ms(started), catalog=None, providers=(), message=str(error))
    return Report(
        duration_ms=_ms(started),
        catalog=stamp,
        providers=lines,
        message=sharing.message,
        knowledge=work.knowledge,
        warnings=work.warnings,
    )


class _Work:
    """One refresh between taking the lock and publishing."""

    def __init__(self, workshop: Workshop, wish: Wish, began: datetime) -> None:
        self.workshop = workshop
        self.wish = wish
        self.began = began
        self.previous, self.stamps, self.held, lost = begun_with(workshop.catalogs, workshop.blobs)
        self.warnings = (*workshop.misread(), *([lost] if lost else ()))
        self.attempts: Mapping[str, Attempt] = workshop.state.attempts()
        self.plan = {one.connection.id: self._due(one.connection) for one in workshop.configured}
        self.past = past(self.previous)
        self.taken: dict[str, Taken] = {}
        self.renewing = self._renewing()
        self.knowledge: KnowledgeReport | None = None

    def anew(self) -> "_Work":
        """The same refresh on top of a catalog that took the place of the one it began with."""
        work = _Work(self.workshop, self.wish, self.began)
        work.attempts, work.plan, work.renewing = self.attempts, self.plan, None
        return work

    def _due(self, connection: Connection) -> Due | None:
        """`None` for a connection that this refresh is not about, or that cannot be asked."""
        if self.wish.only and connection.provider.id not in self.wish.only:
            return None
        if not connection.askable:
            return None
        stamp = self.stamps.get(connection.id)
        attempt = self.attempts.get(connection.id)
        return due(
            began=self.began,
            fetched_at=stamp.fetched_at if stamp and stamp.complete else None,
            tried_at=attempt.at if attempt else None,
            may_ask=may_ask(breaker(attempt), self.began),
            ttl=spaced(self.workshop.every, connection.id) if self.wish.due else self.workshop.ttl,
            force=self.wish.force,
            offline=self.wish.offline,
        )

    @property
    def wanted(self) -> bool:
        """Whether there is anybody to ask, a provider or a dataset."""
        newer = self.renewing is not None and bool(self.renewing.wanted)
        return self.previous is None or newer or Due.ASK in self.plan.values()

    def nothing_due(self, duration_ms: int) -> Report:
        """The report of a refresh that had nothing to do."""
        stamp = self.previous.stamp if self.previous else None
        return Report(
            duration_ms=duration_ms,
            catalog=stamp,
            providers=(),
            message=NOTHING_DUE,
            warnings=self.warnings,
        )

    def _renewing(self) -> Renewing | None:
        """`None` for a refresh that is not about the public datasets."""
        library = self.workshop.library
        if self.wish.only or self.wish.offline or not library.ttl:
            return None
        return Renewing(library, self.began, force=self.wish.force)

    async def ask(self, progress: Progress) -> dict[str, Asked]:
        """Ask what is due; each connection is reported as soon as it is done."""
        wanted = [
            one.connection
            for one in self.workshop.configured
            if self.plan[one.connection.id] is Due.ASK
        ]
        renewing = self.renewing
        if not wanted and not (renewing and renewing.wanted):
            return {}

        def done(asked: Asked) -> None:
            progress(after_attempt(self._settled(asked), None, self.began).report())

        limits = self.workshop.limits
        async with self.workshop.open_transport(limits) as transport:
            asking = discover(wanted, transport, limits, self.workshop.clock, done)
            if renewing is None:
                found = await asking
            else:
                newer = renewing.ask(transport, limits, self.workshop.clock)
                found, _ = await asyncio.gather(asking, newer)
        return {asked.connection.id: asked for asked in found}

    def publish(
        self, asked: Mapping[str, Asked]
    ) -> tuple[CatalogStamp, tuple[ProviderReport, ...]]:
        """Store the new pages, write and publish the catalog, remember the attempts."""
        now = self.workshop.clock()
        asked = {name: self._settled(one) for name, one in asked.items()}
        self.knowledge = self._renewed(now)
        lines, parts = [], []
        for one in self.workshop.configured:
            line, part = self._part(one, asked.get(one.connection.id), now)
            lines.append(line)
            parts.append(part)
        first_seen = self.previous.first_seen() if self.previous else {}
        content, tell = remember(
            assemble(parts, self.workshop.knows(), first_seen | self.past.first_seen(), now),
            self.taken,
            self.held.values(),
            self.past,
            self.workshop.thresholds,
            self.workshop.bound(),
        )
        content = named(content, self.previous, self.taken)
        content = picked(content, self.previous, self.workshop.measured())
        earlier = self.previous.path if self.previous else None
        kept_lists.write(self.workshop.blobs.folder, content.listings, self.held.values())
        stamp = publish(self.workshop.catalogs, content, earlier=earlier, tell=tell)
        self._record(asked.values(), lines, now)
        kept = {ref.hash for part in parts for ref in part.stamp.pages}
        kept |= {ref.hash for old in self.stamps.values() for ref in old.pages}
        kept |= {ref.hash for aside in self.held.values() for ref in aside.pages}
        self.workshop.blobs.keep_only(kept)
        published = CatalogFile(self.workshop.catalogs / f"{stamp.hash}.db")
        listed = {listing.connection: listing.models for listing in content.listings}
        chosen = [
            line._replace(models=listed[line.connection])
            for line in lines
            if not self.wish.only or line.provider.id in self.wish.only
        ]
        return stamp, report(chosen, self.previous, published)

    def _renewed(self, now: datetime) -> KnowledgeReport | None:
        """Put newer knowledge in force; where that fails, the catalog is made with the earlier."""
        if self.renewing is None:
            return None
        try:
            return self.renewing.publish(now)
        except StorageError as error:
            return self.renewing.abandoned(str(error))

    def _settled(self, asked: Asked) -> Asked:
        stamp = self.stamps.get(asked.connection.id)
        return settled(asked, stamp.pages if stamp else ())

    def _part(self, one: Configured, asked: Asked | None, now: datetime) -> tuple[Line, Part]:
        connection = one.connection
        before = None if asked and replaces(asked) else self._before(connection)
        now_shown = shown(asked, before.listing if before else None) if asked else before
        aside = self.held.get(connection.id)
        apart = now_shown is None and set_aside(connection, self.attempts, self.plan)
        if asked is not None:
            now_shown, aside = self._judged(asked, now_shown, aside, now)
            line = after_attempt(asked, now_shown, now, aside, apart=apart)
        else:
            attempt = self.attempts.get(connection.id)
            line = not_asked(one, self.plan[connection.id], attempt, now_shown, now, apart=apart)
            provider, known = connection.provider.id, self.past.remembering
            if now_shown and now_shown.listing.complete and provider not in known:
                self.taken[provider] = Taken(connection.id)  # a lost history begins anew
        stamp = self._stamp(connection, line, now_shown, now if asked else None)
        public = None if now_shown is None else self.workshop.shows(now_shown)
        return line, Part(connection.provider, stamp, public)

    def _judged(
        self, asked: Asked, now_shown: Shown | None, aside: HeldListing | None, now: datetime
    ) -> tuple[Shown | None, HeldListing | None]:
        """The list to show, and the one that is set aside after this attempt, if any."""
        connection = asked.connection
        stamp = self.stamps.get(connection.id)
        measure = stamp is not None and bool(stamp.pages) and (stamp.complete or asked.empty)
        if stamp is not None and now_shown is not None and stamp.hash == now_shown.listing.hash:
            measure = False
        found = judged(
            asked,
            now_shown,
            lambda: self._before(connection) if measure else None,
            aside,
            self.workshop.plausibility,
            now,
            self.workshop.blobs,
            accept=connection.provider.id in self.wish.accept,
        )
        if found.taken is not None:
            self.taken[connection.provider.id] = found.taken
        self.held.pop(connection.id, None)
        if found.held is not None:
            self.held[connection.id] = found.held
        return found.shown, found.held

    def _record(self, asked: Iterable[Asked], lines: Iterable[Line], now: datetime) -> None:
        told = {line.connection: line for line in lines}
        for one in asked:
            connection = one.connection.id
            earlier = breaker(self.attempts.get(connection))
            attempt = attempted(one, told[connection], earlier, self.workshop.jitter(), now)
            self.workshop.state.record(attempt)

    def _before(self, connection: Connection) -> Shown | None:
        stamp = self.stamps.get(connection.id)
        if stamp is not None and stamp.pages:
            return reread(stamp, connection, self.workshop.blobs)
        for other in self.stamps.values():
            if other.provider == connection.provider.id and other.tier is Tier.LIVE:
                public = reread(other, connection, self.workshop.blobs)
                return inherited(public, connection) if public else None
        return None

    def _stamp(
        self, connection: Connection, line: Line, now_shown: Shown | None, asked_at: datetime | None
    ) -> ListingStamp:
        listing = now_shown.listing if now_shown else None
        before = self.stamps.get(connection.id)
        told = before if asked_at is None and before is not None else None
        return ListingStamp(
            provider=connection.provider.id,
            connection=connection.id,
            tier=listing.tier if listing else Tier.MANIFEST,
            callable=connection.callable,
            hash=listing.hash if listing else "",
            fetched_at=listing.fetched_at if listing else None,
            checked_at=told.checked_at if told else asked_at,
            outcome=told.outcome if told else line.outcome,
            message=told.message if told else line.message,
            complete=listing.complete if listing else False,
            pages=references(listing.pages, self.workshop.blobs) if listing else (),
        )


def _silent(line: ProviderReport) -> None:
    """Progress that nobody watches."""


def _ms(started: float) -> int:
    return int((time.monotonic() - started) * 1000)
