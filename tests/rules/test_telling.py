from typing import Any

import pytest

from modeldex.domain.change import Change, ChangeKind
from modeldex.rules.telling import told
from tests.conftest import NOW


def change(kind: ChangeKind, field: str = "listed", old: Any = None, new: Any = None) -> Change:
    return Change(
        at=NOW,
        id="p/m",
        kind=kind,
        field=field,
        old=old,
        new=new,
        source=None,
        before="a",
        snapshot="b",
    )


@pytest.mark.parametrize("kind", ChangeKind)
def test_every_kind_of_change_has_its_sentence(kind: ChangeKind) -> None:
    said = told(change(kind))
    assert said.startswith("p/m")
    assert not said.endswith(".")


@pytest.mark.parametrize(
    ("field", "old", "new", "said"),
    [
        ("price.input", "1.25", "1.5", "p/m: input price 1.25 → 1.5 USD per million tokens"),
        ("price.image", None, "0.04", "p/m: image price unknown → 0.04 USD per image"),
        ("context_window", 8192, 131072, "p/m: context window 8192 → 131072"),
        ("tools", None, True, "p/m: tools unknown → yes"),
        (
            "input_modalities",
            ["text"],
            ["image", "text"],
            "p/m: input modalities text → image, text",
        ),
        ("price.varies", False, True, "p/m: price varies no → yes"),
    ],
)
def test_values_are_told_as_people_read_them(field: str, old: Any, new: Any, said: str) -> None:
    assert told(change(ChangeKind.DETAIL, field, old, new)) == said
