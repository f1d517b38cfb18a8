"""Each provider as one of many users has it: what their own connections came to, or how to add one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from ..domain.account import KeptConnection, View
from ..domain.errors import StorageError
from ..domain.model import Tier
from ..domain.outcome import Outcome
from ..domain.provider import KeyNeed, Provider
from ..service.many.asking import Showing
from ..service.many.available import concern
from ..service.many.rows import FROM
from ..service.provider_lines import ProviderLine
from .theirs import Keys

ADD = "POST /api/v1/connections"
"""Where a user adds a key."""
_UNREAD = "the list that your key opened cannot be read at the moment"
_REPLACE, _CHECK = "PUT /api/v1/connections/{id}", "POST /api/v1/connections/{id}/check"


def their_lines(
    lines: Iterable[ProviderLine], rows: Mapping[str, Provider], keys: Keys, now: datetime
) -> Iterator[ProviderLine]:
    """The lines of a catalog, with what the user's connections came to instead of the operator's.

    `rows` are those to which users connect. Where a list of theirs cannot be read at the moment, its
    line says so and counts the models of the list that everybody is shown. May block.
    """
    mine: dict[str, list[tuple[KeptConnection, View | None]]] = {}
    for kept, view, _ in keys.showings():
        mine.setdefault(kept.provider, []).append((kept, view))
    for line in lines:
        row, several = rows.get(line.provider), mine.get(line.provider)
        if row is None or several is None:
            yield _not_theirs(line, row)
        else:
            yield _theirs(line, row, several, keys, now)


def _not_theirs(line: ProviderLine, row: Provider | None) -> ProviderLine:
    """The list that everybody is shown; what its key came to is the operator's business alone."""
    outcome = Outcome(line.outcome)
    said = [] if outcome.fresh or outcome.about_key else [happened(line.message)]
    if row is not None:
        said.append(_how_to_add(row))
    return line._replace(
        key=None,
        available=False,
        outcome=Outcome.NO_KEY if outcome.about_key else outcome,
        message="; ".join(filter(None, said)),
    )


def _how_to_add(row: Provider) -> str:
    if row.key is KeyNeed.NEVER:
        return f"you have no connection to {row.name}: {ADD} adds one"
    where = f" (get one at {row.key_url})" if row.key_url else ""
    return f"you keep no key for {row.name}: {ADD} adds one{where}"


def _theirs(
    line: ProviderLine,
    row: Provider,
    several: Sequence[tuple[KeptConnection, View | None]],
    keys: Keys,
    now: datetime,
) -> ProviderLine:
    asked = [Showing(kept, view) for kept, view in several if view is not None]
    own = FROM if any(kept.fingerprint for kept, _ in several) else None
    line = line._replace(key=own, available=True)
    if not asked:
        said = f"your connection was not asked yet: {_CHECK} asks it"
        return line._replace(outcome=Outcome.CACHED, message=said, checked_at=None)
    worst = max((view for _, view in asked), key=concern)
    line = line._replace(
        outcome=worst.outcome, message=_told(worst, row), checked_at=worst.checked_at
    )
    shown = [view.fetched_at for _, view in asked if view.listing and view.fetched_at]
    if not shown:
        return line
    try:
        opened = {model.id for one in asked for model in keys.shelved(*one, row).models}
    except StorageError:
        return line._replace(message="; ".join(filter(None, (line.message, _UNREAD))))
    return line._replace(
        tier=Tier.LIVE_WITH_KEY if own else Tier.LIVE,
        models=len(opened),
        fetched_at=min(shown),
        age_s=max(0, int((now - min(shown)).total_seconds())),
    )


def _told(view: View, row: Provider) -> str:
    """What happened, and what the user does about it where that is theirs to do."""
    if view.outcome.fresh:
        return ""
    if view.outcome.about_key:
        return f"{view.message}; {_REPLACE} takes another key"
    return view.message if row.listed else ""


def happened(message: str) -> str:
    """The part of a sentence that says what happened; what to do was said to the operator."""
    return message.partition("; ")[0]
