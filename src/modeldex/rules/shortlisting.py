"""The shortlist: for each purpose the best few that can be called, from several labs, with reasons.

Scores are those of `weighing`. Where they allow it, a bucket has at least `LEAST` picks and at most
`MOST`, two of one lab, one of each base, and one of each line of a lab (`claude-opus`). Models that
were measured, or that people keep for this purpose, come first; others only fill up to the least
number, and so does a second model of one line. A bucket that stays short says why.

What is on the list already keeps its place unless another is ahead by more than `MARGIN`, so that
noise in the measurements does not reshuffle it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from ..domain.capability import Kind, Modality, Reasoning
from ..domain.model import Model
from ..domain.shortlist import Benchmark, Bucket, Kept, Measured, Pick, Shortlist
from .answering import answers_later
from .lineage import line_of
from .standing_in import can_stand_in
from .weighing import WEIGHTS, Weighed, middles, predecessors, usd_per_million, weigh

LEAST: Mapping[Bucket, int] = {
    Bucket.CODING: 5,
    Bucket.REASONING: 5,
    Bucket.CHAT: 8,
    Bucket.FAST: 5,
    Bucket.VISION: 4,
    Bucket.IMAGE: 3,
}
MOST: Mapping[Bucket, int] = {bucket: least + least // 2 for bucket, least in LEAST.items()}
PER_LAB = 2
MARGIN = 0.03
"""How far another has to be ahead of one that is on the list, on the scale from 0 to 1."""
CHEAP_USD = 1.0
"""Per million tokens, three in for one out."""
QUICK_S = 1.0


class _Candidate(NamedTuple):
    weighed: Weighed
    score: float | None
    before: Weighed | None
    """The predecessor whose quality stands in for its own."""
    curated: Kept | None
    incumbent: bool

    @property
    def model(self) -> Model:
        return self.weighed.model

    @property
    def lab(self) -> str:
        return self.model.lab or self.model.provider

    @property
    def base(self) -> tuple[str, str]:
        return self.lab, self.model.base or self.model.id

    @property
    def vouched(self) -> bool:
        """Whether its quality or its predecessor's was measured, or people keep it for this."""
        measured = "quality" in self.weighed.inputs or self.before is not None
        return measured or self.curated is not None

    @property
    def order(self) -> tuple[object, ...]:
        ahead = (self.score or 0.0) + (MARGIN if self.incumbent else 0.0)
        kept, newer = self.curated is not None, self.before is not None
        return not self.vouched, -ahead, not kept, not newer, self.model.id

    @property
    def offer(self) -> tuple[object, ...]:
        """Of several offers of one base: the one people keep, the best known one, the best."""
        return self.curated is None, -len(self.weighed.inputs), *self.order


def shortlist(
    models: Iterable[Model],
    today: date,
    *,
    benchmarks: Sequence[Benchmark] = (),
    measured: Mapping[str, Measured] | None = None,
    core: Iterable[Kept] = (),
    incumbents: Mapping[Bucket, Sequence[str]] | None = None,
) -> Shortlist:
    """The picks of every bucket among `models`, which are those that the user can call.

    `measured` holds observations by model id, `core` what people keep by hand, `incumbents` the
    ids of the last shortlist.
    """
    fit = [model for model in models if can_stand_in(model, today)]
    kept = {one.id: one for one in core}
    picks, short = {}, {}
    for bucket in Bucket:
        before = frozenset((incumbents or {}).get(bucket, ()))
        found = _candidates(fit, bucket, benchmarks, measured or {}, kept, before)
        chosen = _chosen(found, bucket)
        picks[bucket] = tuple(_pick(one) for one in chosen)
        if len(chosen) < LEAST[bucket]:
            short[bucket] = _shortfall(bucket, found, len(chosen))
    return Shortlist(buckets=picks, short=short)


def fits(model: Model, bucket: Bucket, measured: Measured | None = None) -> bool:
    """Whether a model is known to be for that purpose; what is unknown does not count, and what
    answers hours later is for none."""
    if answers_later(model):
        return False
    if bucket is Bucket.IMAGE:
        return model.kind is Kind.IMAGE or Modality.IMAGE in (model.output_modalities or ())
    return model.kind is Kind.CHAT and _CHATS[bucket](model, measured)


