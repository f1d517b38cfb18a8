"""The packed form of the knowledge: interned evidence, one blob per provider, all under one checksum."""

import lzma
from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from ..domain.claims import Claims

MAGIC = b"modeldex knowledge 1\n"
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME}]

Group = tuple[int, Claims]
"""The position of an evidence and the fields that it gives."""
Dissent = tuple[str, str, int, Mapping[str, Any]]
"""A native id, a field, the position of the evidence taken, and the other values by dataset."""


class PackedEvidence(msgspec.Struct, frozen=True, array_like=True):
    text: str
    published: date


class PackedProvider(msgspec.Struct, frozen=True, array_like=True):
    serves: tuple[str, ...]
    """The native ids that it is known to serve."""
    models: msgspec.Raw
    """`dict[native id, list[Group]]`"""
    dissents: msgspec.Raw
    """`list[Dissent]`"""


class Packed(msgspec.Struct, frozen=True, array_like=True):
    version: str
    published: date
    evidences: tuple[PackedEvidence, ...]
    providers: dict[str, msgspec.Raw]
    """`PackedProvider` by provider id."""


def pack(content: Packed) -> bytes:
    """The bytes of a pack; equal content gives equal bytes."""
    squeezed = lzma.compress(
        msgspec.msgpack.encode(content), check=lzma.CHECK_SHA256, filters=_FILTERS
    )
    return MAGIC + squeezed


def unpack(body: bytes) -> Packed:
    """The content of a pack; raises `ValueError` when the bytes are none or are damaged."""
    if not body.startswith(MAGIC):
        raise ValueError("it does not begin as a knowledge pack of this version does")
    try:
        return msgspec.msgpack.decode(lzma.decompress(body[len(MAGIC) :]), type=Packed)
    except (lzma.LZMAError, EOFError, msgspec.DecodeError) as error:
        raise ValueError(str(error)) from None
