"""What LiteLLM calls models: a prefix that stands for a provider, and a name behind it."""

import re
from collections.abc import Iterator, Mapping

import msgspec

from ..domain.capability import Kind


class Prefix(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row: what LiteLLM's prefix stands for."""

    providers: tuple[str, ...]
    """Our provider ids; the first that has the model is meant."""
    skip: str = "(?!)"
    """A regular expression of path parts that LiteLLM allows behind the prefix and that are no
    part of the name: regions, routes. Matched against whole parts."""
    last: int | None = None
    """The native id is the last so many parts; `None`: all of them."""
    within: str = ""
    """What the provider wants before a name without a slash."""
    bare: str = "(?!)"
    """A regular expression of whole names that are the provider's spelling without any prefix."""
    writes: bool = True
    """Whether a configuration of LiteLLM calls models by it: some stand in its price list alone, and
    for one somebody has to sign in by hand."""
    kinds: tuple[Kind, ...] = ()
    """Models of these kinds are called by it rather than by another prefix of their provider, and
    no others; empty: all kinds."""
    calls_at: str = ""
    """Where calls to the first provider belong, when LiteLLM by itself sends them elsewhere."""
    link: str
    checked: str


def litellm_ids(name: str, prefixes: Mapping[str, Prefix]) -> Iterator[str]:
    """The ids that a name of LiteLLM's could be, the likeliest first; none without a known prefix."""
    prefix, slash, rest = name.partition("/")
    row = prefixes.get(prefix) if slash else None
    if row is None:
        return
    short = without_skipped(rest, row)
    natives = dict.fromkeys((rest, short))
    if row.last is not None:
        natives["/".join(short.split("/")[-row.last :])] = None
    if row.within and "/" not in short:
        natives[row.within + short] = None
    for provider in row.providers:
        for native in natives:
            if (one := f"{provider}/{native}") != name:
                yield one


def without_skipped(rest: str, row: Prefix) -> str:
    """The rest of a name without the parts that LiteLLM allows before it."""
    parts = rest.split("/")
    while len(parts) > 1 and re.fullmatch(row.skip, parts[0]):
        del parts[0]
    return "/".join(parts)
