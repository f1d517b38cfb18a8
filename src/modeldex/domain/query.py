"""A question to the catalog, parsed: words to find and conditions that hold.

| field | op | values |
|---|---|---|
| `provider`, `kind`, `lab`, `family`, `base`, `lifecycle`, `reasoning`, `price_tier`, `id` | EQ | text, compared without regard to case |
| `tools`, `vision`, `structured_output`, `json_mode`, `streaming`, `prompt_caching`, `batch`, `open_weights` | EQ | bool, one |
| `input_modalities`, `output_modalities` | CONTAINS | text |
| `context_window`, `max_output` | EQ, GT, GE, LT, LE | tokens, int |
| `price`, `output_price` | EQ, GT, GE, LT, LE | micro-USD per million tokens, int |
| `released`, `retires_on` | EQ, GT, GE, LT, LE | a day, `YYYY-MM-DD`, as text |

EQ and CONTAINS may have several values and may be negated; the others have one value and never are.
"""

from enum import StrEnum

import msgspec

from .capability import Kind
from .errors import BadQuery


class Op(StrEnum):
    """How a field is compared."""

    EQ = "="
    GT = ">"
    GE = ">="
    LT = "<"
    LE = "<="
    CONTAINS = ":"
    """The field is a set, and holds the value."""


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """One comparison. A model whose field is unknown never meets it, negated or not,
    unless `or_unknown` asks for those as well. One exception: a lifecycle of which nothing is
    known meets a negated condition, as `-is:deprecated` hides what is known to be deprecated."""

    field: str
    """A field of `Model`, `price` (per million input tokens), `output_price` or `cache_read_price`."""
    op: Op
    values: tuple[str | int | bool, ...]
    """Any one of them will do. Prices are micro-USD per million tokens (integers). Empty together
    with `or_unknown`: the models of which the field is unknown, negated those of which it is known."""
    negated: bool = False
    or_unknown: bool = False
    """A model whose field is unknown meets it too: chat models are listed with those of which
    nobody said what they are for."""


CHAT = Condition(field="kind", op=Op.EQ, values=(Kind.CHAT.value,), or_unknown=True)
"""What a list shows unless another kind is asked for."""

SORT_KEYS: tuple[str, ...] = (
    "newest",
    "name",
    "price",
    "output-price",
    "context",
    "max-output",
    "provider",
    "released",
    "id",
)
"""What an answer can be sorted by; all but `newest` ascend unless `descending`."""


class Sort(msgspec.Struct, frozen=True, kw_only=True):
    """The order of an answer; unknown comes last both ways, equal ones by id."""

    key: str
    """One of `SORT_KEYS`."""
    descending: bool = False
    """Turned round; `newest` is the one key that starts with the largest by itself."""


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """Everything asked at once; conditions are all to hold."""

    words: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    sort: Sort | None = None
    """`None`: recommended first, then newest."""
    limit: int | None = None
    offset: int = 0
    mine: bool = False
    """Only models this user can call."""


def check_text(name: object) -> None:
    """Raise `BadQuery` for a model's name that is no text, such as `None`."""
    if not isinstance(name, str):
        raise BadQuery(f"a model's name is to be text, not {type(name).__name__}")
