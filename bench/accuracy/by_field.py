"""The promises about each field over the ids-only providers: wrong, unknown, and LiteLLM's map."""

from collections.abc import Iterator, Sequence

from .attainable import said
from .comparing import OURS, WHO, Case, Compared, Gap, summed
from .fields import FIELDS
from .promised import Target, percent
from .scoring import Tally, Verdict, share

LITELLM = WHO[1]
IDS_ONLY: tuple[str, ...] = (
    "cerebras", "dashscope", "deepseek", "groq", "mistral", "moonshot", "nebius", "openai", "xai",
)  # fmt: skip
"""Providers whose lists hold ids and little more, or did until lately."""
MOST_WRONG, MOST_UNKNOWN = 0.01, 0.10


def wrong_and_unknown(compared: Sequence[Compared], *, from_ids: bool) -> Iterator[Target]:
    """Per field over the ids-only providers, from ids alone or beside what they do answer."""
    some = [one for one in compared if one.provider in IDS_ONLY]
    cases = [(one, case) for one in some for case in one.cases(from_ids=from_ids)]
    gaps = summed(one.gaps(from_ids=from_ids) for one in some)
    basis = "from ids alone" if from_ids else "as listed"
    for field in FIELDS:
        asked = [(one, case) for one, case in cases if case.field == field]
        name = f"ids-only providers, {basis}: `{field}`"
        own = "" if from_ids else f"; {sum(one.own(field) for one in some)} the provider's own"
        yield _wrong(name, asked, own)
        silent = {who: gaps[who, field] for who in (OURS, LITELLM)}
        yield _unknown(name, asked, silent[OURS], silent[LITELLM])


def _wrong(name: str, asked: Sequence[tuple[Compared, Case]], own: str) -> Target:
    ours, theirs = (Tally(case.verdicts[who] for _, case in asked) for who in (OURS, LITELLM))
    on_theirs = Tally(
        case.verdicts[OURS] for _, case in asked if case.verdicts[LITELLM] is not Verdict.UNKNOWN
    )
    wrong = [(one, case) for one, case in asked if case.verdicts[OURS] is Verdict.WRONG]
    avoidable = share(sum(_avoidable(*one) for one in wrong), ours.answered)
    not_worse = on_theirs[Verdict.WRONG] <= theirs[Verdict.WRONG]
    return Target(
        f"{name} wrong",
        f"≤ {percent(MOST_WRONG)}, LiteLLM's map no better",
        f"{percent(ours.wrong)} of {ours.answered} (LiteLLM's map {percent(theirs.wrong)}"
        f" of {theirs.answered}; of these ours {percent(on_theirs.wrong)}){own}",
        (ours.wrong or 0) <= MOST_WRONG and not_worse,
        f"{percent(avoidable)} of {ours.answered}" if wrong else "",
        (avoidable or 0) <= MOST_WRONG and not_worse if wrong else None,
    )


def _unknown(
    name: str, asked: Sequence[tuple[Compared, Case]], silent: Gap, silent_theirs: Gap
) -> Target:
    ours, theirs = (Tally(case.verdicts[who] for _, case in asked) for who in (OURS, LITELLM))
    within = Tally(case.verdicts[OURS] for one, case in asked if _attainable(one, case))
    better = (ours.unknown or 0) <= (theirs.unknown or 0)
    some = within.comparable < ours.comparable
    return Target(
        f"{name} unknown",
        f"≤ {percent(MOST_UNKNOWN)}, LiteLLM's map no better",
        f"{percent(ours.unknown)} of {ours.comparable} (LiteLLM's map {percent(theirs.unknown)});"
        f" silent on {percent(share(*silent))} of {silent.asked}"
        f" (LiteLLM's map {percent(share(*silent_theirs))})",
        (ours.unknown or 0) <= MOST_UNKNOWN and better,
        f"{percent(within.unknown)} of {within.comparable}" if some else "",
        (within.unknown or 0) <= MOST_UNKNOWN and better if some else None,
    )


def _attainable(one: Compared, case: Case) -> bool:
    """Whether any source states the truth, or we do all the same."""
    if case.verdicts[OURS] is Verdict.RIGHT:
        return True
    truth = one.truths[case.native_id][case.field]
    return case.truth in said(one.provider, case.native_id, case.field, truth)


def _avoidable(one: Compared, case: Case) -> bool:
    """Whether some source states something else than the rest, which is a reason for doubt."""
    truth = one.truths[case.native_id][case.field]
    return len(said(one.provider, case.native_id, case.field, truth)) > 1
