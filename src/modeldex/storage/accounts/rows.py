"""From a row to the value it keeps."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

T = TypeVar("T", bound=msgspec.Struct)


def made(kind: type[T], row: Mapping[Any, Any]) -> T:
    """The value whose fields are columns of the row; other columns are left out."""
    return msgspec.convert({name: row[name] for name in kind.__struct_fields__}, kind)
