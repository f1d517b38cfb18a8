"""Values on which the public datasets differ, as a person, a script or a program reads them."""

from typing import TYPE_CHECKING

import msgspec

from . import cells, output
from .safety import safe

if TYPE_CHECKING:
    from ..knowledge.pack import Conflict, Pack


def show_conflicts(pack: "Pack", provider: str | None, as_json: bool) -> None:
    """Print every conflict of a provider, or of all."""
    rows = (_Differing(one, pack) for one in pack.conflicts(provider))
    if as_json:
        output.json_array(msgspec.json.encode(one.shape).decode() for one in rows)
    elif output.on_terminal():
        number = sum(1 for one in rows if _shown(one))
        output.note(f"{cells.count(number)} values on which the datasets differ")
    else:
        output.tsv(
            (one.id, one.field, one.taken, one.by, name, value)
            for one in rows
            for name, value in one.others
        )


class _Differing:
    """A conflict in the words of a person."""

    def __init__(self, conflict: "Conflict", pack: "Pack") -> None:
        self.conflict = conflict
        self.id = f"{conflict.provider}/{conflict.native_id}"
        self.field = conflict.field
        self.by = conflict.evidence
        self.taken = _text(conflict.taken)
        self.others = [
            (pack.editions[name].label, _text(value)) for name, value in conflict.others.items()
        ]

    @property
    def shape(self) -> dict[str, object]:
        one = self.conflict
        return {
            "id": self.id,
            "provider": one.provider,
            "field": one.field,
            "taken": one.taken,
            "evidence": one.evidence,
            "others": one.others,
        }


def _shown(one: _Differing) -> bool:
    output.say(f"{safe(one.id)}  {one.field}", output.BOLD)
    output.say(f"  {safe(one.taken)}  {safe(one.by)}")
    for name, value in one.others:
        output.say(f"  {safe(value)}  {safe(name)}", output.DIM)
    return True


def _text(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
