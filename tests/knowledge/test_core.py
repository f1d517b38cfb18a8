from collections import Counter
from datetime import date

import pytest

from modeldex.domain.errors import BadReferenceData
from modeldex.domain.shortlist import Bucket
from modeldex.knowledge.curation import packaged, read
from modeldex.knowledge.pack import load
from modeldex.providers import packaged as providers
from modeldex.rules.shortlisting import LEAST

ROW = """
[[core]]
id = "p/m"
alias = "short"
specialty = ["chat"]
caption = "for words"
link = "https://example.org"
seen = 2026-11-12
"""


def test_a_row_of_the_core_is_read() -> None:
    (one,) = read(ROW).core
    assert (one.id, one.alias, one.specialty) == ("p/m", "short", (Bucket.CHAT,))
    assert read(ROW).reserved == {"short": "p/m"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ROW + ROW, "row core: 'p/m' stands twice"),
        (ROW + ROW.replace("p/m", "p/n"), "row core: 'short' stands twice"),
        (ROW.replace("short", "Not Short"), r"row core \(p/m\): .*alias"),
        (ROW.replace('["chat"]', "[]"), r"row core \(p/m\): it needs a specialty"),
        (ROW.replace("chat", "talk"), r"row core 1 \(p/m\): .*talk"),
        (ROW.replace("caption", "note"), r"row core 1 \(p/m\): "),
        ("core = 1\n", "row core: "),
    ],
)
def test_a_wrong_core_names_the_row(text: str, message: str) -> None:
    with pytest.raises(BadReferenceData, match=message):
        read(text)


def test_the_packaged_core_has_thirty_to_forty_models() -> None:
    assert 30 <= len(packaged().core) <= 40


def test_every_bucket_has_enough_of_the_core() -> None:
    held = Counter(bucket for one in packaged().core for bucket in one.specialty)
    assert all(held[bucket] >= least for bucket, least in LEAST.items())


def test_every_model_of_the_core_is_known_to_the_datasets() -> None:
    pack = load()
    ids = [one.id for one in packaged().core]
    assert {one.partition("/")[0] for one in ids} <= providers().keys()
    assert [one for one in ids if not pack.claims(*one.split("/", 1))] == []


def test_every_row_of_the_core_has_a_link_and_a_day() -> None:
    assert all(one.link.startswith("https://") for one in packaged().core)
    assert all(date(2026, 1, 1) < one.seen <= date(2026, 11, 20) for one in packaged().core)
