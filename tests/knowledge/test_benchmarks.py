from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
import pytest

from modeldex.domain.errors import BadReferenceData
from modeldex.knowledge.bases import packaged as registry
from modeldex.knowledge.benchmarks import packaged, read

TABLE = """
[t]
title = "T"
buckets = ["chat"]
zero = 0
full = 80
date = 2026-08-18
link = "https://example.org"
[t.scores]
"lab/m" = 62.5
"""


def test_a_table_is_read() -> None:
    (found,) = read(TABLE)
    assert (found.title, found.date, found.scores) == ("T", date(2026, 8, 18), {"lab/m": 62.5})


@pytest.mark.parametrize(
    ("was", "instead", "message"),
    [
        ("full = 80", "full = 0", "row t: zero is to be less than full"),
        ("lab/m", "m", "row t: 'm' is no base"),
        ("chat", "talk", "row t: .*talk"),
        ("62.5", '"62.5"', "row t: .*scores"),
        ("title", "name", "row t: "),
        ("date = 2026-08-18", "", "row t: .*date"),
    ],
)
def test_a_wrong_table_is_named(was: str, instead: str, message: str) -> None:
    with pytest.raises(BadReferenceData, match=message):
        read(TABLE.replace(was, instead))


def test_every_score_is_of_a_known_base_and_within_its_scale() -> None:
    bases = {base.id for base in registry().bases}
    for one in packaged():
        assert one.link.startswith("https://")
        assert set(one.scores) <= bases
        assert all(score < one.full for score in one.scores.values())


@pytest.mark.shared
def test_the_packaged_scores_are_those_of_the_recorded_list(
    recordings: Callable[[str], bytes],
) -> None:
    records = msgspec.json.decode(recordings("openrouter/2026-08-18"))["data"]
    published = {score for record in records for score in _scores(record.get("benchmarks") or {})}
    stated = {(one.title, score) for one in packaged() for score in one.scores.values()}
    assert stated <= published


def _scores(said: dict[str, Any]) -> list[tuple[str, float]]:
    words = {"intelligence": "Intelligence", "coding": "Coding", "agentic": "Agentic"}
    arenas = {"image": "image", "graphicdesign": "graphic design"}
    indices = said.get("artificial_analysis") or {}
    return [
        (f"Artificial Analysis {words[name.removesuffix('_index')]} Index", score)
        for name, score in indices.items()
        if score is not None
    ] + [
        (f"Design Arena, {arenas[row['category']]}", row["elo"])
        for row in said.get("design_arena") or ()
        if row["category"] in arenas
    ]
