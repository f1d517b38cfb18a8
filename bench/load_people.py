"""People of an invented installation: accounts in SQLite, ten keys each, and lists that they share."""

import base64
import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from .synthetic import content

if TYPE_CHECKING:
    from modeldex.domain.catalog import CatalogContent
    from modeldex.domain.listing import Listing
    from modeldex.web.tenancy import Tenancy

KEYS = 10
"""Keys of each user."""
_PROVIDERS, _LISTS = 24, 3
"""Providers of the catalog, and different lists that keys of one of them open."""


class People(NamedTuple):
    """What has to be known to ask for them."""

    environ: Mapping[str, str]
    """Of the service that serves them."""
    tokens: list[str]
    """One of each user."""


def environment(folder: Path) -> dict[str, str]:
    """What the operator of the installation in a folder sets."""
    return {
        "MODELDEX_HOME": str(folder / "home"),
        "MODELDEX_MASTER_KEY": base64.b64encode(sha256(b"nobody").digest()).decode(),
        "MODELDEX_DATABASE_URL": f"sqlite:///{folder}/accounts/accounts.db",
    }


def people(folder: Path, models: int, users: int) -> People:
    """Make a folder's catalog of so many models, and so many users with the keys of theirs."""
    environ = environment(folder)
    os.environ.update(environ)
    from modeldex.storage.publishing import publish
    from modeldex.web.limiting import Limiter
    from modeldex.web.opening_tenancy import tenancy

    now = datetime.now(UTC)
    house = tenancy(Limiter(lambda: now), environ, lambda: now)
    providers = _providers(house)
    catalog = content(models, providers)
    publish(folder / "catalogs", catalog)
    lists = _listings(house, catalog, providers)
    try:
        return People(environ, list(_joined(house, lists, users, now)))
    finally:
        house.accounts.close()


def _providers(house: "Tenancy") -> tuple[str, ...]:
    """Packaged ones whose lists are OpenAI's and want a key, and whose address has no gap."""
    from modeldex.domain.provider import KeyNeed

    found = (
        name
        for name, row in sorted(house.rows.items())
        if row.dialect == "openai" and row.key is KeyNeed.LISTING and "{" not in row.base_url
    )
    return tuple(found)[:_PROVIDERS]


def _listings(
    house: "Tenancy", catalog: "CatalogContent", providers: tuple[str, ...]
) -> dict[str, list[str]]:
    """Provider → names of listings, of which each opens half of its models or a little less."""
    from modeldex.service.many.headers import keep

    found: dict[str, list[str]] = {}
    for provider in providers[:KEYS]:
        row = house.rows[provider]
        mine = [model.native_id for model in catalog.models if model.provider == provider]
        found[provider] = [
            keep(_listing(mine[less::2], row.base_url), row, house.accounts.listings, house.pages)
            for less in range(_LISTS)
        ]
    return found


def _listing(names: list[str], url: str) -> "Listing":
    from modeldex.domain.listing import Ask, Listing, Page
    from modeldex.domain.model import Tier

    body = json.dumps({"data": [{"id": name, "object": "model"} for name in names]}).encode()
    now = datetime.now(UTC)
    page = Page(ask=Ask(route="models", path="models"), body=body, url=url, fetched_at=now)
    return Listing(
        connection="x", tier=Tier.LIVE_WITH_KEY, fetched_at=now, pages=(page,), complete=True
    )


def _joined(
    house: "Tenancy", lists: Mapping[str, list[str]], users: int, now: datetime
) -> Iterator[str]:
    from modeldex.domain.account import Actor, Role, User, View
    from modeldex.domain.outcome import Outcome
    from modeldex.service.accounts.auditing import Occasion
    from modeldex.service.accounts.keeping import Given
    from modeldex.service.accounts.programs import add_token

    for number in range(users):
        user, accounts = f"{number:032x}", house.accounts
        on = Occasion(now=now, user=user)
        with accounts.transaction():
            accounts.people.add(User(id=user, name=f"user {number}", created_at=now), None)
            for place, (provider, names) in enumerate(lists.items()):
                key = f"key-{number:08}-{place:04}-of-nobody"
                kept = house.keeping.add(on, Given(provider=house.rows[provider], key=key))
                shown = View(
                    connection=kept.id,
                    listing=names[(number + place) % _LISTS],
                    outcome=Outcome.OK,
                    fetched_at=now,
                    checked_at=now,
                )
                accounts.views.put(shown)
            actor = Actor(user=user, role=Role.USER, by="session")
            yield add_token(accounts, on, actor, "bench")[1]
