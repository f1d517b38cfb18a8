"""The packed form of the knowledge: interned evidence, one blob per provider, all under one checksum."""

import lzma
from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from ..domain.claims import Claims
from .editions import label

MAGIC = b"modeldex knowledge 4\n"
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME}]

Group = tuple[int, Claims]
"""The position of an evidence and the fields that it gives."""
Dissent = tuple[str, str, int, Mapping[str, Any]]
"""A native id, a field, the position of the evidence taken, and the other values by dataset.

The position is `LEFT_OPEN` where none was taken, and that of a guess where other listings of the
base overrule what is said of this one."""
LEFT_OPEN = -1
Aside = Mapping[str, Mapping[str, Claims]]
"""By native id and dataset: what was said beside a value that agrees, or was not believed."""


class PackedEdition(msgspec.Struct, frozen=True, array_like=True):
    """The edition of a dataset that went into the pack."""

    name: str
    version: str
    published: date
    licence: str
    link: str
    records: int
    lost: int
    """Records that could not be read."""

    @property
    def label(self) -> str:
        """What evidence says: the dataset, its version and its day."""
        return label(self.name, self.version, self.published)


class PackedEvidence(msgspec.Struct, frozen=True, array_like=True):
    """Whose value was taken, and which other datasets say the same."""

    dataset: str
    agrees: tuple[str, ...]
    guess: str = ""
    """Why it is guessed, where no dataset says it; empty where one does."""


class PackedProvider(msgspec.Struct, frozen=True, array_like=True):
    """All of one provider. Together models, dissents and aside hold whatever any dataset said."""

    serves: tuple[str, ...]
    """The native ids that it is known to serve."""
    models: msgspec.Raw
    """`dict[native id, list[Group]]`"""
    dissents: msgspec.Raw
    """`list[Dissent]`"""
    aside: msgspec.Raw
    """`Aside`"""
    copied: Mapping[str, tuple[str, ...]]
    """By dataset: native ids to which it copies another one's price."""


class PackedLent(msgspec.Struct, frozen=True, array_like=True):
    """One field that the listings of a base agree on."""

    claims: Claims
    """That field alone."""
    agreeing: int
    of: int
    """Statements counted, one for each provider, origin and value."""
    not_to: tuple[str, ...] = ()
    """Providers for whom the others alone would not say so."""
    only_to: tuple[str, ...] = ()
    """The providers to which alone it is lent; empty is everybody."""


class Packed(msgspec.Struct, frozen=True, array_like=True):
    """A whole pack."""

    editions: dict[str, PackedEdition]
    """By dataset."""
    evidences: tuple[PackedEvidence, ...]
    providers: dict[str, msgspec.Raw]
    """`PackedProvider` by provider id."""
    lent: msgspec.Raw
    """`dict[base id, list[PackedLent]]`"""

    @property
    def published(self) -> date:
        """The day of the newest edition."""
        return max(edition.published for edition in self.editions.values())


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
        content = msgspec.msgpack.decode(lzma.decompress(body[len(MAGIC) :]), type=Packed)
    except (lzma.LZMAError, EOFError, msgspec.DecodeError) as error:
        raise ValueError(str(error)) from None
    if not content.editions:
        raise ValueError("it names no dataset")
    return content
