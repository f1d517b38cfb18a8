"""Mappings, lists and scalars as YAML in which every text is quoted, so that none means more.

Source: https://yaml.org/spec/1.2.2/#57-escaped-characters
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

from ..domain.price import exact

Scalar: TypeAlias = str | bool | int | Decimal
Value: TypeAlias = "Scalar | Mapping[str, Value] | Sequence[Value]"

_ESCAPED = re.compile(r"[^ !#-\[\]-~]")
_STEP = "  "


def lines(value: Mapping[str, Value], indent: str = "") -> Iterator[str]:
    """A mapping, line by line; its names are ours and stand bare."""
    for name, inner in value.items():
        if isinstance(inner, Mapping):
            yield f"{indent}{name}:{'' if inner else ' {}'}"
            yield from lines(inner, indent + _STEP)
        elif isinstance(inner, Sequence) and not isinstance(inner, str):
            yield f"{indent}{name}:{'' if inner else ' []'}"
            yield from _items(inner, indent + _STEP)
        else:
            yield f"{indent}{name}: {scalar(inner)}"


def _items(values: Sequence[Value], indent: str) -> Iterator[str]:
    for value in values:
        if isinstance(value, Mapping):
            for number, line in enumerate(lines(value, indent + _STEP)):
                yield line if number else f"{indent}- {line.lstrip()}"
        else:
            assert isinstance(value, str | bool | int | Decimal)
            yield f"{indent}- {scalar(value)}"


def scalar(value: Scalar) -> str:
    """A scalar: text between quotation marks, numbers without exponent and exactly as they are."""
    if isinstance(value, str):
        return f'"{_ESCAPED.sub(_escape, value)}"'
    if isinstance(value, bool):
        return "true" if value else "false"
    return exact(value) if isinstance(value, Decimal) else str(value)


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    if found[0] in '"\\':
        return f"\\{found[0]}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
