"""What the catalog and this user's keys answer about names, for the ladder to climb."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from ..domain.capability import Access
from ..domain.lifecycle import Lifecycle
from ..domain.query import Condition, Op, Query
from ..domain.resolution import StandIn, Standing
from ..rules.answering import answers_later
from ..rules.base_names import key
from ..rules.standing_in import stand_ins
from ..storage.catalog_file import CatalogFile

if TYPE_CHECKING:
    from ..domain.model import Model
    from ..domain.provider import Provider
    from .announced import Announcement

_ENDING = frozenset({Lifecycle.STALE, Lifecycle.DEPRECATED, Lifecycle.REMOVED})


class CatalogNames:
    """`names.Names` over one catalog, as one user sees it; nothing is read before it is asked."""

    def __init__(
        self,
        file: CatalogFile,
        keys: Collection[str],
        default: Callable[[], "Model | None"],
        today: date,
    ) -> None:
        self._file = file
        self._names = file.names
        self._keys = keys
        """Ids of the providers that this user can call."""
        self._default = default
        self._today = today

    def standing(self, id: str) -> Standing:
        """What is known of an id."""
        life = self._names.life(id)
        if life is not None:
            if id.partition("/")[0] in self._closed:
                return Standing.CLOSED
            ending = life.lifecycle in _ENDING or life.retires_on is not None
            return Standing.ENDING if ending else Standing.LISTED
        if self._names.is_gone(id):
            return Standing.GONE
        told = self._announced(id)
        return Standing.GONE if told and told.over(self._today) else Standing.UNKNOWN

    def alias(self, name: str) -> str | None:
        """The id to which an alias leads now."""
        return self._names.led(name)

    def old_alias(self, name: str) -> str | None:
        """The id to which an alias led last, if it leads nowhere now."""
        span = self._names.span(name)
        return span.id if span and span.until is not None else None

    def native(self, name: str) -> Sequence[str]:
        """Ids of listed models that their provider calls by that name, or accepts it for."""
        return self._names.native(name) or self._names.also_native(name)

    def retired(self, name: str) -> Sequence[str]:
        """Ids of no list that had that name at their provider until their announced end."""
        from .announced import native_ids

        told = native_ids().get(name, ())
        return [one.id for one in told if self.standing(one.id) is Standing.GONE]

    def spelled(self, name: str) -> Sequence[str]:
        """Ids whose native id, or its last part, is another spelling of the name."""
        written, word = key(name), "".join(filter(str.isalnum, _last(name)))
        found = self._names.joined(word)
        whole = [one for one, native in found if key(native) == written]
        return whole or [one for one, native in found if key(_last(native)) == written]

    def base(self, name: str, provider: str) -> Sequence[str]:
        """Ids of listed models of the base that the name means."""
        from ..knowledge.bases import packaged
        from ..rules.identity import explain

        linked = explain(provider, name, (), packaged())
        return self._names.of_base(linked.base) if linked and linked.base else ()

    def renamed(self, id: str) -> str | None:
        """The new id of a model whose id is gone."""
        known = self._file.remembered(id)
        return known.renamed_to if known else None

    def next(self, id: str) -> str | None:
        """The id that its provider named in the place of one that is gone or ending."""
        known, listed = self._file.remembered(id), self._file.get(id)
        said = (one.successor for one in (listed, known) if one is not None)
        return next(self._named(id, (*said, *self._heirs(id))), None)

    def end(self, id: str) -> str:
        """What was said of the end of an id and by whom; empty when nothing was."""
        provider = self._providers.get(id.partition("/")[0])
        if provider is not None and provider.retired:
            return f"{provider.name} was closed on {provider.retired}"
        told = self._announced(id)
        return str(told) if told else ""

    def stand_ins(self, id: str) -> Sequence[StandIn]:
        """Proposals for a model that is gone or ending, the best first."""
        gone = self._file.get(id) or self._file.tombstone(id) or self._last_known(id)
        if gone is None:
            return ()
        known = self._file.remembered(id)
        said = (gone.successor, known.successor if known else None, *self._heirs(id))
        named = tuple(dict.fromkeys(name for name in said if name))
        candidates = list(self._candidates(gone))
        return stand_ins(gone, candidates, self._today, named=named, default=self._default())

    def suggest(self, name: str) -> Sequence[str]:
        """Ids with a similar spelling."""
        same = self._names.native(name)
        close = (other for other in self._file.suggest(name, 5) if other not in same)
        return (*same[:5], *close)[:5]

    def can_propose(self, id: str) -> bool:
        """Whether an id may be put forward for a name that does not say it."""
        model = self._file.get(id)
        return model is not None and self._is_open(model) and not answers_later(model)

    def can_call(self, id: str) -> bool:
        """Whether this user can call the model."""
        provider = id.partition("/")[0]
        if not self.has_key(provider):
            return False
        return provider not in self._asked or self._names.is_opened(id)

    def has_key(self, provider: str) -> bool:
        """Whether this user has a key of the provider, or it needs none."""
        return provider in self._keys and provider not in self._closed

    def owned(self, id: str) -> bool:
        """Whether the lab that made the model serves it."""
        from .aliasing import owned

        model = self._file.get(id)
        return model is not None and bool(owned((model,)))

    def is_provider(self, name: str) -> bool:
        """Whether a provider has that id."""
        return name in self._providers

    @cached_property
    def _providers(self) -> "Mapping[str, Provider]":
        return {row.id: row for row in self._file.providers()}

    @cached_property
    def _closed(self) -> frozenset[str]:
        """The providers that have closed their service."""
        return frozenset(row.id for row in self._providers.values() if row.retired)

    @cached_property
    def _asked(self) -> frozenset[str]:
        """The providers whose own list says what this user's key opens."""
        return frozenset(s.provider for s in self._file.listings() if s.callable and s.hash)

    def _announced(self, id: str) -> "Announcement | None":
        """What a provider of this catalog announced of the end of a model."""
        from .announced import announcements

        return announcements().get(id) if id.partition("/")[0] in self._providers else None

    def _heirs(self, id: str) -> tuple[str, ...]:
        told = self._announced(id)
        return told.successors if told else ()

    def _last_known(self, id: str) -> "Model | None":
        """A model that no list ever had, from what is known of one whose end was announced."""
        from .announced import last_known

        told = self._announced(id)
        return last_known(self._providers[told.provider], told.native_id) if told else None

    def _named(self, id: str, names: Sequence[str | None]) -> Iterator[str]:
        """The ids that a provider's word for the successor of a model means."""
        provider = id.partition("/")[0]
        for name in names:
            if name:
                for one in (name, f"{provider}/{name}"):
                    if self.standing(one) is not Standing.UNKNOWN:
                        yield one

    def _candidates(self, gone: "Model") -> Iterator["Model"]:
        """The models that could stand in: of its provider, its base and its lab, callable ones
        where this user can call any."""
        wanted: Mapping[str, str | None] = {
            "provider": gone.provider,
            "base": gone.base,
            "lab": gone.lab,
        }
        seen: set[str] = set()
        for field, value in wanted.items():
            if value is None:
                continue
            condition = Condition(field=field, op=Op.EQ, values=(value,))
            for model in self._file.models(Query(conditions=(condition,))):
                if model.id not in seen and self._is_candidate(model):
                    seen.add(model.id)
                    yield model

    def _is_candidate(self, model: "Model") -> bool:
        return self._is_open(model) and (not self._keys or self.can_call(model.id))

    def _is_open(self, model: "Model") -> bool:
        """Whether nothing is known that keeps everybody from calling it."""
        return model.access is not Access.NOT_CALLABLE and model.provider not in self._closed


def _last(path: str) -> str:
    return path.rpartition("/")[2]
