"""What commands may ask of the rest of the house; the one module of the CLI that touches the service."""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from .. import wiring
from .extras import ask_for
from .output import note_once

DATABASE = "MODELDEX_DATABASE_URL"

if TYPE_CHECKING:
    from ..domain.alias import AliasSpan
    from ..domain.binding import Binding
    from ..domain.catalog import HeldListing, Resolution
    from ..domain.change import Change
    from ..domain.memory import Remembered
    from ..domain.model import Model
    from ..domain.notice import Notice
    from ..domain.price import PriceUnit
    from ..domain.provider import Provider
    from ..domain.query import Query
    from ..domain.report import CatalogStamp, KnowledgeReport, ProviderReport, Report
    from ..domain.shortlist import Shortlist
    from ..domain.source import Explanation
    from ..knowledge.overriding import Own
    from ..rules.recommending import Proposal
    from ..service.adding import Understood
    from ..service.checking import KeyLine
    from ..service.connecting import Configured
    from ..service.delivering import ChannelLine, Sent
    from ..service.desk import Desk
    from ..service.holding import Holding
    from ..service.shared import Shared
    from ..settings.home import Home
    from ..storage.accounts.opening import Accounts


class ProviderLine(Protocol):
    """What is known of one provider here and now."""

    @property
    def provider(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def tier(self) -> str: ...
    @property
    def key(self) -> str | None: ...
    @property
    def available(self) -> bool: ...
    @property
    def models(self) -> int: ...
    @property
    def outcome(self) -> str: ...
    @property
    def checked_at(self) -> datetime | None: ...
    @property
    def age_s(self) -> int | None: ...
    @property
    def message(self) -> str: ...
    @property
    def key_url(self) -> str | None: ...
    @property
    def docs_url(self) -> str | None: ...
    @property
    def recommended(self) -> str | None: ...


class Catalog(Protocol):
    """One published catalog as this user sees it."""

    @property
    def path(self) -> Path: ...
    @property
    def stamp(self) -> "CatalogStamp": ...
    @property
    def has_mine(self) -> bool: ...
    def get(self, name: str) -> "Model | None": ...
    def find(self, query: "Query") -> "list[Model]": ...
    def base(self, name: str) -> "tuple[Model, ...]": ...
    def explanations(self, id: str) -> "tuple[Explanation, ...]": ...
    def resolve(self, name: str) -> "Resolution": ...
    @property
    def can_call_any(self) -> bool: ...
    def picks(self, *, mine: bool | None = None) -> "Shortlist": ...
    def aliases(self, id: str | None = None) -> "Iterator[AliasSpan]": ...
    def changes(self, **wanted: Any) -> "Iterator[Change]": ...
    def tombstone(self, id: str) -> "Model | None": ...
    def tombstone_document(self, id: str) -> str | None: ...
    def life(self, id: str) -> "Remembered | None": ...
    def row(self, provider: str) -> "Provider | None": ...
    def gave(self, provider: str, connection: str) -> tuple[str, ...] | None: ...
    def provider_rows(self) -> "dict[str, Provider]": ...
    def held(self) -> "Mapping[str, HeldListing]": ...
    def suggest(self, name: str) -> tuple[str, ...]: ...
    def rows(self, query: "Query", columns: Sequence[str]) -> Iterator[tuple[Any, ...]]: ...
    def documents(self, query: "Query") -> Iterator[str]: ...
    def count(self, query: "Query") -> int: ...
    def repaired(self, query: "Query") -> "Query": ...
    def provider_lines(self) -> Sequence[ProviderLine]: ...
    def proposal(self) -> "Proposal": ...


Progress = Callable[["ProviderReport"], None]


class Services:
    """The real thing; every part is loaded when it is first asked for."""

    @property
    def environ(self) -> Mapping[str, str]:
        """The environment, for the names of its variables."""
        return os.environ

    def now(self) -> datetime:
        """This moment, aware UTC."""
        return wiring.clock()

    def catalog(self) -> Catalog:
        """The catalog in force, or the packaged one; what is wrong with it is said on stderr, once
        per command. Raises `NoCatalog`."""
        return wiring.open_catalog(note_once)

    def damaged(self, shown: Path) -> "tuple[bool, list[Path]]":
        """Whether the catalog shown is an earlier one than was in force, and those set aside."""
        from ..storage.publishing import damaged, lost

        folder = self.home().catalogs
        return lost(folder, shown), damaged(folder)

    def own_overrides(self) -> "Own":
        """What the user's override files decide, and what of them cannot be read."""
        from ..knowledge.overriding import of_user

        return of_user(self.home().overrides)

    def home(self) -> "Home":
        """The user's folders; raises `BadConfig`."""
        return wiring.folders()

    def configured(self) -> "Sequence[Configured]":
        """Every enabled connection with its key; raises `BadConfig`."""
        return wiring.configured()

    def intact(self, path: Path) -> bool:
        """Whether a catalog file still has the content it was published with."""
        from ..storage.publishing import verify

        return verify(path)

    def knowledge(self) -> "Holding":
        """The knowledge pack in force and its datasets."""
        return wiring.knowledge()

    def knowledge_day(self) -> date:
        """The day of the knowledge pack in force."""
        from ..knowledge.in_force import in_force

        return in_force(self.home().knowledge).pack.date

    def build_knowledge(self, folder: Path | None, *, trusting: bool) -> "KnowledgeReport":
        """Put a new knowledge pack in force, of a folder's datasets or of the published ones."""
        return wiring.build_knowledge(folder, trusting=trusting)

    def refresh(
        self,
        only: tuple[str, ...],
        *,
        force: bool,
        offline: bool,
        due: bool = False,
        local: bool = True,
        accept: tuple[str, ...] = (),
        on_progress: Progress,
    ) -> "Report":
        """Ask all due connections and publish a new catalog; what is `due`, one machine at a time
        where several have an accounts database."""
        wishes: dict[str, Any] = {
            "only": only,
            "force": force,
            "offline": offline,
            "due": due,
            "local": local,
            "accept": accept,
            "on_progress": on_progress,
        }
        if not (due and self.environ.get(DATABASE)):
            return wiring.refresh_now(**wishes)
        from ..service.accounts.dressing import dressing
        from ..service.many.turns import in_turn

        accounts = self.accounts()
        ask = partial(wiring.refresh_async, **wishes)
        dress = dressing(accounts, self.now, wiring.open_catalog)
        try:
            return in_turn(accounts.leases, self.now, ask, lambda: self.catalog().stamp, dress)
        finally:
            accounts.close()

    def accounts(self, *, as_it_is: bool = False) -> "Accounts":
        """The accounts database of this installation, brought to this version unless it is to stay
        `as_it_is`; raises `BadConfig`, `NotInstalled`, `StorageError`."""
        from ..service.accounts.here import accounts_at, database_url

        ask_for("the accounts database", ("alembic", "sqlalchemy"))
        return accounts_at(database_url(self.environ, self.home().data), as_it_is=as_it_is)

    def desk(self) -> "Desk":
        """Where programs' bindings, their notices and the outbox are; raises `BadConfig`."""
        return wiring.desk()

    def bind(self, program: str, models: tuple[str, ...]) -> "tuple[Binding, ...]":
        """Register which models a program uses; raises `BadBinding`, `StorageError`."""
        from ..service.binding import bind

        return bind(self.desk().bindings, self.catalog(), program, models, self.now())

    def unbind(self, program: str, models: tuple[str, ...]) -> "tuple[Binding, ...]":
        """Forget some of them, or all; raises `NotFound`, `StorageError`."""
        from ..service.binding import unbind

        return unbind(self.desk().bindings, self.catalog, program, models)

    def notices(self) -> "tuple[Notice, ...]":
        """The notices that no terminal has shown; they are given once."""
        return self.desk().show()

    def channels(self) -> "tuple[ChannelLine, ...]":
        """Every receiver of changes and notices, and what waits for it."""
        from ..service.delivering import lines

        return lines(self.desk())

    def send_messages(self, only: str | None, *, failed: bool) -> "tuple[Sent, ...]":
        """Send what waits for receivers; raises `NotFound` and `StorageError`."""
        return wiring.send_messages(only, failed=failed)

    def send_test(self, name: str) -> "Sent":
        """Send a receiver a test message; raises `NotFound`."""
        return wiring.send_test(name)

    def store(self) -> "Shared":
        """The store that `MODELDEX_STORE` names; raises `BadConfig` when it names none."""
        from ..service.shared import named

        return named(wiring.folders(), wiring.configuration().store, self.environ, wiring.clock)

    def key_lines(self) -> "tuple[KeyLine, ...]":
        """Every key that was found; asks nobody."""
        from ..service.checking import keys

        return keys(self.configured())

    def check_keys(self, only: tuple[str, ...]) -> "tuple[KeyLine, ...]":
        """What each provider says of its key; raises `UnknownProvider`."""
        return wiring.check_keys(only)

    def require_provider(self, name: str) -> None:
        """Raises `UnknownProvider` for a name that is no enabled provider."""
        from ..service.connecting import known

        known(self.configured(), {name})

    def keep_key(self, provider: str, key: str) -> tuple[str, str]:
        """Keep a key; gives the provider and the place. Raises `UnknownProvider`, `StorageError`."""
        return provider, wiring.keep_key(provider, key)

    def forget_key(self, provider: str) -> tuple[str, str]:
        """Remove a kept key; gives the provider and the place. Raises `NotFound`, `StorageError`."""
        return provider, wiring.forget_key(provider)

    def understand(
        self, url: str, *, name: str | None, key_env: str | None, unit: "PriceUnit | None"
    ) -> "Understood":
        """What an address is; raises `NotUnderstood` and `BadConfig`."""
        return wiring.understand(url, name=name, key_env=key_env, unit=unit)

    def add_row(self, row: "Provider", *, replace: bool) -> Path:
        """Write a provider row of the user's own; raises `BadConfig`, `StorageError`."""
        from ..service.adding import write_row

        return write_row(self.home().rows, row, replace=replace)

    def sleep(self, seconds: float) -> None:
        """Wait; ended by an interrupt."""
        time.sleep(seconds)
