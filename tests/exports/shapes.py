"""Model documents as exports get them."""

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from modeldex.domain.model import Model
from modeldex.domain.provider import KeyNeed, Provider
from modeldex.exports.material import Material

ROWS = {
    "acme": Provider(
        id="acme",
        name="Acme",
        base_url="https://acme.test/v1",
        dialect="openai",
        key_env=("ACME_API_KEY",),
    )
}


def document(id: str = "acme/m", **facts: Any) -> str:
    """A model's JSON, unknown but for these facts."""
    provider, _, native_id = id.partition("/")
    bare = msgspec.to_builtins(Model(id=id, provider=provider, native_id=native_id))
    return json.dumps({**bare, "available": True, **facts})


def material(
    *documents: str,
    rows: Mapping[str, Provider] = ROWS,
    keys: Mapping[str, str | None] | None = None,
) -> Material:
    """Documents, with who serves them."""
    return Material(documents, rows, {"acme": "env:ACME_API_KEY"} if keys is None else keys)


def row(id: str, **facts: Any) -> Provider:
    """A provider of a server of one's own."""
    known = {"name": id, "base_url": f"https://{id}.test/v1", "dialect": "openai", **facts}
    return Provider(id=id, key=known.pop("key", KeyNeed.LISTING), **known)
