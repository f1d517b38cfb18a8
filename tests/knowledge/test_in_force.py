from datetime import date, timedelta
from pathlib import Path

from modeldex.knowledge.compiling import Said, compiled, read
from modeldex.knowledge.editions import packaged_editions
from modeldex.knowledge.in_force import editions_in_hand, in_force, said_in_hand
from modeldex.knowledge.known import Known
from modeldex.knowledge.pack import load
from modeldex.storage.packs import Packs

NEWEST = load().date
LATER = NEWEST + timedelta(days=3)
SHAPE = b'{"openai": {"models": {"brand-new": {"name": "New"}}}}'


def pack_of(day: date, dataset: str = "models-dev") -> bytes:
    edition = packaged_editions()[dataset].of(day)
    return compiled({dataset: read(dataset, SHAPE, edition)})


def test_without_a_refreshed_pack_the_packaged_one_is_in_force(tmp_path: Path) -> None:
    found = in_force(tmp_path)
    assert (found.refreshed, found.problem, found.pack.date) == (False, "", NEWEST)


def test_a_newer_pack_is_in_force(tmp_path: Path) -> None:
    name = Packs(tmp_path).publish(pack_of(LATER))
    found = in_force(tmp_path)
    assert (found.refreshed, found.hash, found.pack.date) == (True, name, LATER)


def test_a_pack_that_an_update_of_modeldex_overtook_is_not_in_force(tmp_path: Path) -> None:
    Packs(tmp_path).publish(pack_of(NEWEST - timedelta(days=1)))
    found = in_force(tmp_path)
    assert (found.refreshed, found.problem) == (False, "")


def test_a_damaged_pack_gives_way_to_the_packaged_one_and_is_told(tmp_path: Path) -> None:
    name = Packs(tmp_path).publish(pack_of(LATER))
    (tmp_path / f"{name}.bin").write_bytes(b"modeldex knowledge 2\nnonsense")
    found = in_force(tmp_path)
    assert not found.refreshed
    assert "damaged: the packaged knowledge is used; `modeldex knowledge build`" in found.problem


def test_a_pack_of_another_format_gives_way_and_is_told(tmp_path: Path) -> None:
    Packs(tmp_path).publish(b"modeldex knowledge 1\n and so on")
    found = in_force(tmp_path)
    assert not found.refreshed
    assert "another version of modeldex" in found.problem


def test_each_dataset_counts_in_its_newest_edition(tmp_path: Path) -> None:
    Packs(tmp_path).publish(pack_of(LATER))
    held = editions_in_hand(in_force(tmp_path))
    packaged = load().editions
    assert held["models-dev"].published == LATER
    assert {name: held[name] for name in held if name != "models-dev"} == {
        name: packaged[name] for name in packaged if name != "models-dev"
    }


def test_what_is_in_hand_is_said_in_those_editions(tmp_path: Path) -> None:
    Packs(tmp_path).publish(pack_of(LATER))
    now = in_force(tmp_path)
    said: dict[str, Said] = said_in_hand(now, packaged_editions())
    assert {name: one.edition.published for name, one in said.items()} == {
        name: edition.published for name, edition in editions_in_hand(now).items()
    }
    assert said["models-dev"].models.keys() == {"openai"}


def test_what_is_known_comes_from_the_pack_in_force(tmp_path: Path) -> None:
    assert not Known.in_force(tmp_path).claims("openai", "brand-new")
    Packs(tmp_path).publish(pack_of(LATER))
    [(evidence, claims)] = Known.in_force(tmp_path).claims("openai", "brand-new")
    assert (claims.name, evidence.evidence) == ("New", f"models.dev {LATER}")
