"""What a fetched dataset is worth: a newer edition, the same one again, or nothing to be trusted."""

import gzip
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from ..domain.errors import BadReferenceData, StorageError
from ..domain.listing import Answer
from ..domain.outcome import Outcome, Verdict
from ..knowledge.compiling import Said, read
from ..knowledge.editions import Edition
from ..knowledge.packfile import PackedEdition
from ..rules.edition import published_on, refusal
from ..rules.verdict import judge
from ..storage.visits import Visit
from ..transport.retry import http_date

_NOT_MODIFIED = 304
_UNCHANGED = "unchanged"


class Came(NamedTuple):
    """What asking for a dataset came to."""

    outcome: Outcome
    message: str = ""
    said: Said | None = None
    """The edition, when it is a newer one that is to be taken."""
    etag: str | None = None
    last_modified: str | None = None
    body: str = ""
    """SHA-256 of what was answered, hexadecimal."""


class Scale(NamedTuple):
    """What editions are weighed against."""

    editions: Mapping[str, Edition]
    """The packaged editions, for all that does not change from one to the next."""
    in_hand: Mapping[str, PackedEdition]
    now: datetime
    trusting: bool = False
    """Take also editions that are older or much smaller."""


def answered(name: str, answer: Answer | Verdict, known: Visit | None, scale: Scale) -> Came:
    """What an answer is worth; `known` is the visit that brought the edition in force."""
    if isinstance(answer, Verdict):
        return Came(answer.outcome, answer.message)
    if known and answer.status == _NOT_MODIFIED:
        etag, modified = answer.etag or known.etag, answer.last_modified or known.last_modified
        return Came(Outcome.CACHED, _UNCHANGED, None, etag, modified, known.body)
    if (verdict := judge(answer, keyed=False)) is not None:
        refused = verdict.outcome is Outcome.NO_KEY
        return Came(Outcome.FORBIDDEN if refused else verdict.outcome, verdict.message)
    body = sha256(answer.body).hexdigest()
    if known and known.body == body:
        came = Came(Outcome.CACHED, _UNCHANGED)
    else:
        day = published_on(http_date(answer.last_modified or ""), scale.now)
        came = weighed(name, answer.body, scale.editions[name].of(day), scale)
    return came._replace(etag=answer.etag, last_modified=answer.last_modified, body=body)


def weighed(name: str, body: bytes, edition: Edition, scale: Scale) -> Came:
    """What an edition is worth, read whole."""
    try:
        said = read(name, body, edition)
    except BadReferenceData as error:
        return Came(Outcome.BAD_PAYLOAD, _brief(str(error)))
    if not said.records:
        return Came(Outcome.EMPTY, "no record of it is known here")
    held = scale.in_hand.get(name)
    why = refusal(
        records=said.records,
        published=edition.published,
        had=held.records if held else 0,
        had_published=held.published if held else edition.published,
        today=scale.now.date(),
    )
    if why is not None and not scale.trusting:
        return Came(Outcome.HELD, why)
    return Came(Outcome.OK, said=said)


def found_in(folder: Path, scale: Scale) -> Iterator[tuple[str, Came]]:
    """The datasets of a folder, each by the name of its packaged file or of its published one.

    A packaged file is of the packaged edition's day, another one of the day when it was written.
    Raises `StorageError` for a file that cannot be read.
    """
    for name, edition in scale.editions.items():
        published = edition.url.rpartition("/")[2] if edition.url else edition.file
        for file in (edition.file, published, f"{published}.gz"):
            path = folder / file
            if path.is_file():
                dated = edition if file == edition.file else edition.of(_day(path, scale.now))
                yield name, weighed(name, _content(path), dated, scale)
                break


def _day(path: Path, now: datetime) -> date:
    return published_on(datetime.fromtimestamp(path.stat().st_mtime, UTC), now)


def _content(path: Path) -> bytes:
    try:
        body = path.read_bytes()
        return gzip.decompress(body) if path.suffix == ".gz" else body
    except (OSError, EOFError, zlib.error) as error:
        raise StorageError(f"{path} cannot be read: {error}") from None


def _brief(message: str) -> str:
    return "".join(char for char in message if char.isprintable())[:160]
