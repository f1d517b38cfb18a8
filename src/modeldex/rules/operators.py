"""The operators of a query: what each compares, and what its values mean."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from ..domain.capability import Access, Kind, Modality, Reasoning
from ..domain.errors import BadQuery
from ..domain.lifecycle import Lifecycle
from ..domain.model import Tier
from ..domain.price import PriceTier
from ..domain.query import Condition, Op
from . import amounts
from .spelling import closest

NEW_FOR = timedelta(days=14)
"""How long after its release a model counts as new."""

UNKNOWN = "unknown"
"""The value that takes in the models of which the field is unknown, or means them alone."""

_Value: TypeAlias = str | int | bool
_Read: TypeAlias = Callable[[str], tuple[_Value, _Value]]


class Operator(NamedTuple):
    """What an operator compares."""

    field: str
    words: Mapping[str, tuple[_Value, ...]] | None = None
    """The values it knows; `None` takes any text."""
    op: Op = Op.EQ
    read: _Read | None = None
    """For amounts: the least and the most that a text can mean."""
    always: bool = False
    """Whether every model has it, so that `unknown` is a text like any other."""


def _words(words: Iterable[StrEnum]) -> dict[str, tuple[_Value, ...]]:
    return {word.value: (word.value,) for word in words}


def tokens_of(text: str) -> tuple[_Value, _Value]:
    return (amounts.tokens(text),) * 2


def micro_usd_of(text: str) -> tuple[_Value, _Value]:
    return (amounts.micro_usd(text),) * 2


def days_of(text: str) -> tuple[_Value, _Value]:
    first, last = amounts.days(text)
    return first.isoformat(), last.isoformat()


def months_of(text: str) -> tuple[_Value, _Value]:
    """A cutoff says no day as a rule, and `2025-06` is before `2025-06-01` as a text."""
    return text, amounts.days(text)[1].isoformat()


_YES_NO: Mapping[str, tuple[_Value, ...]] = {
    **dict.fromkeys(("yes", "true"), (True,)),
    **dict.fromkeys(("no", "false"), (False,)),
}
_REASONING = {
    "yes": (Reasoning.FIXED.value, Reasoning.CONFIGURABLE.value),
    "no": (Reasoning.NONE.value,),
    **_words(Reasoning),
}

OPERATORS: Mapping[str, Operator] = {
    "provider": Operator("provider", always=True),
    "kind": Operator("kind", _words(Kind)),
    "lab": Operator("lab"),
    "family": Operator("family"),
    "base": Operator("base"),
    "id": Operator("id", always=True),
    "hugging-face": Operator("hugging_face_id"),
    "quantization": Operator("quantization"),
    "tools": Operator("tools", _YES_NO),
    "vision": Operator("vision", _YES_NO),
    "reasoning": Operator("reasoning", _REASONING),
    "structured-output": Operator("structured_output", _YES_NO),
    "json": Operator("json_mode", _YES_NO),
    "streaming": Operator("streaming", _YES_NO),
    "prompt-caching": Operator("prompt_caching", _YES_NO),
    "batch": Operator("batch", _YES_NO),
    "open-weights": Operator("open_weights", _YES_NO),
    "modality": Operator("input_modalities", _words(Modality), Op.CONTAINS),
    "output": Operator("output_modalities", _words(Modality), Op.CONTAINS),
    "context": Operator("context_window", read=tokens_of),
    "max-output": Operator("max_output", read=tokens_of),
    "price": Operator("price", read=micro_usd_of),
    "output-price": Operator("output_price", read=micro_usd_of),
    "cache-read-price": Operator("cache_read_price", read=micro_usd_of),
    "price-tier": Operator("price_tier", _words(PriceTier)),
    "cutoff": Operator("knowledge_cutoff", read=months_of),
    "released": Operator("released", read=days_of),
    "created": Operator("created", read=days_of),
    "first-seen": Operator("first_seen", read=days_of),
    "retires": Operator("retires_on", read=days_of),
    "successor": Operator("successor"),
    "lifecycle": Operator("lifecycle", _words(Lifecycle)),
    "access": Operator("access", _words(Access)),
    "tier": Operator("tier", _words(Tier)),
    "recommended": Operator("recommended", _YES_NO),
}
"""Operators by name. `is`, `sort` and their words stand beside this table."""

IS_WORDS: tuple[str, ...] = ("free", "new", "mine", "open", *Lifecycle)
"""What `is:` knows."""

_OPPOSITE = {Op.GT: Op.LE, Op.GE: Op.LT, Op.LT: Op.GE, Op.LE: Op.GT}


def conditions(name: str, values: Sequence[str], *, negated: bool) -> tuple[Condition, ...]:
    """What `name:value,value` asks; raises `BadQuery` for a value that means nothing."""
    operator = OPERATORS[name]
    if not all(values):
        raise BadQuery(f"{name}: needs a value")
    known = [value for value in values if operator.always or value.lower() != UNKNOWN]
    if not known:
        unknown = Condition(
            field=operator.field, op=operator.op, values=(), negated=negated, or_unknown=True
        )
        return (unknown,)
    if len(known) < len(values) and (negated or operator.read):
        hint = f"write {name}:{UNKNOWN} or -{name}:{UNKNOWN}"
        raise BadQuery(f"{name}: {UNKNOWN} stands alone here", hint=hint)
    if operator.read:
        return _amounts(name, operator.field, operator.read, values, negated)
    found = [one for value in known for one in _meaning(name, operator.words, value)]
    return (
        Condition(
            field=operator.field,
            op=operator.op,
            values=tuple(dict.fromkeys(found)),
            negated=negated,
            or_unknown=len(known) < len(values),
        ),
    )


def is_condition(words: Sequence[str], *, negated: bool, today: date) -> Condition:
    """What `is:word` asks, all but `is:mine`; several words may be states of the lifecycle."""
    for word in words:
        if word not in IS_WORDS or word == "mine":
            raise _unknown_value("is", word, IS_WORDS)
    if len(words) > 1 and not set(words) <= set(Lifecycle):
        raise BadQuery("is: takes one word at a time", hint=f"write {_apart(words)}")
    match words[0]:
        case "free":
            return Condition(field="price_tier", op=Op.EQ, values=("free",), negated=negated)
        case "open":
            return Condition(field="open_weights", op=Op.EQ, values=(True,), negated=negated)
        case "new":
            first = (today - min(NEW_FOR, today - date.min)).isoformat()
            op = Op.LT if negated else Op.GE
            return Condition(field="released", op=op, values=(first,))
    return conditions("lifecycle", words, negated=negated)[0]


def _amounts(
    name: str, field: str, read: _Read, values: Sequence[str], negated: bool
) -> tuple[Condition, ...]:
    if len(values) > 1:
        if any(".." in value or value[0] in "<>=" for value in values):
            raise BadQuery(f"{name}: takes one comparison at a time")
        return (_any_of(name, field, read, values, negated),)
    least, dots, most = values[0].partition("..")
    if dots:
        return _range(name, field, read, (least, most), negated)
    text = values[0].lstrip("<>=")
    sign = values[0].removesuffix(text)
    if sign not in ("", *Op):
        raise BadQuery(f"{name}: does not know {sign!r}", hint="signs are > >= < <= =")
    low, high = read(text)
    if sign in ("", "="):
        if low == high:
            return (Condition(field=field, op=Op.EQ, values=(low,), negated=negated),)
        return _range(name, field, read, (text, text), negated)
    op = _OPPOSITE[Op(sign)] if negated else Op(sign)
    bound = high if op in (Op.GT, Op.LE) else low
    return (Condition(field=field, op=op, values=(bound,)),)


def _any_of(name: str, field: str, read: _Read, values: Sequence[str], negated: bool) -> Condition:
    pairs = [read(value) for value in values]
    if any(low != high for low, high in pairs):
        raise BadQuery(f"{name}: takes whole days when there are several", hint="write 2026-06-30")
    found = tuple(dict.fromkeys(low for low, _ in pairs))
    return Condition(field=field, op=Op.EQ, values=found, negated=negated)


def _range(
    name: str, field: str, read: _Read, ends: tuple[str, str], negated: bool
) -> tuple[Condition, ...]:
    if negated:
        raise BadQuery(
            f"{name}: a range cannot be negated",
            hint=f"write {name}:<{ends[0] or ends[1]} or {name}:>{ends[1] or ends[0]}",
        )
    least = read(ends[0])[0] if ends[0] else None
    most = read(ends[1])[1] if ends[1] else None
    if least is not None and most is not None and least > most:  # type: ignore[operator]
        raise BadQuery(f"{name}: the range ends before it begins")
    bounds = ((Op.GE, least), (Op.LE, most))
    found = tuple(
        Condition(field=field, op=op, values=(end,)) for op, end in bounds if end is not None
    )
    if not found:
        raise BadQuery(f"{name}: needs a value", hint=f"write {name}:1..2")
    return found


def _meaning(
    name: str, words: Mapping[str, tuple[_Value, ...]] | None, value: str
) -> tuple[_Value, ...]:
    if words is None:
        return (value,)
    if value.lower() not in words:
        raise _unknown_value(name, value, words)
    return words[value.lower()]


def _unknown_value(name: str, value: str, words: Iterable[str]) -> BadQuery:
    close = closest(value.lower(), words)
    known = f"{name}: knows {', '.join(words)}"
    return BadQuery(
        f"{name}: does not know {value!r}",
        hint=f"did you mean {name}:{close}?" if close else known,
    )


def _apart(words: Sequence[str]) -> str:
    return " ".join(f"is:{word}" for word in words)
