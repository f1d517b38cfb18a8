"""The promises about accuracy, each measured and kept or not."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import bases
import kinds
from base_labels import SOURCES

from modeldex.domain.claims import Claims
from modeldex.knowledge.patterns import packaged
from modeldex.rules.classify import classify
from modeldex.rules.sanity import screened

from .by_field import wrong_and_unknown
from .comparing import Compared
from .fields import has
from .knowing import known
from .promised import Target, percent
from .rivals import RIVALS
from .scoring import share
from .truths import declared_wrong, kind_labels, said_by, spelled
from .wire import on_the_wire

LEAST_COVERED = 0.98
LEAST_F1, LEAST_F1_UNNAMED, LEAST_PRECISION, LEAST_RECALL = 0.99, 0.97, 0.995, 0.95
LABELLED_PROVIDERS = 20


class Coverage(NamedTuple):
    """Ids of which somebody knows a field, and those of which we do."""

    ours: int = 0
    known: int = 0


def coverage(one: Compared, field: str) -> Coverage:
    """Somebody is the provider, or any dataset under any spelling of the id at this provider.

    A price that the provider itself states by another unit than tokens is its price.
    """
    ours = known_by = 0
    for native_id in one.recorded.ids:
        if has(field, one.kind(native_id)) and _known_by_anybody(one, native_id, field):
            known_by += 1
            by_unit = field.startswith("price.") and native_id in one.priced
            ours += field in one.joined[native_id] or by_unit
    return Coverage(ours, known_by)


def _known_by_anybody(one: Compared, native_id: str, field: str) -> bool:
    return field in one.stated[native_id] or any(
        field in said_by(said, one.provider) for said in spelled(one.provider, native_id)
    )


def covered(compared: Sequence[Compared]) -> Iterator[Target]:
    """Context and price wherever anybody knows them, at the provider where least is covered."""
    for field in ("context_window", "price.input"):
        found = [(share(*coverage(one, field)), one.provider) for one in compared]
        least, where = min((part, provider) for part, provider in found if part is not None)
        yield Target(
            f"`{field}` known wherever anybody knows it, at every provider",
            f"≥ {percent(LEAST_COVERED)}",
            f"{percent(least)} at {where}" if least < 1 else "100.0 % everywhere",
            least >= LEAST_COVERED,
        )


class Invented(NamedTuple):
    """Ids that do not exist, and how many of them get facts."""

    asked: int
    known: int
    """Facts of knowledge: none may be given."""
    guessed: int
    """A kind or the like read from the shape of the name, marked as a guess."""
    linked: int
    """Ids that are guessed to be a model of some lab: a wrong link each."""
    by_rivals: tuple[int, ...]


def invented(one: Compared) -> Invented:
    """The recorded ids with `-nosuch` added."""
    names = [f"{native_id}-nosuch" for native_id in one.recorded.ids]
    provider, knows = one.provider, known()
    guesses = [[claims for _, claims in knows.guess(provider, name)] for name in names]
    return Invented(
        asked=len(names),
        known=sum(bool(knows.claims(provider, n) or knows.overrides(provider, n)) for n in names),
        guessed=sum(map(bool, guesses)),
        linked=sum(any(claims.base for claims in guess) for guess in guesses),
        by_rivals=tuple(
            sum(bool(rival(provider, name)) for name in names) for rival in RIVALS.values()
        ),
    )


def none_invented(compared: Sequence[Compared]) -> Target:
    found = [invented(one) for one in compared]
    known_ones, asked = sum(one.known for one in found), sum(one.asked for one in found)
    return Target(
        "ids with `-nosuch` added that are presented as known",
        "0",
        f"{known_ones} of {asked} (guesses from the name: {sum(one.guessed for one in found)},"
        f" of a base: {sum(one.linked for one in found)})",
        known_ones == 0,
    )


class Stated(NamedTuple):
    """Values of the provider's own, and what became of them."""

    equal: int = 0
    flagged: int = 0
    """Values that cannot be right, or are declared to be wrong, kept aside on purpose."""
    other: int = 0


