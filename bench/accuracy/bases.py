"""How well models are linked to their base, per source of correspondences: precision and recall over pairs.

A pair is two ids of two providers. Precision: of the pairs given one base, how many the source
calls one model (against those that it calls two). Recall: of the pairs that the source calls one
model, how many were given one base. `bases-disagreements.toml` decides by hand where a source is
wrong; `--raw` leaves it out.

    python bench/accuracy/bases.py [--wrong] [--missed] [--raw] [--left-out] [SOURCE…]

The registry is compiled from ids of models.dev, Portkey, LiteLLM and genai-prices, so that it has
seen most of these ids, though not what belongs together. `--left-out` therefore scores each pair
with a registry that was compiled without the ids of one of its providers, and then of the other.
ruby_llm's aliases are in no registry.
"""

import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import combinations

from base_labels import BY_HAND, SHARED, SOURCES, Id, Label, same

from modeldex.knowledge import bases
from modeldex.knowledge.base_building import build
from modeldex.knowledge.compiling import read_folder
from modeldex.knowledge.editions import packaged_editions
from modeldex.rules import identity
from modeldex.rules.registry import Registry

Pair = tuple[Label, Label]


class Score:
    """Pairs of one source."""

    def __init__(self) -> None:
        self.hit = self.wrongly = self.missed = 0
        self.unheard = 0
        """Pairs missed whose name no provider lists but the one that was left out."""
        self.unlinked: set[Id] = set()
        self.wrong: list[Pair] = []
        self.miss: list[Pair] = []

    def count(self, pair: Pair, one: str | None, other: str | None, truth: bool | None) -> None:
        linked = one is not None and one == other
        if linked and truth is False:
            self.wrongly += 1
            self.wrong.append(pair)
        if truth:
            self.hit += linked
            self.missed += not linked
            if not linked:
                self.miss.append(pair)

    def line(self, name: str) -> str:
        right, said = self.hit + self.missed, self.hit + self.wrongly
        return (
            f"{name:14}{right:8}{self.hit:8}{self.wrongly:7}{self.missed:8}"
            f"{self.hit / said if said else 0:11.4f}{self.hit / right if right else 0:9.4f}"
        )


def decided(*, raw: bool) -> dict[tuple[str, frozenset[str]], bool | None]:
    """What was decided by hand, by source and the two bags; `None` where nobody can say."""
    rows = tomllib.loads(BY_HAND.read_text("utf-8")).get("pair", []) if not raw else []
    return {
        (row["source"], frozenset(pair.split(" | "))): row.get("same")
        for row in rows
        for pair in row["bags"]
    }


def base_of(one: Id, registry: Registry) -> str | None:
    found = identity.explain(*one, (), registry)
    return found.base if found else None


@cache
def registry(without: str | None) -> Registry:
    """Compiled from the datasets beside the project, without the ids of one provider."""
    editions = packaged_editions()
    built = build(_datasets(), editions, without=frozenset({without} if without else ()))
    return bases.registry(tuple(built.values()))


@lru_cache(maxsize=1)
def _datasets() -> dict[str, bytes]:
    return read_folder(SHARED / "truth", packaged_editions())


def pairs(labels: Iterable[Label], linked: dict[Id, str | None]) -> Iterator[Pair]:
    """Pairs of two providers that share a label or a base; all others are neither hit nor error."""
    groups: dict[object, list[Label]] = defaultdict(list)
    for label in sorted(set(labels), key=lambda one: (one.id, one.bag)):
        groups[label.bag].append(label)
        if linked[label.id] is not None:
            groups[linked[label.id]].append(label)
    seen = set()
    for group in groups.values():
        for pair in combinations(group, 2):
            if pair[0].id[0] != pair[1].id[0] and pair not in seen:
                seen.add(pair)
                yield pair


def score(source: str, *, raw: bool, left_out: bool) -> Score:
    labels, by_hand, total = list(SOURCES[source]()), decided(raw=raw), Score()
    whole = {label.id: base_of(label.id, registry(None)) for label in labels}
    providers = sorted({label.id[0] for label in labels}) if left_out else [None]
    for provider in providers:
        known = registry(provider)
        linked = {label.id: base_of(label.id, known) for label in labels}
        for pair in pairs(labels, linked):
            if provider is not None and provider not in (pair[0].id[0], pair[1].id[0]):
                continue
            bags = frozenset(" ".join(label.bag) for label in pair)
            truth = by_hand.get((source, bags), same(*pair))
            one, other = (linked[label.id] for label in pair)
            total.count(pair, one, other, truth)
            listed = whole[pair[0].id] is not None and whole[pair[0].id] == whole[pair[1].id]
            total.unheard += bool(truth) and listed and one is None and other is None
    return total


def main(arguments: list[str]) -> int:
    wanted = [name for name in arguments if not name.startswith("-")] or list(SOURCES)
    print(
        f"{'source':14}{'pairs':>8}{'hit':>8}{'wrong':>7}{'missed':>8}{'precision':>11}{'recall':>9}"
    )
    for source in wanted:
        found = score(source, raw="--raw" in arguments, left_out="--left-out" in arguments)
        print(found.line(source))
        shown = [*(found.wrong if "--wrong" in arguments else ())]
        shown += found.miss if "--missed" in arguments else []
        for one, other in shown:
            print("   ", "/".join(one.id), one.bag, "|", "/".join(other.id), other.bag)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
