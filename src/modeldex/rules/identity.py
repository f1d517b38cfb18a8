"""Which base a model is: the model as its lab released it, whoever serves it; `None` when not sure.

A base is only ever one that the registry knows, or one whose Hugging Face id the provider states.
Everything else about a name is spelling: the provider's prefix, the author, separators, and the
endings that say how a model is served. An unknown word left over means an unknown model.

A day at the end (`gpt-5-2025-08-07`, `claude-sonnet-4@20250514`) pins a snapshot. Where a lab has
released one snapshot under a name, name and pin are one base. Where it has released several
(`gpt-4o-2024-05-13`, `-08-06`, `-11-20`), each is a base of its own, since they differ in price
and limits, and the undated name is another that moves between them. A day that is not known
under a name with known days is a snapshot nobody here has heard of, and so no base.

A fine-tune is another model than what it tunes, and has no base.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from ..domain.claims import Claims
from .base_names import key, pinned
from .registry import Base, Registry

_HUB = "huggingface"
_FINE_TUNE = "ft:"


class Linked(NamedTuple):
    """What was decided, and by which rule."""

    base: str | None
    lab: str
    family: str | None
    rule: str


def link(
    provider_id: str, native_id: str, claims: Claims | None, registry: Registry
) -> Claims | None:
    """Base, lab and family of a model; `None` when nothing is sure."""
    found = explain(provider_id, native_id, (claims,) if claims else (), registry)
    return None if found is None else as_claims(native_id, found)


def as_claims(native_id: str, found: Linked) -> Claims:
    """The decision in the words of a witness."""
    return Claims(native_id=native_id, base=found.base, lab=found.lab, family=found.family)


def is_fine_tune(native_id: str) -> bool:
    """Whether it is somebody's own: their organisation's name is in such an id, wherever it begins.

    Source: https://platform.openai.com/docs/api-reference/models/delete

    >>> is_fine_tune("ft:gpt-4o-mini:acme:support:abc123"), is_fine_tune("gpt-4o-mini")
    (True, False)
    """
    return any(part.startswith(_FINE_TUNE) for part in native_id.lower().split("/"))


def explain(
    provider_id: str, native_id: str, said: Sequence[Claims], registry: Registry
) -> Linked | None:
    """The same with the rule that decided; `said` is what others say of the model.

    A stated Hugging Face id comes first, the name next, the provider's other names for it last.
    """
    if native_id.startswith(_FINE_TUNE):
        return None
    for claims in said:
        if claims.hugging_face_id and (stated := _stated(claims.hugging_face_id, registry)):
            return stated
    named = _named(provider_id, native_id, registry)
    if named is None or named.base is None:
        also = _also_named(provider_id, said, registry)
        return also if also is not None else named
    return named


def _stated(hugging_face_id: str, registry: Registry) -> Linked | None:
    plain = registry.spellings.plain(_HUB, hugging_face_id)
    author, slash, name = plain.rpartition("/")
    known = _named(_HUB, hugging_face_id, registry)
    if known is not None and known.base is not None:
        return known._replace(rule=f"stated Hugging Face id, {known.rule}")
    if not slash or not author or not name:
        return None
    lab = registry.lab(author) or author
    name = registry.spellings.without_quantization(_HUB, name)
    return Linked(f"{lab}/{name}", lab, None, "stated Hugging Face id")


@lru_cache(maxsize=4096)
def _named(provider_id: str, native_id: str, registry: Registry) -> Linked | None:
    """What a name says; a process that builds again asks for the same names."""
    author, name = _parted(registry.spellings.plain(provider_id, native_id))
    lab = registry.lab(author) if author is not None else None
    if author is not None and lab is None:
        return None
    for rule, base in _found(provider_id, lab, name, registry):
        return Linked(base.id, base.lab, base.family, rule)
    return None if lab is None else Linked(None, lab, None, "author in the name")


def _parted(plain: str) -> tuple[str | None, str]:
    path, slash, name = plain.rpartition("/")
    return (path.rpartition("/")[2], name) if slash else (None, name)


def _found(
    provider_id: str, lab: str | None, name: str, registry: Registry
) -> Iterator[tuple[str, Base]]:
    """Bases by the name, then by the name without each ending in turn.

    A provider that leaves an ending out means the model with it, wherever there is one.
    """
    implied = registry.spellings.implied(provider_id)
    for stripped in registry.spellings.without_endings(provider_id, name):
        written = key(stripped.name)
        for ending in implied.endings if implied else ():
            base = registry.find(provider_id, lab, written + key(ending))
            if implied and base is not None and base.lab in implied.labs:
                yield f"implied {ending}", base
        base = registry.find(provider_id, lab, written)
        if base is None:
            base = _undated(provider_id, lab, stripped.name, registry)
        if base is not None and (not stripped.labs or base.lab in stripped.labs):
            yield (f"ending {stripped.row.name}" if stripped.row else "name"), base


def _undated(provider_id: str, lab: str | None, name: str, registry: Registry) -> Base | None:
    """The base of the name without its day, where that is the one day known under it."""
    pin = pinned(name)
    undated = registry.find(provider_id, lab, key(pin.name)) if pin is not None else None
    return undated if pin and undated and undated.pins == (pin.day,) else None


def _also_named(provider_id: str, said: Sequence[Claims], registry: Registry) -> Linked | None:
    """What all the other names that lead anywhere agree on."""
    names = sorted({name for claims in said for name in claims.aliases or ()})
    found = [
        linked
        for name in names
        if (linked := _named(provider_id, name, registry)) is not None and linked.base is not None
    ]
    if len({linked.base for linked in found}) != 1:
        return None
    return found[0]._replace(rule="another name of it")
