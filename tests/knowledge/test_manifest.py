from datetime import UTC, date, datetime

import pytest

from modeldex.domain.errors import BadReferenceData
from modeldex.knowledge.manifest import packaged, packaged_providers, read

ROW = '[[model]]\nid = "one"\nlink = "https://example.org"\nseen = 2026-08-05\n'


def test_a_row_is_evidence_of_its_link_and_day() -> None:
    [row] = read("x.toml", ROW).rows
    assert row.evidence.evidence == "manifest: https://example.org"
    assert row.evidence.observed_at == datetime(2026, 8, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ROW + "nmae = 'One'\n", r"x\.toml, row 1 \(one\): .*nmae"),
        (ROW + "context_window = 'big'\n", r"row 1 \(one\): .*context_window"),
        ("[[model]]\nid = 'one'\n", r"row 1 \(one\): .*link"),
        (ROW + ROW, "'one' stands twice"),
        ("full = true\n" + ROW, "no key 'full'"),
        ("= 1", "x.toml is no TOML"),
    ],
)
def test_a_wrong_file_names_the_row(text: str, message: str) -> None:
    with pytest.raises(BadReferenceData, match=message):
        read("x.toml", text)


@pytest.mark.parametrize("provider", packaged_providers())
def test_every_packaged_row_has_a_link_and_a_day(provider: str) -> None:
    rows = packaged(provider).rows
    assert rows
    assert all(row.link.startswith("https://") and row.seen > date(2026, 1, 1) for row in rows)


def test_a_provider_without_a_manifest_has_no_rows() -> None:
    assert packaged("nobody").rows == ()
