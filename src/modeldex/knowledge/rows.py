"""How every data file of this room is read: strictly, naming file and row when something is wrong."""

import tomllib
from importlib.resources import files
from typing import Any, TypeVar

import msgspec

from ..domain.errors import BadReferenceData

T = TypeVar("T")


def packaged_text(name: str) -> str:
    """The text of a data file of this room, by its path inside the room."""
    return files(__package__).joinpath(name).read_text("utf-8")


def document(file: str, text: str) -> dict[str, Any]:
    """A TOML document; raises `BadReferenceData` naming the file."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadReferenceData(f"{file} is no TOML: {error}") from None


def table(file: str, text: str, shape: type[T]) -> dict[str, T]:
    """A document whose every table is one row; a row is named by its table."""
    return {key: row(file, key, value, shape) for key, value in document(file, text).items()}


def row(file: str, name: str, value: object, shape: type[T]) -> T:
    """One row as `shape`; raises `BadReferenceData` naming file, row and key."""
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        raise BadReferenceData(f"{file}, row {name}: {error}") from None
