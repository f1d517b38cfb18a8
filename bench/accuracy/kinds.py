"""How well names alone tell chat models from others, per provider: precision, recall, F1.

Labels come from the type fields of recorded lists and from LiteLLM's `mode`; where the two
disagree, and where a source is known to be wrong, `kinds-disagreements.toml` decides by hand.

    python bench/accuracy/kinds.py [--wrong] [--raw] [--left-out] [--unseen] [PROVIDER…]

`--raw` leaves out the labels by hand; `--left-out` forgets what is said of each provider by name;
`--unseen` scores LiteLLM's other providers, whose labels nobody looked at when patterns were
written and nobody has checked.
"""

import sys
import tomllib
from collections import defaultdict
from pathlib import Path

from labels import Labels, mapped_labels, recorded_labels, unseen_labels

from modeldex.domain.capability import Kind
from modeldex.knowledge.patterns import packaged
from modeldex.rules.classify import classify

HERE = Path(__file__).parent
BY_HAND = HERE / "kinds-disagreements.toml"


def decided() -> dict[tuple[str, str], Kind]:
    """The hand-checked labels by provider and native id."""
    rows = tomllib.loads(BY_HAND.read_text("utf-8"))["label"] if BY_HAND.exists() else []
    return {(row["provider"], row["id"]): Kind(row["kind"]) for row in rows}


def labelled(*, raw: bool = False) -> tuple[Labels, list[tuple[str, str, Kind, Kind]]]:
    """Labels, and the ids on which the sources disagree about chat and nobody has decided."""
    recorded, mapped, by_hand = recorded_labels(), mapped_labels(), {} if raw else decided()
    open_ones = [
        (*key, kind, mapped[key])
        for key, kind in recorded.items()
        if key in mapped and _chat(kind) != _chat(mapped[key]) and key not in by_hand
    ]
    return {**mapped, **recorded, **by_hand}, open_ones


def _chat(kind: Kind | None) -> bool:
    return kind is Kind.CHAT


class Score:
    """Chat against the rest, and the exact kind beside it."""

    def __init__(self) -> None:
        self.hit = self.wrongly = self.missed = self.rest = self.exact = self.unknown = 0
        self.wrong: list[tuple[str, str, Kind, Kind | None]] = []

    def count(self, provider: str, native_id: str, label: Kind, said: Kind | None) -> None:
        self.exact += label is said
        self.unknown += said is None
        self.hit += _chat(label) and _chat(said)
        self.wrongly += not _chat(label) and _chat(said)
        self.missed += _chat(label) and not _chat(said)
        self.rest += not _chat(label) and not _chat(said)
        if _chat(label) != _chat(said):
            self.wrong.append((provider, native_id, label, said))

    def line(self, name: str) -> str:
        total = self.hit + self.wrongly + self.missed + self.rest
        return (
            f"{name:24}{total:6}{self.hit + self.missed:6}{_share(self.hit, self.wrongly):>11}"
            f"{_share(self.hit, self.missed):>9}{_f1(self):>8}{self.exact / total:9.3f}{self.unknown:9}"
        )


def _share(hit: int, other: int) -> str:
    return f"{hit / (hit + other):.3f}" if hit + other else "-"


def _f1(score: Score) -> str:
    errors = score.wrongly + score.missed
    return f"{2 * score.hit / (2 * score.hit + errors):.4f}" if score.hit or errors else "-"


def main(arguments: list[str]) -> int:
    wanted = {name for name in arguments if not name.startswith("-")}
    labels, open_ones = labelled(raw="--raw" in arguments)
    if "--unseen" in arguments:
        labels, open_ones = unseen_labels(), []
    named = "--left-out" not in arguments and "--unseen" not in arguments
    patterns, scores = packaged(), defaultdict(Score)
    for (provider, native_id), label in sorted(labels.items()):
        if not wanted or provider in wanted:
            claims = classify(native_id, patterns, provider if named else None)
            said = claims.kind if claims else None
            for name in (provider, "all"):
                scores[name].count(provider, native_id, label, said)
    print(
        f"{'provider':24}{'ids':>6}{'chat':>6}{'precision':>11}{'recall':>9}{'F1':>8}{'exact':>9}{'unknown':>9}"
    )
    for name in sorted(scores, key=lambda one: (one == "all", one)):
        print(scores[name].line(name))
    if "--wrong" in arguments:
        for row in scores["all"].wrong:
            print(*row)
    for row in open_ones:
        print("undecided:", *row)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
