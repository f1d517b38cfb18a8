"""After each refresh: what is new goes to the programs' people and to the receivers, each event once.

What is new is what the catalog in force has in its history beyond what was read of it before, so
that a process killed between publishing and telling is made up for by the next one.
"""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec

from ..domain.binding import Binding
from ..domain.change import Change
from ..domain.delivery import Message
from ..domain.errors import ModeldexError
from ..domain.notice import Notice
from ..domain.report import Report
from ..rules.noticing import Standing, due
from ..rules.telling import document, told
from ..settings.telling import Telling, WebhookConfig
from ..storage.catalog_file import CatalogFile
from ..storage.outbox import Due, Mark
from ..storage.publishing import current
from .delivering import send
from .desk import APPRISE, Desk
from .refresh import refresh
from .workshop import Progress, Wish, Workshop

BUDGET_S = 5.0
"""Seconds for sending at the end of a refresh; what is left is sent by the next one."""


async def refresh_and_tell(
    desk: Desk, workshop: Workshop, wish: Wish, progress: Progress | None = None
) -> Report:
    """A refresh, after which all who are to be told are told, or will be by the next one.

    Nothing of this makes a refresh fail: what went wrong stands in `Report.undelivered`.
    """
    problems: list[str] = []
    notices: tuple[Notice, ...] = ()
    try:
        await asyncio.to_thread(begin, desk)
    except ModeldexError as error:
        problems.append(str(error))
    report = await refresh(workshop, wish, progress)
    try:
        notices = await asyncio.to_thread(note, desk)
        if not wish.offline:
            sent = await send(desk, BUDGET_S)
            problems += [f"{one.channel}: {one.problem}" for one in sent if one.problem]
    except ModeldexError as error:
        problems.append(str(error))
    problems += desk.damaged()
    return msgspec.structs.replace(
        report, notices=notices, undelivered=tuple(dict.fromkeys(problems))
    )


def begin(desk: Desk) -> None:
    """Whoever is to be told for the first time hears of what happens from now on.

    Raises `StorageError`, as `note` does.
    """
    if not _listeners(desk):
        desk.outbox.forget_marks()
    elif not desk.outbox.marks():
        path = current(desk.catalogs)
        desk.outbox.put(_mark(CatalogFile(path)) if path else Mark("", "", desk.clock()))


def note(desk: Desk) -> tuple[Notice, ...]:
    """Take what is new into the outbox; gives the notices that were never given before."""
    path = current(desk.catalogs)
    if path is None or not _listeners(desk):
        return ()
    marks = desk.outbox.marks()
    if marks and marks[0].catalog == path.stem:
        return ()
    file, now = CatalogFile(path), desk.clock()
    news = _news(file, marks) if marks else []
    standing = _standings(file)
    limits = desk.config.thresholds
    made = [
        Due(one, tuple(_of_notice(desk.config, one)))
        for one in due(desk.bindings.all(), standing, news, limits, now)
    ]
    messages = (one for change in news for one in _of_change(desk.config.webhooks, change, now))
    found = desk.outbox.put(_mark(file), messages, made)
    desk.outbox.prune(now)
    return found


def _listeners(desk: Desk) -> tuple[Binding | WebhookConfig, ...]:
    return (*desk.config.webhooks, *desk.bindings.all())


def _mark(file: CatalogFile) -> Mark:
    newest = next(file.changes(as_written=True, limit=1), None)
    stamp = file.stamp
    return Mark(stamp.hash, _trace(newest) if newest else "", stamp.published_at)


def _trace(change: Change) -> str:
    """A place in a history: on another branch of it the same change has another time."""
    return f"{change.key}@{change.at.isoformat()}"


def _news(file: CatalogFile, marks: Iterable[Mark]) -> list[Change]:
    """The changes behind the newest place of this history that was read, in their order.

    After a roll-back that is a place before the last one; events that were sent from the branch
    left behind are known to the outbox by their keys. Where no place is known any more, what
    happened since the last reading is new.
    """
    known = {mark.key for mark in marks}
    latest = next(iter(marks)).at
    found: list[Change] = []
    for change in file.changes(as_written=True):
        if _trace(change) in known:
            return found[::-1]
        found.append(change)
    return [one for one in found[::-1] if "" in known or one.at > latest]


def _standings(file: CatalogFile) -> Callable[[str], Standing]:
    return lambda name: Standing(file.get(name), file.remembered(name))


def _of_change(
    webhooks: Iterable[WebhookConfig], change: Change, now: datetime
) -> Iterable[Message]:
    said = {"type": f"model.{change.kind}", "timestamp": change.at}
    body = _json({**said, "data": {**document(change), "says": told(change)}})
    for one in webhooks:
        if one.what == "notices" or not _wants(one, change.id):
            continue
        if not one.kinds or change.kind in one.kinds:
            yield Message(id=f"chg_{change.key}", channel=one.name, body=body, at=now)


def _of_notice(config: Telling, notice: Notice) -> Iterable[Message]:
    name = f"ntc_{notice.key}"
    said = {"type": f"binding.{notice.kind}", "timestamp": notice.at}
    body = _json({**said, "data": notice})
    for one in config.webhooks:
        if one.what != "changes" and _wants(one, notice.model):
            yield Message(id=name, channel=one.name, body=body, at=notice.at)
    for address in config.notices.apprise:
        channel = f"{APPRISE}{address}"
        yield Message(id=name, channel=channel, body=notice.sentence, at=notice.at)


def _wants(webhook: WebhookConfig, id: str) -> bool:
    return not webhook.providers or id.partition("/")[0] in webhook.providers


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
