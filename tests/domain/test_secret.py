import copy
import json
import pickle
from typing import Any

import msgspec
import pytest

from modeldex.domain.secret import Secret

CANARY = "canary-0123456789abcdef-c9f2"


@pytest.mark.parametrize(
    "shown",
    [
        repr,
        str,
        "{}".format,
        "%s".__mod__,
        "{!r:>40}".format,
        lambda one: f"{one!s}",
        lambda one: repr([one]),
    ],
)
def test_a_secret_is_never_shown(shown: Any) -> None:
    assert CANARY not in shown(Secret(CANARY))


def test_a_secret_has_no_attributes_that_show_it() -> None:
    assert CANARY not in repr({name: getattr(Secret, name) for name in dir(Secret)})


@pytest.mark.parametrize(
    "written", [pickle.dumps, json.dumps, msgspec.json.encode, msgspec.msgpack.encode]
)
def test_a_secret_cannot_be_written_down(written: Any) -> None:
    with pytest.raises(TypeError):
        written(Secret(CANARY))


def test_copying_a_secret_gives_the_secret_itself() -> None:
    secret = Secret(CANARY)
    assert copy.deepcopy(secret) is secret
    assert copy.copy(secret) is secret


def test_a_long_secret_hints_at_its_last_four_characters() -> None:
    assert Secret(CANARY).hint == "…c9f2"


def test_a_short_secret_hints_at_nothing() -> None:
    assert Secret("short").hint == "…"


def test_equal_secrets_are_equal_and_hash_alike() -> None:
    assert {Secret("a"), Secret("a")} == {Secret("a")}
    assert Secret("a") != Secret("b")


def test_a_fingerprint_differs_by_context_and_reveals_nothing() -> None:
    secret = Secret(CANARY)
    assert secret.fingerprint("groq") != secret.fingerprint("openai")
    assert "canary" not in secret.fingerprint("groq")


def test_a_secret_with_a_public_part_is_hinted_at_by_that() -> None:
    assert Secret("the whole of a credential", "AKIA0123456789").hint == "…6789"
    assert Secret("the whole of a credential", "").hint == "…"
