"""The bases that are known, found by how their names are written; two that cannot be told apart are none."""

from collections.abc import Iterable, Mapping
from typing import final

import msgspec

from .base_names import Spellings, key


class Lab(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who makes models, and the words by which ids name it."""

    name: str
    slugs: tuple[str, ...]
    """How authors of ids are called, in lower case: Hugging Face organisations, OpenRouter's
    authors, Bedrock's vendors. The lab's own id is one of them without being named."""
    homes: tuple[str, ...] = ()
    """Providers that are the lab's own: names without an author are its names there."""
    link: str
    checked: str


class Base(msgspec.Struct, frozen=True):
    """A model as its lab released it."""

    lab: str
    name: str
    family: str | None = None
    pins: tuple[str, ...] = ()
    """Days (`YYYYMMDD`) of the snapshots known under the name."""

    @property
    def id(self) -> str:
        """`lab/name`."""
        return f"{self.lab}/{self.name}"


class Alias(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row: other names under which a base goes."""

    names: tuple[str, ...]
    providers: tuple[str, ...] = ()
    """Where they mean this base; empty is everywhere."""
    reason: str = ""
    link: str
    checked: str


@final
class Registry:
    """Bases by lab and by name. Aliases are by base id, and name a base that is given."""

    __slots__ = ("_anywhere", "_at", "_homes", "_of_lab", "_slugs", "bases", "spellings")

    def __init__(
        self,
        bases: Iterable[Base],
        labs: Mapping[str, Lab],
        aliases: Mapping[str, tuple[Alias, ...]],
        spellings: Spellings,
    ) -> None:
        self.bases = tuple(bases)
        self.spellings = spellings
        self._slugs = {slug: lab for lab, row in labs.items() for slug in (lab, *row.slugs)}
        self._homes = {home: lab for lab, row in labs.items() for home in row.homes}
        self._of_lab: dict[str, dict[str, Base]] = {}
        self._anywhere: dict[str, Base | None] = {}
        self._at: dict[tuple[str, str], Base] = {}
        for base in self.bases:
            self._add(base, base.name)
        by_id = {base.id: base for base in self.bases}
        for base_id, rows in aliases.items():
            for row in rows:
                self._also(by_id[base_id], row)
        for base in self.bases:
            self._add_with_lab(base, base.name, labs.get(base.lab))
        for base_id, rows in aliases.items():
            for name in (name for row in rows if not row.providers for name in row.names):
                self._add_with_lab(by_id[base_id], name, labs.get(by_id[base_id].lab))

    def lab(self, slug: str) -> str | None:
        """The lab that an author's name stands for; `None` when nobody is known by it."""
        return self._slugs.get(slug)

    def home(self, provider_id: str) -> str | None:
        """The lab whose own provider it is; `None` for a provider that serves many labs."""
        return self._homes.get(provider_id)

    def find(self, provider_id: str, lab: str | None, written: str) -> Base | None:
        """The base whose name has that key, of `lab` if one is given.

        `None` when none has, or several labs' have.
        """
        at = self._at.get((provider_id, written))
        if at is not None:
            return at if lab in (None, at.lab) else None
        if lab is not None:
            return self._of_lab.get(lab, _NONE).get(written)
        home = self._homes.get(provider_id)
        own = self._of_lab.get(home, _NONE).get(written) if home is not None else None
        return own if own is not None else self._anywhere.get(written)

    def _add(self, base: Base, name: str) -> None:
        written = key(name)
        self._of_lab.setdefault(base.lab, {}).setdefault(written, base)
        known = self._anywhere.setdefault(written, base)
        if known is not None and known.id != base.id:
            self._anywhere[written] = None

    def _also(self, base: Base, row: Alias) -> None:
        for name in row.names:
            for provider in row.providers:
                self._at[provider, key(name)] = base
            if not row.providers:
                self._add(base, name)

    def _add_with_lab(self, base: Base, name: str, lab: Lab | None) -> None:
        """Names to which the lab's own is added, or from which it is left out."""
        own = self._of_lab[base.lab]
        for slug in (base.lab, *(lab.slugs if lab else ())):
            written = key(f"{slug}-{name}")
            own.setdefault(written, base)
            if self._anywhere.setdefault(written, base) not in (base, None):
                self._anywhere[written] = None
            if name.startswith(f"{slug}-"):
                own.setdefault(key(name.removeprefix(f"{slug}-")), base)


_NONE: dict[str, Base] = {}
