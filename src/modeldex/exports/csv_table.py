"""Models as CSV: one row each, and no cell that a spreadsheet would take for a formula.

Source: https://www.rfc-editor.org/rfc/rfc4180 and https://owasp.org/www-community/attacks/CSV_Injection
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from ..domain.price import PER_ONE, UNITS
from .material import Export, Material, rate

_Cell = Callable[[Mapping[str, Any]], Any]
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]|.*\|\s*cmd", re.IGNORECASE | re.DOTALL)
_PLAIN = re.compile(r"[\w./:@ +-]*", re.ASCII)
_BETWEEN = ";"
"""Stands between the parts of a list in one cell."""


class Amount(str):
    """Decimal text that stands for a number."""

    __slots__ = ()


def _field(name: str) -> _Cell:
    return lambda model: model[name]


def _priced(unit: str) -> _Cell:
    def cell(model: Mapping[str, Any]) -> Amount | None:
        return None if (amount := rate(model, unit)) is None else Amount(amount)

    return cell


def _varies(model: Mapping[str, Any]) -> bool | None:
    return None if model["price"] is None else bool(model["price"].get("varies"))


def _conditions(model: Mapping[str, Any]) -> int | None:
    return None if model["price"] is None else len(model["price"].get("tiers", ()))


def _price_column(unit: str) -> str:
    return f"usd_per_{unit}" if unit in PER_ONE else f"{unit}_usd_per_mtok"


COLUMNS: Mapping[str, _Cell] = {
    **{name: _field(name) for name in ("id", "provider", "native_id", "name", "base", "lab", "kind")},
    "context_window_tokens": _field("context_window"),
    "max_output_tokens": _field("max_output"),
    **{_price_column(unit): _priced(unit) for unit in UNITS},
    "price_varies": _varies,
    "price_conditions": _conditions,
    **{
        name: _field(name)
        for name in (
            *("price_tier", "input_modalities", "output_modalities", "tools", "structured_output"),
            *("json_mode", "vision", "streaming", "prompt_caching", "batch", "reasoning"),
            *("open_weights", "knowledge_cutoff", "released", "lifecycle", "retires_on"),
            *("successor", "quantization", "access", "first_seen", "last_seen", "available"),
        )
    },
}  # fmt: skip
"""Column → what stands in it. The unit is in the name: `_tokens`, `_usd_per_mtok` (USD per million
tokens), `usd_per_` one of something. `price_conditions` is how many other prices hold at times."""


def csv_table(material: Material) -> Export:
    """A header and a row per model. An empty cell is unknown; `false` is written, and so is `0`."""
    lines = [",".join(COLUMNS)]
    lines.extend(
        ",".join(written(cell(model)) for cell in COLUMNS.values()) for model in material.models()
    )
    return Export("".join(f"{line}\r\n" for line in lines), len(lines) - 1)


def written(value: Any) -> str:
    """A value as a cell: numbers bare, text made harmless and quoted where it has to be."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Amount):
        return str(value)
    text = _BETWEEN.join(value) if isinstance(value, list) else str(value)
    return quoted(f"'{text}" if _FORMULA.match(text) else text)


def quoted(text: str) -> str:
    """Text between quotation marks, unless no program could take it for anything else; an empty
    text has them, as it is not unknown."""
    if text and _PLAIN.fullmatch(text):
        return text
    return '"' + text.replace('"', '""') + '"'
