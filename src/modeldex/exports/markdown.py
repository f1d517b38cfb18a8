"""Models as a Markdown table, in which no name is markup.

Source: https://github.github.com/gfm/#tables-extension- and https://spec.commonmark.org/0.31.2/#backslash-escapes
"""

import re
from collections.abc import Mapping
from typing import Any

from .material import Export, Material, rate

UNKNOWN = "—"
_HEAD = (
    ("Model", "---"),
    ("Kind", "---"),
    ("Context (tokens)", "---:"),
    ("Max output (tokens)", "---:"),
    ("Input (USD per M tokens)", "---:"),
    ("Output (USD per M tokens)", "---:"),
    ("Tools", "---"),
    ("Vision", "---"),
    ("Structured output", "---"),
    ("Reasoning", "---"),
    ("Released", "---"),
    ("Retires on", "---"),
    ("Callable here", "---"),
)
_MARKUP = re.compile(r"[\\`*_\[\]<>|&~$!#]|:(?=//)|(?<=www)\.", re.IGNORECASE)
"""What begins a markup, an entity, or a link that needs no brackets."""


def markdown(material: Material) -> Export:
    """A table with a line per model; what is unknown is a dash, never "no" and never 0."""
    names, rulers = zip(*_HEAD, strict=True)
    lines = [_line(names), _line(rulers)]
    lines.extend(_line(_cells(model)) for model in material.models())
    return Export("".join(lines), len(lines) - 2)


def escaped(text: str) -> str:
    r"""Text that is shown as it is, on one line.

    >>> escaped("a|b [c](d)")
    'a\\|b \\[c\\](d)'
    """
    flat = "".join(char if char.isprintable() else " " for char in text)
    return _MARKUP.sub(lambda found: f"\\{found[0]}", flat)


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _cells(model: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        _text(model["id"]),
        _text(model["kind"]),
        _number(model["context_window"]),
        _number(model["max_output"]),
        _price(model, "input"),
        _price(model, "output"),
        _answer(model["tools"]),
        _answer(model["vision"]),
        _answer(model["structured_output"]),
        _text(model["reasoning"]),
        _text(model["released"]),
        _text(model["retires_on"]),
        _answer(model["available"]),
    )


def _text(value: str | None) -> str:
    return UNKNOWN if value is None else escaped(value)


def _number(value: int | None) -> str:
    return UNKNOWN if value is None else str(value)


def _price(model: Mapping[str, Any], unit: str) -> str:
    if model["price"] is not None and model["price"].get("varies"):
        return "varies"
    return rate(model, unit) or UNKNOWN


def _answer(value: bool | None) -> str:
    return UNKNOWN if value is None else "yes" if value else "no"
