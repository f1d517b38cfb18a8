"""Every answer of everybody, judged: our knowledge held out from its own truths, and its rivals."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from .fields import FIELDS, Answers, By, has
from .knowing import known, origins, unseen
from .making import from_ids, joined
from .recorded import Recorded
from .rivals import RIVALS
from .scoring import Tally, Verdict, verdict, worst
from .truths import Truths, kind_labels, truths, votes_on

OURS = "modeldex"
WHO: tuple[str, ...] = (OURS, *RIVALS)
Key: TypeAlias = tuple[str, str]
"""Who answers, and the field."""
Tallies: TypeAlias = Mapping[Key, Tally]
Gaps: TypeAlias = Mapping[Key, "Gap"]


class Gap(NamedTuple):
    """Fields that a model ought to have, whether or not anybody knows the truth."""

    silent: int = 0
    asked: int = 0

    def with_(self, answer: Any) -> "Gap":
        return Gap(self.silent + (answer is None), self.asked + 1)


class Case(NamedTuple):
    """One field of one recorded model, with what everybody makes of it."""

    native_id: str
    field: str
    truth: Any
    verdicts: Mapping[str, Verdict]
    """By who answers."""


class Compared:
    """One provider's recorded ids, answered from ids alone by everybody."""

    def __init__(self, recorded: Recorded) -> None:
        self.recorded = recorded
        self.provider = recorded.provider.id
        self.truths: Mapping[str, Truths] = truths(recorded)
        self.without: dict[str | None, By] = {
            origin: from_ids(recorded, known(origin)) for origin in (None, *origins())
        }
        self.unseen = from_ids(recorded, unseen())
        self.joined = joined(recorded, known())
        self.rivals: dict[str, dict[str, Answers]] = {
            name: {native_id: rival(self.provider, native_id) for native_id in recorded.ids}
            for name, rival in RIVALS.items()
        }

    def cases(self) -> Iterator[Case]:
        """Against the provider's own values, and what two origins agree on where it is silent.

        Our answer to what origins agree on is the worst of those given without each of them;
        the rivals may answer with the very value that made the agreement.
        """
        for native_id in self.recorded.ids:
            for field, truth in self.truths[native_id].items():
                packs = truth.origins or (None,)
                ours = worst(
                    verdict(truth.value, self.without[origin][native_id].get(field))
                    for origin in packs
                )
                theirs = {
                    name: verdict(truth.value, said[native_id].get(field))
                    for name, said in self.rivals.items()
                }
                yield Case(native_id, field, truth.value, {OURS: ours, **theirs})

    def against(self, origin: str) -> Iterator[Case]:
        """Against what one origin says, answered by knowledge without it and by the other rivals."""
        for native_id in self.recorded.ids:
            for field, said in votes_on(self.provider, native_id).items():
                if origin in said:
                    truth = said[origin]
                    ours = self.without[origin][native_id].get(field)
                    theirs = {
                        name: verdict(truth, answers[native_id].get(field))
                        for name, answers in self.rivals.items()
                    }
                    verdicts = {OURS: verdict(truth, ours), **theirs}
                    yield Case(native_id, field, truth, verdicts)

    def left_out(self) -> Iterator[Case]:
        """As `cases`, answered without any row about this provider."""
        for native_id in self.recorded.ids:
            for field, truth in self.truths[native_id].items():
                said = verdict(truth.value, self.unseen[native_id].get(field))
                yield Case(native_id, field, truth.value, {OURS: said})

    def gaps(self) -> Gaps:
        """Where nothing is answered, over every recorded id whose kind ought to have the field."""
        found: dict[Key, Gap] = defaultdict(Gap)
        for native_id in self.recorded.ids:
            kind = kind_labels().get((self.provider, native_id)) or self.joined[native_id].get("kind")
            for field in FIELDS:
                if has(field, kind):
                    for who, said in self.everybody(native_id):
                        found[who, field] = found[who, field].with_(said.get(field))
        return found

    def everybody(self, native_id: str) -> Iterator[tuple[str, Answers]]:
        """Who says what of one id, our whole knowledge first."""
        yield OURS, self.without[None][native_id]
        for name, said in self.rivals.items():
            yield name, said[native_id]


def tallied(cases: Iterable[Case]) -> Tallies:
    """Verdicts by who answers and field."""
    found: dict[Key, Tally] = defaultdict(Tally)
    for case in cases:
        for who, one in case.verdicts.items():
            found[who, case.field].add(one)
    return found


def summed(gaps: Iterable[Gaps]) -> Gaps:
    """Gaps of several providers."""
    found: dict[Key, Gap] = defaultdict(Gap)
    for one in gaps:
        for key, gap in one.items():
            found[key] = Gap(found[key].silent + gap.silent, found[key].asked + gap.asked)
    return found
