import json

from tests.cli.conftest import Run


def test_models_stand_side_by_side(modeldex: Run) -> None:
    rows = modeldex("compare", "acme/sonnet-5", "acme/sonnet-4").rows
    assert rows[0] == ["field", "acme/sonnet-5", "acme/sonnet-4"]
    said = {row[0]: row[1:] for row in rows}
    assert said["context_window"] == ["1000000", "200000"]
    assert said["tools"] == ["yes", "yes"]
    assert said["vision"] == ["yes", "—"]


def test_a_list_stands_in_its_cell_as_words(modeldex: Run) -> None:
    rows = modeldex("compare", "acme/sonnet-5", "acme/sonnet-4").rows
    said = {row[0]: row[1:] for row in rows}
    assert said["input_modalities"] == ["text, image", "—"]


def test_only_what_differs_can_be_asked_for(modeldex: Run) -> None:
    rows = modeldex("compare", "acme/sonnet-5", "acme/sonnet-4", "--differing").rows
    fields = {row[0] for row in rows}
    assert "tools" not in fields
    assert "context_window" in fields


def test_json_says_where_they_agree(modeldex: Run) -> None:
    said = json.loads(modeldex("compare", "acme/sonnet-5", "acme/sonnet-4", "--json").out)
    fields = {one["field"]: one for one in said["fields"]}
    assert said["ids"] == ["acme/sonnet-5", "acme/sonnet-4"]
    assert (fields["tools"]["same"], fields["context_window"]["same"]) == (True, False)
    assert fields["vision"]["values"] == [True, None]


def test_one_model_is_compared_with_nothing(modeldex: Run) -> None:
    ran = modeldex("compare", "acme/sonnet-5")
    assert (ran.code, ran.out) == (2, "")
    assert "2 to 10 models" in ran.err


def test_another_name_of_a_model_is_said_to_be_read(modeldex: Run) -> None:
    ran = modeldex("compare", "sonnet-4", "acme/sonnet-5")
    assert "sonnet-4 is read as acme/sonnet-4" in ran.err


def test_an_unknown_model_is_not_found(modeldex: Run) -> None:
    assert modeldex("compare", "acme/sonnet-5", "acme/nothing").code == 3
