"""Which knowledge pack is in force: the refreshed one of this user's store, or the packaged one."""

from collections.abc import Mapping
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from ..domain.errors import BadReferenceData
from ..storage.packs import Packs
from .compiling import Said
from .editions import Edition
from .pack import FILE, Pack, load
from .packfile import PackedEdition
from .recalling import recalled

_AGAIN = "the packaged knowledge is used; `modeldex knowledge build` makes it anew"


class InForce(NamedTuple):
    """The pack in force and what is to be said of it."""

    pack: Pack
    hash: str
    """SHA-256 of its file, hexadecimal."""
    bytes: int
    refreshed: bool
    """Whether it was compiled here from newer datasets; else it came with modeldex."""
    problem: str = ""
    """Why a refreshed pack is not the one in force; empty when there is nothing to say."""


def in_force(folder: Path) -> InForce:
    """The pack in force, where `folder` holds the refreshed ones.

    The refreshed pack, unless it is damaged, of another format, or older than the packaged one
    (as after an update of modeldex). Raises `BadReferenceData` only for the packaged pack.
    """
    packaged = _packaged()
    published = Packs(folder).current()
    if published.body is None:
        return _instead(packaged, published.problem)
    try:
        refreshed = load(published.body)
    except BadReferenceData:
        return _instead(packaged, "the refreshed knowledge is of another version of modeldex")
    if refreshed.date < packaged.pack.date:
        return packaged
    return InForce(refreshed, published.hash, len(published.body), refreshed=True)


def editions_in_hand(now: InForce) -> dict[str, PackedEdition]:
    """The newest edition of each dataset that this machine has: of the pack in force, or packaged.

    Of two of the same day the packaged one, whose names were read by this version's rules.
    """
    found = dict(now.pack.editions)
    for name in _from_packaged(now):
        found[name] = _packaged().pack.editions[name]
    return found


def said_in_hand(now: InForce, editions: Mapping[str, Edition]) -> dict[str, Said]:
    """What those editions say."""
    found = recalled(now.pack.packed, editions)
    if older := _from_packaged(now):
        packaged = recalled(_packaged().pack.packed, editions)
        found |= {name: packaged[name] for name in older}
    return found


def _from_packaged(now: InForce) -> list[str]:
    """The datasets of which the packaged edition is the newest."""
    have = now.pack.editions
    return [
        name
        for name, edition in (_packaged().pack.editions.items() if now.refreshed else ())
        if name not in have or have[name].published <= edition.published
    ]


def _packaged() -> InForce:
    body = files(__package__).joinpath(FILE).read_bytes()
    return InForce(load(), sha256(body).hexdigest(), len(body), refreshed=False)


def _instead(packaged: InForce, problem: str) -> InForce:
    return packaged._replace(problem=f"{problem}: {_AGAIN}" if problem else "")
