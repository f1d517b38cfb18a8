from datetime import date
from pathlib import Path

import pytest

from modeldex.domain.errors import BadReferenceData
from modeldex.knowledge.compiling import build, main, read_folder
from modeldex.knowledge.editions import packaged_editions
from modeldex.knowledge.pack import Pack, load

from ..conftest import SHARED
from .datasets_written import EDITIONS, NAMES, genai_prices, litellm, models_dev, portkey

DATASETS = {
    "models-dev": models_dev(
        limit={"context": 1000, "output": 100}, cost={"input": 1, "output": 2}
    ),
    "litellm": litellm(max_input_tokens=900, max_output_tokens=100, input_cost_per_token=1e-06),
    "genai-prices": genai_prices({"input_mtok": 1, "output_mtok": 2}),
    "portkey": portkey(general={"type": {"primary": "chat"}}),
}


def packed(**datasets: bytes) -> Pack:
    named = {name.replace("_", "-"): body for name, body in datasets.items()}
    return load(build(named or DATASETS, EDITIONS, NAMES))


def test_equal_datasets_give_equal_bytes() -> None:
    backwards = dict(reversed(DATASETS.items()))
    assert build(DATASETS, EDITIONS, NAMES) == build(backwards, EDITIONS, NAMES)


def test_evidence_names_the_dataset_its_day_and_who_agrees() -> None:
    said = {
        evidence.evidence: claims.max_output
        for evidence, claims in packed().claims("acme", "one")
        if claims.max_output
    }
    assert said == {"models-dev 2026-08-21; agrees: litellm 2026-08-21": 100}


def test_a_model_that_only_the_map_knows_is_not_in_the_manifest() -> None:
    pack = packed(litellm=litellm(max_input_tokens=900))
    assert pack.claims("acme", "one")
    assert pack.manifest("acme") == ()


def test_a_model_past_its_last_day_is_not_in_the_manifest() -> None:
    gone = litellm(deprecation_date="2026-08-21")
    assert packed(litellm=gone, models_dev=models_dev(name="One")).manifest("acme") == ()


def test_a_deprecated_model_with_days_to_come_is_in_the_manifest() -> None:
    later = litellm(deprecation_date="2026-08-22")
    dated = packed(litellm=later, models_dev=models_dev(status="deprecated"))
    assert dated.manifest("acme") == ("one",)


def test_a_deprecated_model_without_a_day_is_not_in_the_manifest() -> None:
    assert packed(models_dev=models_dev(status="deprecated")).manifest("acme") == ()


def test_the_pack_is_as_new_as_its_newest_dataset() -> None:
    assert packed().date == date(2026, 8, 21)


def test_conflicts_name_the_field_and_both_sides() -> None:
    [conflict] = packed().conflicts()
    assert (conflict.field, conflict.taken, conflict.others) == (
        "context_window",
        1000,
        {"litellm": 900},
    )


def test_an_unreadable_dataset_is_named() -> None:
    with pytest.raises(BadReferenceData, match="dataset litellm"):
        build({"litellm": b"{"}, EDITIONS, NAMES)


def test_the_command_wants_two_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "DATASET_FOLDER OUT" in capsys.readouterr().err


@pytest.mark.shared
def test_the_packaged_pack_is_what_the_datasets_give() -> None:
    folder = SHARED.parent / "truth"
    if not folder.is_dir():
        pytest.skip("the datasets are not beside the project")
    editions = packaged_editions()
    fresh = build(read_folder(folder, editions), editions)
    assert fresh == (Path(__file__).parents[2] / "src/modeldex/knowledge/pack.bin").read_bytes()
