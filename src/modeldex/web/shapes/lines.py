"""The catalog's models in OpenAI's shape, for many users: each written once for all who are shown it."""

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from ..their_providers import ADD
from . import openai
from .listed import Listed


class Models(msgspec.Struct, frozen=True, kw_only=True):
    """`openai.OpenAIModels` whose models are written already."""

    object: Literal["list"]
    data: list[msgspec.Raw]
    has_more: bool
    first_id: str | None
    last_id: str | None


class Lines:
    """Of a catalog's own models; what only a user's key opens is written for them alone."""

    def __init__(self, found: Iterable[Listed]) -> None:
        self._facts = {one.id: one.facts for one in found}
        self._written: dict[tuple[str, bool, bool], msgspec.Raw] = {}

    def of(self, one: Listed) -> msgspec.Raw:
        """The model as JSON."""
        if self._facts.get(one.id) is not one.facts:
            return _written(one)
        name = one.id, one.ready, one.source.available
        found = self._written.get(name)
        if found is None:
            found = self._written[name] = _written(one)
        return found

    def models(self, found: Sequence[Listed], more: bool) -> Models:
        """A list in OpenAI's shape."""
        return Models(
            object="list",
            data=[self.of(one) for one in found],
            has_more=more,
            first_id=found[0].id if found else None,
            last_id=found[-1].id if found else None,
        )


def _written(one: Listed) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(openai.model(one, ADD)))
