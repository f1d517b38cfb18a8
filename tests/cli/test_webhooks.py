import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from modeldex.domain.delivery import DeliveryState, Message
from modeldex.storage.outbox import Mark
from tests.cli.conftest import Run
from tests.cli.shelf import NOW, Shelf
from tests.receiver import SECRET, Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def waiting(
    shelf: Shelf, receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Shelf:
    """A message that was given up, and one that waits."""
    home = tmp_path / "home"
    home.mkdir()
    row = f'[[webhook]]\nname = "ops"\nurl = "{receiver.url}?token=canary"\nsecret = "env:HOOK"\n'
    (home / "config.toml").write_text(row)
    monkeypatch.setenv("HOOK", SECRET)
    outbox = shelf.desk().outbox
    made = [Message(id=f"chg_{one}", channel="ops", body="{}", at=NOW) for one in (1, 2)]
    outbox.put(Mark("c", "k", NOW), made)
    first = replace(outbox.deliveries()[0], state=DeliveryState.FAILED, next_at=None)
    outbox.record(replace(first, attempts=10, problem="it answered 500"))
    return shelf


def test_without_receivers_it_is_said_how_to_add_one(modeldex: Run) -> None:
    said = modeldex("webhooks", "list")
    assert (said.code, said.out) == (0, "")
    assert "[[webhook]]" in said.err


def test_each_receiver_is_listed_with_what_waits_for_it(modeldex: Run, waiting: Shelf) -> None:
    (row,) = modeldex("webhooks", "list").rows
    assert row == ["ops", "127.0.0.1", "both", "1", "1", "0", "it answered 500"]


def test_neither_secret_nor_address_is_shown(modeldex: Run, terminal: Run, waiting: Shelf) -> None:
    shown = [modeldex("webhooks", "list", "--json").out, terminal("webhooks", "list").out]
    shown += [modeldex("webhooks", "list", "ops", "--json").out, terminal("webhooks", "list", "ops").out]  # fmt: skip
    assert not any(SECRET in text or "canary" in text for text in shown)


def test_what_waits_for_one_receiver_is_listed(modeldex: Run, waiting: Shelf) -> None:
    said = json.loads(modeldex("webhooks", "list", "ops", "--json").out)
    assert [(one["id"], one["state"], one["attempts"]) for one in said] == [
        ("chg_1", "failed", 10),
        ("chg_2", "waiting", 0),
    ]


def test_what_waits_is_sent_by_hand(modeldex: Run, waiting: Shelf, receiver: Receiver) -> None:
    assert modeldex("webhooks", "send").rows == [["ops", "1", ""]]
    assert [one.id for one in receiver.taken] == ["chg_2"]


def test_what_was_given_up_is_sent_when_asked_for(
    modeldex: Run, waiting: Shelf, receiver: Receiver
) -> None:
    modeldex("webhooks", "send", "ops", "--failed")
    assert sorted(one.id for one in receiver.taken) == ["chg_1", "chg_2"]
    assert modeldex("webhooks", "send").out == ""


def test_a_receiver_that_does_not_take_it_is_exit_code_1(
    modeldex: Run, waiting: Shelf, receiver: Receiver
) -> None:
    receiver.answers = [500]
    said = modeldex("webhooks", "send", "--json")
    assert said.code == 1
    assert json.loads(said.out) == [
        {"channel": "ops", "delivered": 0, "problem": "it answered 500"}
    ]


def test_a_test_message_arrives_signed(modeldex: Run, waiting: Shelf, receiver: Receiver) -> None:
    assert modeldex("webhooks", "test", "ops").code == 0
    assert receiver.kinds() == ["modeldex.test"]
    assert receiver.got[0].genuine


def test_a_test_that_is_not_taken_is_exit_code_1(
    modeldex: Run, waiting: Shelf, receiver: Receiver
) -> None:
    receiver.answers = [401]
    said = modeldex("webhooks", "test", "ops")
    assert (said.code, said.rows) == (1, [["ops", "0", "it answered 401"]])


@pytest.mark.parametrize("verb", ["test", "send"])
def test_an_unknown_receiver_is_not_found(modeldex: Run, waiting: Shelf, verb: str) -> None:
    said = modeldex("webhooks", verb, "nobody")
    assert said.code == 3
    assert "known are ops" in said.err


def test_a_receiver_that_was_taken_out_is_shown_while_messages_wait(
    modeldex: Run, waiting: Shelf, tmp_path: Path
) -> None:
    (tmp_path / "home" / "config.toml").write_text("")
    (row,) = modeldex("webhooks", "list").rows
    assert row[-1] == "no longer in the configuration"


def test_a_receiver_that_is_not_configured_is_told_with_the_closest(
    modeldex: Run, waiting: Shelf
) -> None:
    said = modeldex("webhooks", "list", "opps")
    assert (said.code, said.out) == (0, "")
    assert "no receiver is called opps; did you mean ops?" in said.err
