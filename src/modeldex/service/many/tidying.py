"""Remove what nobody needs any more: headers that no view shows, pages that no header names, ended sessions."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from ...domain.errors import StorageError
from ...storage.blobs import Blobs
from ...storage.shared_pages import SharedPages
from .headers import Header

if TYPE_CHECKING:
    from ...storage.accounts.listings import Listings
    from ...storage.accounts.opening import Accounts

YOUNG = timedelta(days=1)
"""What was written so lately may belong to a header that is not written yet."""
SESSIONS = timedelta(days=7)
"""So long a session that ended is remembered."""
CALLS = timedelta(days=36)
"""So long a single call is remembered: a day longer than one may be reported."""
MOST = 1000
"""Pages that are removed from the store at once; the rest waits for the next time."""
_BATCH = 500


def tidy_database(accounts: "Accounts", now: datetime) -> None:
    """Remove headers that nobody was shown for a day, sessions that ended a week ago, and single
    calls too old to be reported again; what they add up to stays.

    For one machine at a time. May block; raises `StorageError`.
    """
    accounts.listings.sweep(now, YOUNG)
    accounts.tokens.sweep(now - SESSIONS)
    accounts.calls.forget(now - CALLS)


def tidy_store(pages: SharedPages, listings: "Listings", now: datetime) -> int:
    """Remove pages from the store that no header names; how many. For one machine at a time.

    May block; raises `StorageError`.
    """
    old = pages.older(now - YOUNG)  # asked for first: what comes later is young
    unneeded = sorted(set(old) - named(listings))[:MOST] if old else []
    pages.remove(unneeded)
    return len(unneeded)


def tidy_here(pages: Blobs | SharedPages, listings: "Listings", now: datetime) -> int:
    """Remove pages from this machine's folder that no header names; how many.

    May block; raises `StorageError`.
    """
    near = pages.near if isinstance(pages, SharedPages) else pages
    unsent = pages.unsent() if isinstance(pages, SharedPages) else frozenset()
    if not (old := set(near.older(now - YOUNG)) - unsent):
        return 0
    return near.remove(old - named(listings), now - YOUNG)


def named(listings: "Listings") -> set[str]:
    """The pages that any header names; raises `StorageError` when one cannot be read, as it cannot
    be known then what is needed."""
    return {name for body in _bodies(listings) for name in _pages(body)}


def _bodies(listings: "Listings") -> Iterator[bytes]:
    after = ""
    while batch := listings.page(after, _BATCH):
        yield from (body for _, body in batch)
        after = batch[-1][0]


def _pages(body: bytes) -> Iterator[str]:
    try:
        header = msgspec.json.decode(body, type=Header)
    except (msgspec.MsgspecError, RecursionError):
        raise StorageError(
            "a list's header in the accounts database cannot be read, so no page is removed: its"
            " users have to refresh, or a newer modeldex wrote it"
        ) from None
    return (page.hash for page in header.pages)
