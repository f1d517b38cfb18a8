"""The image has the packages whose hashes are kept, and those are what this version needs."""

import re
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement

from .material import DEPLOY, ROOT

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCKS = {path.stem: path.read_text("utf-8") for path in (DEPLOY / "locks").glob("*.txt")}
EXTRAS = re.findall(r"--extra (\w+)", (ROOT / "Makefile").read_text("utf-8"))


def entries(name: str) -> list[str]:
    """Each pinned package with its hashes."""
    return re.split(r"(?<!\\)\n", LOCKS[name].strip())


def pinned(name: str) -> dict[str, list[str]]:
    """Package → the versions that are pinned, one for each kind of machine."""
    found: dict[str, list[str]] = {}
    for entry in entries(name):
        package, version = re.match(r"([\w.-]+)==(\S+)", entry).groups()  # type: ignore[union-attr]
        found.setdefault(package, []).append(version)
    return found


def needed() -> list[str]:
    more = PROJECT["project"]["optional-dependencies"]
    return [*PROJECT["project"]["dependencies"], *(one for extra in EXTRAS for one in more[extra])]


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_has_its_hashes_and_no_address(name: str) -> None:
    assert entries(name)
    for entry in entries(name):
        assert "--hash=sha256:" in entry
        assert "://" not in entry


@pytest.mark.parametrize("said", needed())
def test_what_the_service_needs_is_pinned(said: str) -> None:
    wanted = Requirement(said)
    versions = pinned("service")[wanted.name.lower()]
    assert any(wanted.specifier.contains(version) for version in versions)


@pytest.mark.parametrize("said", PROJECT["build-system"]["requires"])
def test_what_builds_the_wheel_is_pinned(said: str) -> None:
    wanted = Requirement(said)
    assert wanted.specifier.contains(pinned("build")[wanted.name][0])


def test_the_locks_are_made_for_all_that_the_image_is_for() -> None:
    assert set(EXTRAS) == {"server", "postgres", "store"}


def test_the_image_is_made_of_the_source() -> None:
    image = (DEPLOY / "Containerfile").read_text("utf-8")
    assert "pip wheel --no-deps --no-build-isolation" in image


def test_the_image_installs_nothing_that_is_not_pinned() -> None:
    image = (DEPLOY / "Containerfile").read_text("utf-8").replace("\\\n", " ")
    for command in re.findall(r"pip (?:--python \S+ )?install [^&\n]+", image):
        assert "--require-hashes" in command or "--no-deps /wheels/" in command
