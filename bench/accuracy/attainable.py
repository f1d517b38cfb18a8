"""What any source says of a question, whatever we make of it: nobody can know more than that.

A source is any dataset that does not lend its word to the truth, on the id or on any other listing
of the same base, where a name that moves is the newest dated one of its line. A question is
attainable when one of them states the truth, or we do.
"""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import Any

from modeldex.knowledge import bases
from modeldex.knowledge.compiling import listings
from modeldex.knowledge.elsewhere import Listings
from modeldex.rules import identity

from .knowing import datasets, editions
from .truths import Truth, said_by

Said = Mapping[str, Mapping[str, frozenset[Any]]]
"""By field and origin: every value that is stated."""
_NONE: Said = {}


def said(provider: str, native_id: str, field: str, truth: Truth) -> frozenset[Any]:
    """What is said of the field, of this id or of its base, by others than the truth's origins.

    Each of two origins that agree is asked in turn while the other is left out, so that it counts.
    """
    base = _base(provider, native_id)
    by_origin = [_of_ids().get((provider, native_id), _NONE).get(field, {})]
    if base is not None:
        by_origin.append(_of_bases().get(base, _NONE).get(field, {}))
    silent = truth.origins if len(truth.origins) == 1 else ()
    return frozenset(
        value
        for found in by_origin
        for origin, values in found.items()
        if origin not in silent
        for value in values
    )


@cache
def _base(provider: str, native_id: str) -> str | None:
    linked = identity.explain(provider, native_id, (), bases.packaged())
    if linked is not None and linked.base is not None:
        return linked.base
    return _listings().base(provider, native_id)


@cache
def _listings() -> Listings:
    return listings(datasets())


@cache
def _of_ids() -> Mapping[tuple[str, str], Said]:
    return _gathered(lambda provider, native_id: (provider, native_id))


@cache
def _of_bases() -> Mapping[str | None, Said]:
    return _gathered(_base)


def _gathered(key: Any) -> Mapping[Any, Said]:
    found: dict[Any, dict[str, dict[str, set[Any]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(set))
    )
    for dataset, one in datasets().items():
        origin = editions()[dataset].origin
        for provider, by_id in one.models.items():
            for native_id, claims in by_id.items():
                for field, value in said_by(claims, provider).items():
                    found[key(provider, native_id)][field][origin].add(value)
    return {
        model: {
            field: {origin: frozenset(values) for origin, values in by_origin.items()}
            for field, by_origin in fields.items()
        }
        for model, fields in found.items()
    }
