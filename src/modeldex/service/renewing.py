"""Ask for newer editions of the public datasets and put the next knowledge pack in force."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from ..domain.errors import BadConfig
from ..domain.listing import Answer
from ..domain.outcome import Outcome, Verdict
from ..domain.report import KnowledgeReport
from ..knowledge.compiling import compiled
from ..knowledge.editions import packaged_editions
from ..knowledge.in_force import editions_in_hand, in_force, said_in_hand
from ..rules.due import Due, due
from ..rules.edition import rests
from ..storage.visits import Visit
from ..transport.client import Transport
from ..transport.limits import Limits
from .library import Dataset, Library
from .renewed import report
from .weighing import Came, Scale, answered, found_in

_FETCHING_SHARE = 0.8
"""Of the time there is; the rest is for reading and compiling."""
_SETTLED = frozenset({Outcome.OK, Outcome.CACHED, Outcome.HELD})
"""Outcomes after which there is nothing new to be had soon."""


class Renewing:
    """One renewal, from what is due to the next pack in force. It asks nobody by being made."""

    def __init__(self, library: Library, began: datetime, *, force: bool = False) -> None:
        """`force` asks also for those of which the edition in hand is fresh."""
        self.library = library
        self.now = in_force(library.packs.folder)
        self.visits = library.visits.read()
        self.wanted = tuple(one for one in library.datasets if self._due(one, began, force))
        self.came: dict[str, Came] = {}
        self.body: bytes | None = None
        """The next pack; `None` while there is nothing newer."""

    async def ask(
        self,
        transport: Transport,
        limits: Limits,
        clock: Callable[[], datetime],
        *,
        trusting: bool = False,
    ) -> None:
        """Fetch what is due and compile it, all within `limits.total_s`.

        A failure is an outcome of its dataset. `trusting` takes also editions that are older
        or much smaller than those in hand.
        """
        fetched_by = time.monotonic() + limits.total_s * _FETCHING_SHARE
        try:
            async with asyncio.timeout(limits.total_s):
                answers = await asyncio.gather(
                    *(self._fetch(one, transport, fetched_by) for one in self.wanted)
                )
                scale = self._scale(clock(), trusting)
                self.came, self.body = await asyncio.to_thread(self._weigh, answers, scale)
        except TimeoutError:
            late = Came(Outcome.TIMEOUT, f"not read and compiled within {limits.total_s:g} s")
            self.came = {one.name: late for one in self.wanted}

    def take(self, folder: Path, now: datetime, *, trusting: bool = False) -> None:
        """Compile the datasets that lie in a folder, instead of asking for any.

        Raises `BadConfig` when there is none, and `StorageError` for a file that cannot be read.
        """
        self.wanted = ()
        self.came = dict(found_in(folder, self._scale(now, trusting)))
        if not self.came:
            files = ", ".join(edition.file for edition in packaged_editions().values())
            raise BadConfig(f"{folder} holds no dataset; looked for {files}")
        self.body = self._next(self.came)

    def publish(self, now: datetime) -> KnowledgeReport:
        """Put the next pack in force and remember what was asked; raises `StorageError`."""
        pack = self.now.hash if self.body is None else self.library.packs.publish(self.body)
        if self.body is not None or self.wanted:
            self.library.visits.write(self._visits(pack, now))
        problem = self.now.problem if self.body is None else ""
        return report(editions_in_hand(self.now), self.came, problem)

    def abandoned(self, problem: str) -> KnowledgeReport:
        """The report when the next pack could not be put in force, and why."""
        return report(editions_in_hand(self.now), {}, problem)

    def _due(self, dataset: Dataset, began: datetime, force: bool) -> bool:
        visit = self._visit(dataset)
        settled = visit is not None and visit.outcome in _SETTLED
        decided = due(
            began=began,
            fetched_at=visit.at if visit and settled and visit.pack == self.now.hash else None,
            tried_at=visit.at if visit else None,
            may_ask=not rests(visit.at if visit and not settled else None, began),
            ttl=self.library.ttl,
            force=force,
            offline=False,
        )
        return decided is Due.ASK

    def _visit(self, dataset: Dataset) -> Visit | None:
        visit = self.visits.get(dataset.name)
        return visit if visit is not None and visit.url == dataset.url else None

    def _known(self, dataset: Dataset) -> Visit | None:
        """The last visit, when the pack in force has the edition that it brought."""
        visit = self._visit(dataset)
        return visit if visit is not None and visit.pack == self.now.hash else None

    def _scale(self, now: datetime, trusting: bool) -> Scale:
        return Scale(packaged_editions(), editions_in_hand(self.now), now, trusting)

    async def _fetch(
        self, dataset: Dataset, transport: Transport, ends_at: float
    ) -> tuple[Dataset, Answer | Verdict]:
        known = self._known(dataset)
        try:
            return dataset, await transport.fetch_public(
                dataset.url,
                etag=known.etag if known else None,
                last_modified=known.last_modified if known else None,
                ends_at=ends_at,
            )
        except Verdict as verdict:
            return dataset, verdict

    def _weigh(
        self, answers: Iterable[tuple[Dataset, Answer | Verdict]], scale: Scale
    ) -> tuple[dict[str, Came], bytes | None]:
        came = {
            dataset.name: answered(dataset.name, answer, self._known(dataset), scale)
            for dataset, answer in answers
        }
        return came, self._next(came)

    def _next(self, came: Mapping[str, Came]) -> bytes | None:
        newer = {name: one.said for name, one in came.items() if one.said is not None}
        return compiled({**said_in_hand(self.now, packaged_editions()), **newer}) if newer else None

    def _visits(self, pack: str, now: datetime) -> dict[str, Visit]:
        """What to remember: the new visits, and those whose editions went into the next pack."""
        visits = {
            name: msgspec.structs.replace(visit, pack=pack)
            for name, visit in self.visits.items()
            if visit.pack == self.now.hash and name not in self.came
        }
        for dataset in self.wanted:
            came, before = self.came[dataset.name], self._known(dataset)
            visit = Visit(
                url=dataset.url, at=now, outcome=came.outcome, message=came.message, pack=pack
            )
            if came.outcome.fresh:
                visit = _knowing(visit, came)
            elif before is not None:
                visit = _knowing(visit, before)
            visits[dataset.name] = visit
        return visits


def _knowing(visit: Visit, by: Came | Visit) -> Visit:
    return msgspec.structs.replace(
        visit, etag=by.etag, last_modified=by.last_modified, body=by.body
    )
