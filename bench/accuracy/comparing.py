"""Every answer of everybody, judged: our knowledge held out from its own truths, and its rivals."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from modeldex.domain.capability import Kind

from .fields import FIELDS, By, has
from .knowing import known, origins, unseen
from .making import from_ids, joined
from .recorded import Recorded
from .rivals import RIVALS
from .scoring import Tally, Verdict, verdict, worst
from .truths import Truth, Truths, kind_labels, stated, truths, votes_on

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
    """One provider's recorded ids, answered by everybody from the ids alone, and by us as listed."""

    def __init__(self, recorded: Recorded) -> None:
        self.recorded = recorded
        self.provider = recorded.provider.id
        self.stated: By = stated(recorded)
        self.truths: Mapping[str, Truths] = truths(recorded)
        everything = (None, *origins())
        self.bare = {without: from_ids(recorded, known(without)) for without in everything}
        """Our answers from ids alone, by the origin that was left out."""
        self.listed = {without: joined(recorded, known(without)) for without in everything}
        """Our answers beside the provider's own."""
        self.priced = frozenset(said.native_id for said in recorded.claims if said.price)
        """Ids of which the provider states a price, by whatever unit."""
        self.unseen = from_ids(recorded, unseen(self.provider))
        self.rivals: dict[str, By] = {
            name: {native_id: rival(self.provider, native_id) for native_id in recorded.ids}
            for name, rival in RIVALS.items()
        }

    @property
    def joined(self) -> By:
        """What modeldex says."""
        return self.listed[None]

    def kind(self, native_id: str) -> Kind | None:
        """The labelled kind, or else what modeldex takes it for."""
        label = kind_labels().get((self.provider, native_id))
        kind: Kind | None = label or self.joined[native_id].get("kind")
        return kind

    def cases(self, *, from_ids: bool = True, beside: bool = False) -> Iterator[Case]:
        """Against the provider's own values, and what two origins agree on where it is silent.

        Our answer to what origins agree on is the worst of those given without each of them;
        the rivals may answer with the very value that made the agreement. `beside` are the
        values of fields that a model of that kind need not have, which are no questions.
        """
        answers = self.bare if from_ids else self.listed
        for native_id, field, truth in self._questions(beside=beside):
            ours = worst(
                verdict(truth.value, answers[origin][native_id].get(field))
                for origin in truth.origins or (None,)
            )
            yield self._case(native_id, field, truth.value, ours)

    def against(self, origin: str) -> Iterator[Case]:
        """Against what one origin says, answered by knowledge without it and by the rivals."""
        for native_id in self.recorded.ids:
            for field, said in votes_on(self.provider, native_id).items():
                if origin in said:
                    ours = self.bare[origin][native_id].get(field)
                    truth = said[origin]
                    yield self._case(native_id, field, truth, verdict(truth, ours))

    def left_out(self) -> Iterator[Case]:
        """As `cases`, answered without any row about this provider."""
        for native_id, field, truth in self._questions():
            ours = verdict(truth.value, self.unseen[native_id].get(field))
            yield self._case(native_id, field, truth.value, ours)

    def gaps(self, *, from_ids: bool = True) -> Gaps:
        """Where nothing is answered, over every recorded id whose kind ought to have the field."""
        ours = self.bare[None] if from_ids else self.joined
        found: dict[Key, Gap] = defaultdict(Gap)
        for native_id in self.recorded.ids:
            said = {name: rival[native_id] for name, rival in self.rivals.items()}
            said[OURS] = ours[native_id]
            for field in FIELDS:
                if has(field, self.kind(native_id)):
                    for who in WHO:
                        found[who, field] = found[who, field].with_(said[who].get(field))
        return found

    def own(self, field: str) -> int:
        """How many truths of a field are the provider's own, and so ours whenever it is listed."""
        return sum(
            field in said and has(field, self.kind(native_id))
            for native_id, said in self.stated.items()
        )

    def _questions(self, *, beside: bool = False) -> Iterator[tuple[str, str, Truth]]:
        """Truths about fields that a model of that kind ought to have, or about all others."""
        for native_id in self.recorded.ids:
            for field, truth in self.truths[native_id].items():
                if has(field, self.kind(native_id)) is not beside:
                    yield native_id, field, truth

    def _case(self, native_id: str, field: str, truth: Any, ours: Verdict) -> Case:
        theirs = {
            name: verdict(truth, said[native_id].get(field)) for name, said in self.rivals.items()
        }
        return Case(native_id, field, truth, {OURS: ours, **theirs})


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
