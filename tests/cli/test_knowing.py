import json
from pathlib import Path

import msgspec
import pytest

from modeldex.cli.knowing import exit_code
from modeldex.cli.refreshing import knowledge_lines
from modeldex.domain.outcome import Outcome
from modeldex.domain.report import EditionReport, KnowledgeReport
from modeldex.knowledge.pack import load
from tests.cli.conftest import Run
from tests.cli.shelf import Shelf, report
from tests.conftest import NOW

PACK = load()
HELD = EditionReport(
    dataset="litellm",
    outcome=Outcome.HELD,
    version="1.109.1",
    published=NOW.date(),
    records=7,
    message="it shrank; the edition of 2026-11-12 stays",
)


def edition(folder: Path, context: int = 1234) -> Path:
    """A folder with a newer edition of one dataset, all of one provider."""
    ids = [f"made-{at}" for at in range(PACK.editions["models-dev"].records)]
    models = {key: {"limit": {"context": context}} for key in ids}
    (folder / "api.json").write_text(json.dumps({"groq": {"models": models}}))
    return folder


def test_info_says_which_knowledge_is_in_force(modeldex: Run) -> None:
    said = json.loads(modeldex("knowledge", "info", "--json").out)
    assert (said["pack"], said["providers"], said["message"]) == (
        "packaged",
        len(PACK.providers()),
        "",
    )
    assert said["models"] > 1000
    assert said["claims"] > said["models"]
    assert said["bytes"] < 500_000


def test_info_names_each_dataset_with_edition_licence_and_link(modeldex: Run) -> None:
    said = json.loads(modeldex("knowledge", "info", "--json").out)
    assert {one["dataset"] for one in said["datasets"]} == set(PACK.editions)
    for one in said["datasets"]:
        assert one["version"]
        assert one["published"]
        assert one["licence"]
        assert one["link"].startswith("https://")


def test_info_names_the_dataset_that_is_never_asked_for(terminal: Run) -> None:
    out = terminal("knowledge", "info", "--no-color", columns=200).out
    [portkey] = [line for line in out.splitlines() if line.startswith("Portkey")]
    [litellm] = [line for line in out.splitlines() if line.startswith("LiteLLM")]
    assert "come with modeldex" in portkey
    assert "never asked for" in litellm


def test_piped_info_is_a_line_per_dataset(modeldex: Run) -> None:
    rows = modeldex("knowledge", "info").rows
    assert [row[0] for row in rows] == sorted(PACK.editions)


def test_the_shared_options_may_stand_first(modeldex: Run) -> None:
    assert json.loads(modeldex("--json", "knowledge", "info").out)["pack"] == "packaged"
    assert json.loads(modeldex("knowledge", "--json", "info").out)["pack"] == "packaged"


def test_conflicts_name_field_value_and_both_sides(modeldex: Run) -> None:
    listed = json.loads(modeldex("knowledge", "info", "--conflicts", "--json").out)
    assert len(listed) == sum(PACK.size(one).conflicts for one in PACK.providers())
    first = listed[0]
    assert first.keys() == {"id", "provider", "field", "taken", "evidence", "others"}
    assert first["taken"] not in first["others"].values()


def test_conflicts_can_be_of_one_provider(modeldex: Run) -> None:
    rows = modeldex("knowledge", "info", "--conflicts", "--provider", "groq").rows
    assert rows
    assert {row[0].partition("/")[0] for row in rows} == {"groq"}
    assert {len(row) for row in rows} == {6}


def test_a_person_reads_conflicts_in_lines(terminal: Run) -> None:
    ran = terminal("knowledge", "info", "--conflicts", "--provider", "groq", "--no-color")
    number = PACK.size("groq").conflicts
    assert f"{number} values on which the datasets differ" in ran.out


def test_a_provider_that_no_dataset_knows_is_a_mistake(modeldex: Run) -> None:
    ran = modeldex("knowledge", "info", "--provider", "groqq")
    assert ran.code == 2
    assert "did you mean groq?" in ran.err


def test_build_from_a_folder_puts_its_edition_in_force(modeldex: Run, tmp_path: Path) -> None:
    ran = modeldex("knowledge", "build", "--from", str(edition(tmp_path)), "--json")
    outcomes = {one["dataset"]: one["outcome"] for one in json.loads(ran.out)["editions"]}
    assert ran.code == 0
    assert outcomes == dict.fromkeys(PACK.editions, "cached") | {"models-dev": "ok"}
    assert json.loads(modeldex("knowledge", "info", "--json").out)["pack"] == "refreshed"


def test_build_tells_a_person_what_came(terminal: Run, tmp_path: Path) -> None:
    ran = terminal("knowledge", "build", "--from", str(edition(tmp_path)), "--no-color")
    assert "DATASET" in ran.out
    assert "`modeldex refresh` makes the next catalog with it" in ran.out


def test_a_folder_without_datasets_is_a_mistake(modeldex: Run, tmp_path: Path) -> None:
    ran = modeldex("knowledge", "build", "--from", str(tmp_path))
    assert ran.code == 2
    assert "holds no dataset" in ran.err


def test_a_damaged_pack_is_told_on_stderr(modeldex: Run, tmp_path: Path) -> None:
    modeldex("knowledge", "build", "--from", str(edition(tmp_path)))
    for pack in (tmp_path / "home" / "knowledge").glob("*.bin"):
        pack.write_bytes(b"nonsense")
    ran = modeldex("knowledge", "info", "--json")
    assert json.loads(ran.out)["pack"] == "packaged"
    assert "is damaged: the packaged knowledge is used" in ran.err


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Outcome.OK, 0),
        (Outcome.CACHED, 0),
        (Outcome.PARTIAL, 5),
        (Outcome.HELD, 1),
        (Outcome.DNS, 1),
    ],
)
def test_the_exit_code_of_build_says_what_came(outcome: Outcome, code: int) -> None:
    assert exit_code(KnowledgeReport(outcome=outcome)) == code


def test_a_refresh_tells_of_datasets_only_what_happened() -> None:
    quiet = EditionReport(dataset="portkey", outcome=Outcome.CACHED)
    newer = EditionReport(dataset="models-dev", outcome=Outcome.OK, published=NOW.date())
    told = KnowledgeReport(outcome=Outcome.PARTIAL, editions=(HELD, newer, quiet), message="so")
    assert knowledge_lines(told) == [
        "newer knowledge: models-dev of 2026-11-20",
        "litellm  held: it shrank; the edition of 2026-11-12 stays",
        "so",
    ]
    assert knowledge_lines(KnowledgeReport(outcome=Outcome.CACHED, editions=(quiet,))) == []


def test_the_report_of_a_refresh_has_the_datasets(modeldex: Run, shelf: Shelf) -> None:
    knowledge = KnowledgeReport(outcome=Outcome.HELD, editions=(HELD,))
    shelf.report = msgspec.structs.replace(report(), knowledge=knowledge)
    ran = modeldex("refresh", "--json")
    said = json.loads(ran.out)["knowledge"]
    assert (ran.code, said["outcome"], said["editions"][0]["dataset"]) == (0, "held", "litellm")