def _quick_or_cheap(model: Model, measured: Measured | None) -> bool:
    usd = usd_per_million(model)
    waits = measured.latency_s if measured is not None else None
    return (usd is not None and usd <= CHEAP_USD) or (waits is not None and waits <= QUICK_S)


_CHATS: Mapping[Bucket, Callable[[Model, Measured | None], bool]] = {
    Bucket.CODING: lambda model, _: model.tools is True,
    Bucket.REASONING: lambda model, _: model.reasoning not in (None, Reasoning.NONE),
    Bucket.CHAT: lambda model, _: True,
    Bucket.FAST: _quick_or_cheap,
    Bucket.VISION: lambda model, _: model.vision is True,
}


def _candidates(
    fit: Iterable[Model],
    bucket: Bucket,
    benchmarks: Sequence[Benchmark],
    measured: Mapping[str, Measured],
    kept: Mapping[str, Kept],
    before: frozenset[str],
) -> list[_Candidate]:
    """One model of each base that fits, the best first."""
    weighed = [
        weigh(model, bucket, benchmarks, measured.get(model.id))
        for model in fit
        if fits(model, bucket, measured.get(model.id))
    ]
    middle, earlier = middles(weighed), predecessors(weighed)
    best: dict[tuple[str, str], _Candidate] = {}
    for one in weighed:
        row, old = kept.get(one.model.id), earlier.get(one.model.id)
        instead = middle if old is None else {**middle, "quality": old.inputs["quality"].value}
        curated = row if row is not None and bucket in row.specialty else None
        made = _Candidate(one, one.score(instead), old, curated, one.model.id in before)
        held = best.get(made.base)
        if held is None or made.offer < held.offer:
            best[made.base] = made
    return sorted(best.values(), key=lambda one: one.order)


def _chosen(found: Sequence[_Candidate], bucket: Bucket) -> list[_Candidate]:
    """The picks, the best first. What comes later only fills up what the earlier left open."""
    chosen: list[_Candidate] = []
    vouched = [one for one in found if one.vouched]
    _take(chosen, vouched, MOST[bucket], one_of_a_line=True)
    _take(chosen, vouched, LEAST[bucket], one_of_a_line=False)
    _take(chosen, found, LEAST[bucket], one_of_a_line=False)
    return sorted(chosen, key=lambda one: one.order)


def _take(
    chosen: list[_Candidate], found: Iterable[_Candidate], most: int, *, one_of_a_line: bool
) -> None:
    labs = Counter(one.lab for one in chosen)
    taken = {one.base for one in chosen}
    lines = {_line(one) for one in chosen} if one_of_a_line else set()
    for one in found:
        if len(chosen) >= most:
            return
        if one.base in taken or labs[one.lab] >= PER_LAB or _line(one) in lines:
            continue
        chosen.append(one)
        labs[one.lab] += 1
        taken.add(one.base)
        if one_of_a_line:
            lines.add(_line(one))


def _line(one: _Candidate) -> tuple[str, frozenset[str], int | None]:
    parted = line_of(one.model)
    return one.lab, parted.words, parted.size


def _pick(one: _Candidate) -> Pick:
    return Pick(
        id=one.model.id,
        score=None if one.score is None else round(one.score, 3),
        known=len(one.weighed.inputs),
        because=tuple(_because(one)),
        curated=one.curated is not None,
    )


def _because(one: _Candidate) -> Iterable[str]:
    if one.curated is not None:
        kept = one.curated
        yield f"kept by hand: {kept.caption} ({kept.seen}, {kept.link})"
    inputs = one.weighed.inputs
    for name, found in inputs.items():
        yield f"{name} {found.value:.2f}: {found.said}"
    unknown = [name for name in WEIGHTS if name not in inputs]
    if unknown:
        yield (
            f"not known: {', '.join(unknown)}; the score rests on {len(inputs)} of {len(WEIGHTS)}"
            f" inputs, {sum(WEIGHTS[name] for name in inputs):.0%} of the weights"
        )
    if one.before is not None:
        earlier = one.before.inputs["quality"]
        yield f"quality of its predecessor {one.before.model.id} {earlier.value:.2f}: {earlier.said}"


def _shortfall(bucket: Bucket, found: Sequence[_Candidate], had: int) -> str:
    labs = len({one.lab for one in found})
    bases = len({one.base for one in found})
    return (
        f"{had} of at least {LEAST[bucket]}: {bases} models that you can call fit, of {labs}"
        f" labs, and at most {PER_LAB} of one lab are shown"
    )
