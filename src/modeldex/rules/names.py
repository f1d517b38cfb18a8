"""What the ladder asks a catalog about names."""

from collections.abc import Sequence
from typing import Protocol

from ..domain.resolution import StandIn, Standing


class Names(Protocol):
    """What a catalog answers about names: point lookups, each called only when it is needed."""

    def standing(self, id: str) -> Standing:
        """What is known of an id."""

    def alias(self, name: str) -> str | None:
        """The id to which an alias leads now."""

    def old_alias(self, name: str) -> str | None:
        """The id to which an alias led last, if it leads nowhere now."""

    def native(self, name: str) -> Sequence[str]:
        """Ids of listed models that their provider calls by that name, or accepts it for."""

    def retired(self, name: str) -> Sequence[str]:
        """Ids of no list that had that name at their provider until their announced end."""

    def spelled(self, name: str) -> Sequence[str]:
        """Ids of listed models whose native id, or its last part, has the `base_names.key` of the
        name."""

    def base(self, name: str, provider: str) -> Sequence[str]:
        """Ids of listed models of the base that the name means in the words of a provider, or in
        everyone's when `provider` is empty; empty when it means none."""

    def renamed(self, id: str) -> str | None:
        """The new id of a model whose id is gone."""

    def next(self, id: str) -> str | None:
        """The id that its provider named in the place of one that is gone or ending."""

    def end(self, id: str) -> str:
        """What was said of the end of an id and by whom, as a sentence without a full stop; empty
        when nothing was."""

    def stand_ins(self, id: str) -> Sequence[StandIn]:
        """Proposals for a model that is gone or ending, the best first."""

    def suggest(self, name: str) -> Sequence[str]:
        """Ids with a similar spelling."""

    def can_propose(self, id: str) -> bool:
        """Whether an id may be put forward for a name that does not say it: not one that is known
        to be out of everybody's reach, nor one that answers hours later."""

    def can_call(self, id: str) -> bool:
        """Whether this user can call the model."""

    def has_key(self, provider: str) -> bool:
        """Whether this user has a key of the provider, or it needs none."""

    def owned(self, id: str) -> bool:
        """Whether the lab that made the model serves it."""

    def is_provider(self, name: str) -> bool:
        """Whether a provider has that id."""
