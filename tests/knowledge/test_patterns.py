from collections import Counter

import pytest

from modeldex.domain.errors import BadReferenceData
from modeldex.knowledge.patterns import packaged, read

ROW = '[[pattern]]\nname = "a"\nreason = "b"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ROW + 'words = ["x"]\nknid = "chat"\n', r"row 1 \(a\): .*knid"),
        (ROW + 'words = ["x"]\nkind = "talk"\n', r"row 1 \(a\): .*talk"),
        (ROW + 'kind = "chat"\n', "neither words nor match"),
        (ROW + "match = '('\n", r"row 1 \(a\)"),
        ("[[patern]]\n", "no key 'patern'"),
        ('[otherwise.x]\nkind = "chat"\n', r"row otherwise\.x: .*reason"),
    ],
)
def test_a_wrong_row_is_named(text: str, message: str) -> None:
    with pytest.raises(BadReferenceData, match=message):
        read(text)


def test_packaged_rows_have_names_of_their_own() -> None:
    names = Counter(row.name for row in packaged().rows)
    assert [name for name, times in names.items() if times > 1] == []


def test_no_word_stands_in_two_rows_that_give_a_kind() -> None:
    words = Counter(
        word for row in packaged().rows if row.kind and not row.providers for word in row.words
    )
    assert [word for word, times in words.items() if times > 1] == []


def test_words_are_runs_of_small_letters() -> None:
    odd = [
        word
        for row in packaged().rows
        for word in row.words
        if not word.isalpha() or word != word.lower()
    ]
    assert odd == []
