"""The one model to start with, as the catalog proposes it to this user."""

from pathlib import Path

import pytest

from modeldex.domain.capability import Kind
from modeldex.service.reading import Catalog
from tests.conftest import NOW
from tests.storage.builders import a_model, a_provider, a_stamp, catalog

MODELS = tuple(
    a_model(name, kind=Kind.CHAT, recommended=best)
    for name, best in (
        ("openai/gpt-5.4-mini", True),
        ("openai/gpt-5.6-luna", False),
        ("groq/openai/gpt-oss-120b", False),
        ("groq/openai/gpt-oss-20b", True),
        ("mine/own", True),
    )
)
PROVIDERS = tuple(a_provider(name) for name in ("openai", "groq", "mine"))


def opened(folder: Path, keys: tuple[str, ...], **lists: frozenset[str]) -> Catalog:
    """A catalog seen with `keys`, in which the lists named were asked and opened those ids."""
    file = catalog(
        folder,
        *MODELS,
        providers=PROVIDERS,
        listings=[a_stamp(f"{name}:1") for name in lists],
        opened={f"{name}:1": ids for name, ids in lists.items()},
    )
    return Catalog(file, dict.fromkeys(keys), NOW)


@pytest.mark.parametrize(
    ("keys", "id"),
    [
        (("openai", "groq", "mine"), "openai/gpt-5.6-luna"),
        (("groq", "mine"), "groq/openai/gpt-oss-120b"),
        (("mine",), "mine/own"),
    ],
)
def test_the_default_is_the_most_preferred_behind_a_key(
    tmp_path: Path, keys: tuple[str, ...], id: str
) -> None:
    found = opened(tmp_path, keys).default()
    assert found is not None
    assert (found.id, found.available) == (id, True)


def test_what_the_key_does_not_open_is_no_default(tmp_path: Path) -> None:
    found = opened(tmp_path, ("openai",), openai=frozenset({"openai/gpt-5.4-mini"})).default()
    assert found is not None
    assert found.id == "openai/gpt-5.4-mini"


def test_without_a_key_there_is_no_default_and_it_is_said_why(tmp_path: Path) -> None:
    seen = opened(tmp_path, ())
    assert seen.default() is None
    assert seen.proposal().reason == "none of the preferred models is open to you"


def test_each_provider_says_its_model_to_start_with(tmp_path: Path) -> None:
    lists = {"openai": frozenset[str](), "groq": frozenset[str](), "mine": frozenset[str]()}
    lines = opened(tmp_path, (), **lists).provider_lines()
    assert {line.provider: line.recommended for line in lines} == {
        "openai": "openai/gpt-5.4-mini",
        "groq": "groq/openai/gpt-oss-20b",
        "mine": "mine/own",
    }
