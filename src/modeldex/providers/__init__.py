"""Who can be asked: one TOML row per provider, read strictly."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import msgspec

from ..domain.errors import BadReferenceData
from ..domain.provider import Provider


def packaged() -> dict[str, Provider]:
    """The packaged rows by id, sorted; raises `BadReferenceData` naming the file that is wrong."""
    found = {
        entry.name.removesuffix(".toml"): entry.read_text("utf-8")
        for entry in files(__name__).iterdir()
        if entry.name.endswith(".toml")
    }
    return {name: provider(name, tomllib.loads(text)) for name, text in sorted(found.items())}


def given() -> dict[str, tuple[str, ...]]:
    """Provider id → the fields that its recorded or documented answers give, beside the id.

    Compiled by `make docs` from the bodies of the tests.
    """
    body = (files(__name__) / "given.json").read_bytes()
    return msgspec.json.decode(body, type=dict[str, tuple[str, ...]])


def provider(id: str, row: Mapping[str, Any]) -> Provider:
    """One row as a provider; raises `BadReferenceData` naming the row and the key that is wrong."""
    try:
        return msgspec.convert({"id": id, **row}, Provider)
    except msgspec.ValidationError as error:
        raise BadReferenceData(f"provider row {id!r}: {error}") from None
