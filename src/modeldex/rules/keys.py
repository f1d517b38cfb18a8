"""What an answer proves about a key, and whose key one is by the way it begins."""

from collections.abc import Iterable, Sequence

from ..domain.listing import OPENING, Role, Route, When
from ..domain.provider import KeyNeed, Provider
from ..domain.secret import Secret


def proves(row: Provider, routes: Sequence[Route]) -> bool:
    """Whether a refresh that ends well shows that the key is good.

    A list that answers everybody shows nothing, and one that answers better to a good key shows
    nothing either when it answers a bad one at the same address.
    """
    if row.key is KeyNeed.LISTING or any(route.role is Role.CHECKS for route in routes):
        return True
    public = {route.path for route in routes if route.when is not When.WITH_KEY}
    return any(
        route.role in OPENING
        and route.when is When.WITH_KEY
        and route.sends_key
        and not route.public
        and route.path not in public
        for route in routes
    )


def in_doubt(row: Provider, known: Provider | None, base_url: str | None = None) -> bool:
    """Whether nobody has seen that the row's list wants a key, so that its coming proves nothing.

    `known` is the packaged row of that id, if there is one; `base_url` is where the list is asked
    for, `None` for the row's own address.
    """
    if known is None or row.key is KeyNeed.NEVER or row.evidence == "unverified":
        return True
    if row.key is not known.key or row.list_path != known.list_path:
        return True
    where = (base_url or row.base_url).rstrip("/")
    return "{" not in known.base_url and where != known.base_url.rstrip("/")


def mistaken(secret: Secret, row: Provider, others: Iterable[Provider]) -> str | None:
    """Why a key can hardly be one of `row`'s, in a few words; `None` when nothing says so."""
    for start, what in sorted(row.other_keys.items(), key=lambda one: -len(one[0])):
        if secret.begins_with(start):
            return f"it begins with {start}: {what}"
    every = {start: other.name for other in others for start in other.key_prefix}
    own = max((len(start) for start in row.key_prefix if secret.begins_with(start)), default=0)
    telling = [start for start in every if len(start) > own and not _shared(start, every)]
    if theirs := [start for start in telling if secret.begins_with(start)]:
        longest = max(theirs, key=len)
        if every[longest] != row.name:
            return f"it begins with {longest}, as keys of {every[longest]} do"
    if own or not row.key_prefix:
        return None
    return f"{row.name}'s keys begin with {' or '.join(row.key_prefix)}"


def _shared(start: str, every: Iterable[str]) -> bool:
    """Whether keys of several providers begin like this, as so many do with `sk-`."""
    return any(other != start and other.startswith(start) for other in every)
