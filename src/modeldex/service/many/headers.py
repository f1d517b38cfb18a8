"""Listings that many share: a header that names the pages, and is itself named by what it says."""

from datetime import datetime
from hashlib import blake2b, sha256

import msgspec

from ..._version import __version__
from ...domain.catalog import ListingStamp, PageRef
from ...domain.listing import Listing
from ...domain.model import Tier
from ...domain.outcome import Outcome
from ...domain.provider import Provider
from ..listing import Bodies, earlier, references
from .places import Listings


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """One listing without whose it is: equal answers to equal rows at one address are one."""

    provider: str
    spoken: str
    """`version` of the row by which the pages were asked for."""
    tier: Tier
    complete: bool
    fetched_at: datetime
    pages: tuple[PageRef, ...]

    @property
    def name(self) -> str:
        """SHA-256 over all of it but the times, hexadecimal.

        Rows and addresses count: the same bytes from another host are another listing, so that
        nobody is shown where somebody else's list came from.
        """
        said = sha256(f"{self.provider}\n{self.spoken}\n{self.tier}\n{self.complete}\n".encode())
        for page in self.pages:
            said.update(msgspec.json.encode((page.ask, page.hash, page.url), order="sorted"))
        return said.hexdigest()


def version(row: Provider) -> str:
    """A name for how a row's list is asked for and read; differs with the row and the release."""
    said = msgspec.json.encode(row, order="sorted")
    return f"{row.dialect}:{__version__}:{blake2b(said, digest_size=8).hexdigest()}"


def keep(listing: Listing, row: Provider, listings: Listings, bodies: Bodies) -> str:
    """Keep a listing with its pages and return its header's name; raises `StorageError`."""
    header = Header(
        provider=row.id,
        spoken=version(row),
        tier=listing.tier,
        complete=listing.complete,
        fetched_at=listing.fetched_at,
        pages=references(listing.pages, bodies),
    )
    listings.put(header.name, msgspec.json.encode(header))
    return header.name


def kept_header(name: str, listings: Listings) -> Header | None:
    """The header of that name; `None` when it is lost or damaged."""
    body = listings.get(name)
    if body is None:
        return None
    try:
        header = msgspec.json.decode(body, type=Header)
    except (msgspec.MsgspecError, RecursionError):
        return None
    return header if header.name == name else None


def listing_of(header: Header, connection: str, bodies: Bodies) -> Listing | None:
    """The listing behind a header, as if `connection` had asked; `None` when a page is lost."""
    return earlier(stamp_of(header, connection), bodies)


def stamp_of(header: Header, connection: str) -> ListingStamp:
    """The header in the words of a catalog."""
    return ListingStamp(
        provider=header.provider,
        connection=connection,
        tier=header.tier,
        callable=True,
        hash=header.name,
        fetched_at=header.fetched_at,
        checked_at=header.fetched_at,
        outcome=Outcome.OK,
        complete=header.complete,
        pages=header.pages,
    )