def equal_to_stated(one: Compared) -> Stated:
    """Values found on the wire and by the dialect, each counted once, against the joined models."""
    wire, equal, flagged, other = on_the_wire(one.recorded), 0, 0, 0
    aside = _aside(one.recorded.claims)
    for native_id in one.recorded.ids:
        said = {**one.stated[native_id], **wire.get(native_id, {})}
        for field, value in said.items():
            if one.joined[native_id].get(field) == value:
                equal += 1
            elif (native_id, field.partition(".")[0]) in aside or declared_wrong(
                one.provider, native_id, field
            ):
                flagged += 1
            else:
                other += 1
    return Stated(equal, flagged, other)


def _aside(claims: Iterable[Claims]) -> frozenset[tuple[str, str]]:
    return frozenset((one.native_id, flag.field) for one in claims for flag in screened(one)[1])


def as_stated(compared: Sequence[Compared]) -> Target:
    found = [equal_to_stated(one) for one in compared]
    equal, other = sum(one.equal for one in found), sum(one.other for one in found)
    return Target(
        "the provider's own value is ours, to the last digit",
        "100 %",
        f"{percent(share(equal, equal + other))} of {equal + other}"
        f" ({sum(one.flagged for one in found)} impossible ones, or declared to be wrong, set aside)",
        other == 0,
    )


def chat() -> Iterator[Target]:
    """Names alone against labels: with what is known of each provider, without, and unseen."""
    labels, patterns = kind_labels(), packaged()
    for name, named, least, wanted in (
        ("chat or not, by name", True, LEAST_F1, labels),
        ("the same without what is said of the provider by name", False, LEAST_F1_UNNAMED, labels),
        ("the same at providers never looked at", False, LEAST_F1_UNNAMED, kinds.unseen_labels()),
    ):
        score = kinds.Score()
        for (provider, native_id), label in sorted(wanted.items()):
            claims = classify(native_id, patterns, provider if named else None)
            score.count(provider, native_id, label, claims.kind if claims else None)
        f1 = float(kinds._f1(score))
        providers = len({provider for provider, _ in wanted})
        enough = not named or providers >= LABELLED_PROVIDERS
        yield Target(
            f"{name}: F1",
            f"≥ {least}",
            f"{f1:.4f} over {len(wanted)} ids of {providers} providers",
            f1 >= least and enough,
        )


def linked() -> Iterator[Target]:
    """Models linked to their base; each pair by a registry that has not seen one of its providers.

    OpenRouter's own correspondences were not promised, and are asked by name alone, without the
    Hugging Face id that its list states and that links every one of them.
    """
    for source in SOURCES:
        for left_out in (False, True):
            score = bases.score(source, raw=False, left_out=left_out)
            precision = share(score.hit, score.hit + score.wrongly) or 0
            recall = share(score.hit, score.hit + score.missed) or 0
            heard = score.hit + score.missed - score.unheard
            of_heard = share(score.hit, heard) or 0
            beyond = " (beyond what was promised)" if source == "openrouter" else ""
            yield Target(
                f"base, against {source}{', provider left out' if left_out else ''}{beyond}",
                f"precision ≥ {LEAST_PRECISION}, recall ≥ {LEAST_RECALL}",
                f"{precision:.4f} and {recall:.4f} over {score.hit + score.missed} pairs",
                precision >= LEAST_PRECISION and recall >= LEAST_RECALL,
                f"{precision:.4f} and {of_heard:.4f} over {heard}" if score.unheard else "",
                precision >= LEAST_PRECISION and of_heard >= LEAST_RECALL
                if score.unheard
                else None,
            )


def targets(compared: Sequence[Compared]) -> list[Target]:
    """All of them, in the order in which they were promised."""
    return [
        *chat(),
        *wrong_and_unknown(compared, from_ids=False),
        *wrong_and_unknown(compared, from_ids=True),
        *covered(compared),
        none_invented(compared),
        as_stated(compared),
        *linked(),
    ]
