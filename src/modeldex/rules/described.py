"""One line about a model, put together of its facts in our own words."""

from datetime import date
from decimal import Decimal

from ..domain.capability import Kind, Modality, Reasoning
from ..domain.lifecycle import Lifecycle
from ..domain.model import Model
from ..domain.price import Billing, Price, billing, exact
from .amounts import short

_ABILITIES = (
    ("tools", "tools"),
    ("vision", "vision"),
    ("structured_output", "structured output"),
    ("prompt_caching", "prompt caching"),
)
_BILLED = {
    Billing.FREE: "free",
    Billing.VARIES: "price varies",
    Billing.ZERO_TOKENS: "tokens are free, the rest is not",
    Billing.OTHERWISE: "not billed by tokens",
}
_MAKES = (Modality.IMAGE, Modality.AUDIO, Modality.VIDEO)


def description(model: Model) -> str:
    """What is known of a model in one line without a full stop; empty when nothing is.

    Nothing that a provider wrote stands in it. What is unknown is left out.

    >>> description(Model(id="a/b", provider="a", native_id="b", kind=Kind.CHAT, context_window=200_000, tools=True))
    'Chat model, 200K context, tools'
    """
    parts = [_kind(model), _size(model), *_abilities(model), _price(model.price), _life(model)]
    said = ", ".join(part for part in parts if part)
    return said[:1].upper() + said[1:]


def _kind(model: Model) -> str:
    if model.kind is None or model.kind is Kind.OTHER:
        return ""
    return f"{model.kind.value} model"


def _size(model: Model) -> str:
    window, most = model.context_window, model.max_output
    parts = [f"{short(window)} context" if window else "", f"{short(most)} output" if most else ""]
    return ", ".join(part for part in parts if part)


def _abilities(model: Model) -> list[str]:
    found = [words for field, words in _ABILITIES if getattr(model, field)]
    if model.reasoning in (Reasoning.FIXED, Reasoning.CONFIGURABLE):
        found.append("reasoning")
    if model.kind is Kind.CHAT:
        found += [f"{one.value} output" for one in _MAKES if one in (model.output_modalities or ())]
    return found


def _price(price: Price | None) -> str:
    how = billing(price)
    if price is None or how is None:
        return ""
    if how in _BILLED:
        return _BILLED[how]
    amounts = (("in", price.input), ("out", price.output))
    pair = " / ".join(f"{_usd(amount)} {way}" for way, amount in amounts if amount is not None)
    return f"{pair} per million tokens" if pair else ""


def _usd(amount: Decimal) -> str:
    whole, _, part = exact(amount).partition(".")
    return f"${whole}.{part:0<2}" if part else f"${whole}"


def _life(model: Model) -> str:
    if model.retires_on is not None:
        return f"retires on {date.isoformat(model.retires_on)}"
    if model.lifecycle in (Lifecycle.DEPRECATED, Lifecycle.REMOVED):
        return model.lifecycle.value
    return ""
