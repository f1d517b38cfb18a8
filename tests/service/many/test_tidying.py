import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from modeldex.domain.account import Call, User
from modeldex.domain.errors import StorageError
from modeldex.domain.listing import Ask, Listing, Page
from modeldex.domain.model import Tier
from modeldex.service.listing import Bodies
from modeldex.service.many.headers import keep
from modeldex.service.many.tidying import YOUNG, named, tidy_database, tidy_here, tidy_store
from modeldex.storage.accounts.opening import Accounts, open_accounts
from modeldex.storage.blobs import Blobs
from modeldex.storage.shared_pages import SharedPages
from tests.buckets import memory

from .house import shop

NOW = datetime.now(UTC)
LATER = NOW + YOUNG + timedelta(hours=1)


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    opened = open_accounts(f"sqlite:///{tmp_path}/accounts.db")
    yield opened
    opened.close()


@pytest.fixture
def pages(tmp_path: Path) -> SharedPages:
    store = memory()
    return SharedPages(Blobs(tmp_path / "pages"), lambda: store)


def kept(accounts: Accounts, bodies: Bodies, *models: str) -> str:
    """Keep a listing; the name of its one page."""
    body = json.dumps({"data": [{"id": name} for name in models]}).encode()
    page = Page(
        ask=Ask(route="models", path="/models"),
        body=body,
        url="https://shop.example",
        fetched_at=NOW,
    )
    listing = Listing(
        connection="x", tier=Tier.LIVE_WITH_KEY, fetched_at=NOW, pages=(page,), complete=True
    )
    keep(listing, shop(), accounts.listings, bodies)
    return bodies.put(body)


def test_pages_that_a_header_names_stay(accounts: Accounts, pages: SharedPages) -> None:
    name = kept(accounts, pages, "a")
    assert named(accounts.listings) == {name}
    assert tidy_store(pages, accounts.listings, LATER) == 0
    assert tidy_here(pages, accounts.listings, LATER) == 0
    assert pages.get(name) is not None


def test_pages_that_no_header_names_go_when_they_are_old(
    accounts: Accounts, pages: SharedPages
) -> None:
    name = pages.put(b"nobody shows this")
    for moment, gone in ((NOW, 0), (LATER, 1), (LATER, 0)):
        assert tidy_here(pages, accounts.listings, moment) == gone
        assert tidy_store(pages, accounts.listings, moment) == gone
    assert pages.get(name) is None


def test_pages_that_were_put_again_are_young(accounts: Accounts, pages: SharedPages) -> None:
    name = pages.put(b"nobody shows this")
    path = next(pages.near.folder.rglob("*.gz"))
    os.utime(path, (0, 0))
    assert pages.near.older(NOW - YOUNG) == [name]
    pages.put(b"nobody shows this")
    assert pages.near.older(NOW - YOUNG) == []


def test_pages_that_the_store_lacks_stay_here(accounts: Accounts, tmp_path: Path) -> None:
    def away() -> object:
        raise StorageError("away")

    pages = SharedPages(Blobs(tmp_path / "pages"), away)  # type: ignore[arg-type]
    name = pages.put(b"not sent yet")
    assert tidy_here(pages, accounts.listings, LATER) == 0
    assert pages.near.get(name) is not None


def test_without_a_store_this_machines_folder_is_tidied(accounts: Accounts, tmp_path: Path) -> None:
    near = Blobs(tmp_path / "pages")
    name, other = kept(accounts, near, "a"), near.put(b"nobody shows this")
    assert tidy_here(near, accounts.listings, LATER) == 1
    assert (near.get(other), near.get(name) is None) == (None, False)


def test_nothing_goes_while_it_cannot_be_known_what_is_needed(
    accounts: Accounts, pages: SharedPages
) -> None:
    pages.put(b"perhaps somebody shows this")
    accounts.listings.put("f" * 64, b'{"of a newer": "version"}')
    for tidy in (tidy_store, tidy_here):
        with pytest.raises(StorageError, match="no page is removed"):
            tidy(pages, accounts.listings, LATER)


def test_headers_that_nobody_was_shown_go_after_a_day(accounts: Accounts) -> None:
    accounts.listings.put("a" * 64, b"{}")
    tidy_database(accounts, NOW)
    assert accounts.listings.get("a" * 64) is not None
    tidy_database(accounts, NOW + YOUNG)
    assert accounts.listings.get("a" * 64) is None


def test_single_calls_too_old_to_come_again_are_forgotten_and_their_counts_stay(
    accounts: Accounts,
) -> None:
    accounts.people.add(User(id="ann", name="Ann", created_at=NOW), None)
    old = Call(id="1", at=NOW - timedelta(days=40), model="a/b", ok=True)
    accounts.calls.add_many("ann", [old])
    tidy_database(accounts, NOW)
    assert accounts.calls.forget(NOW) == 0
    assert sum(one.calls for one in accounts.calls.usage("ann", old.at.date())) == 1
