"""One line that says what a model is, put together from its facts and from nothing else."""

from collections.abc import Iterator, Mapping
from typing import Any

from ..domain.price import Billing, Price, billing, exact
from . import amounts

_ABILITIES: Mapping[str, str] = {
    "tools": "tools",
    "vision": "vision",
    "structured_output": "structured output",
}
_BILLED = {
    Billing.FREE: "free",
    Billing.VARIES: "price varies",
    Billing.ZERO_TOKENS: "tokens free, other fees",
    Billing.OTHERWISE: "billed otherwise",
}


def summary(facts: Mapping[str, Any], price: Price | None) -> str:
    """Such as `128K context · $0.15 in, $0.60 out per 1M tokens · tools, vision`.

    `facts` are fields of `Model` by name; what is unknown is not spoken of, and with nothing known
    the line is empty.
    """
    return " · ".join(_parts(facts, price))


def _parts(facts: Mapping[str, Any], price: Price | None) -> Iterator[str]:
    kind = facts.get("kind")
    if kind is not None and kind != "chat":
        yield str(kind)
    if context := facts.get("context_window"):
        yield f"{amounts.short(context)} context"
    if most := facts.get("max_output"):
        yield f"{amounts.short(most)} output"
    if said := _priced(price):
        yield said
    if can := ", ".join(_abilities(facts)):
        yield can
    if day := facts.get("released"):
        yield f"released {day}"
    if day := facts.get("retires_on"):
        yield f"retires {day}"
    elif facts.get("lifecycle") in ("deprecated", "stale"):
        yield str(facts["lifecycle"])


def _priced(price: Price | None) -> str:
    read = billing(price)
    if price is None or read is None:
        return ""
    if read in _BILLED:
        return _BILLED[read]
    pair = (("in", price.input), ("out", price.output))
    said = ", ".join(f"${_money(amount)} {way}" for way, amount in pair if amount is not None)
    return f"{said} per 1M tokens" if said else ""


def _money(amount: Any) -> str:
    whole, _, part = exact(amount).partition(".")
    return f"{whole}.{part:0<2}"


def _abilities(facts: Mapping[str, Any]) -> Iterator[str]:
    for field, word in _ABILITIES.items():
        if facts.get(field):
            yield word
    if facts.get("reasoning") in ("fixed", "configurable"):
        yield "reasoning"
