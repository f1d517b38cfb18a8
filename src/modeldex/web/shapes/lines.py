"""The catalog's models in OpenAI's shape, each written once for all who are shown it."""

from collections.abc import Iterable

import msgspec

from . import openai
from .listed import Listed


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


def _written(one: Listed) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(openai.model(one)))
