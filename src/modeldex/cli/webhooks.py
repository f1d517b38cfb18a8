"""`modeldex webhooks`: what waits for receivers, what was given up, and whether they take a test."""

from typing import TYPE_CHECKING

import click

from ..domain.delivery import Delivery, DeliveryState
from ..rules.spelling import closest
from . import cells, output
from .context import Services
from .options import Early, common
from .safety import safe
from .table import Column

if TYPE_CHECKING:
    from ..service.delivering import ChannelLine, Sent

_CHANNELS = (
    Column("NAME"),
    Column("TO", 2),
    Column("GETS", 3),
    Column("WAITING", right=True),
    Column("FAILED", right=True),
    Column("DELIVERED", 4, right=True),
    Column("NEXT", 5),
    Column("PROBLEM", 1),
)
_MESSAGES = (
    Column("SINCE", 2),
    Column("MESSAGE"),
    Column("IS"),
    Column("TRIED", 3, right=True),
    Column("NEXT", 4),
    Column("PROBLEM", 1),
)
_UNDELIVERED = (DeliveryState.WAITING, DeliveryState.FAILED)


@click.group("webhooks", cls=Early)
def command() -> None:
    """The receivers of changes and notices that [[webhook]] and [notices] configure."""


@command.command("list")
@click.argument("name", required=False)
@common
@click.pass_obj
def list_channels(services: Services, name: str | None, as_json: bool) -> int:
    """Show every receiver and how much waits for it; NAME: what waits for it or was given up."""
    if name is not None:
        waiting = [
            one
            for one in services.desk().outbox.deliveries(*_UNDELIVERED)
            if one.message.channel == name
        ]
        _print_messages(waiting, as_json)
        if not waiting:
            _say_unknown(name, [line.name for line in services.channels()])
        return 0
    lines = services.channels()
    if as_json:
        output.json_document(lines)
    elif not lines:
        output.note("no receiver is configured: [[webhook]] in the configuration adds one")
    elif output.on_terminal():
        output.table(_CHANNELS, [_row(line) for line in lines])
    else:
        output.tsv(
            (line.name, line.to, line.what, line.waiting, line.failed, line.delivered, line.problem)
            for line in lines
        )
    return 0


def _say_unknown(name: str, known: list[str]) -> None:
    if name not in known:
        close = closest(name, known)
        hint = f"did you mean {close}?" if close else "modeldex webhooks list shows all"
        output.note(f"no receiver is called {name}; {hint}", output.YELLOW)


@command.command("send")
@click.argument("name", required=False)
@click.option("--failed", is_flag=True, help="Send also what was given up.")
@common
@click.pass_obj
def send(services: Services, name: str | None, failed: bool, as_json: bool) -> int:
    """Send what waits now, to all receivers or to NAME. Exit code 1: not all of it arrived."""
    return _sent(services.send_messages(name, failed=failed), as_json)


@command.command("test")
@click.argument("name")
@common
@click.pass_obj
def test(services: Services, name: str, as_json: bool) -> int:
    """Send NAME a signed message of the type `modeldex.test`. Exit code 1: it was not taken."""
    return _sent((services.send_test(name),), as_json)


def _sent(found: "tuple[Sent, ...]", as_json: bool) -> int:
    if as_json:
        output.json_document([one._asdict() for one in found])
    else:
        output.tsv((one.channel, one.delivered, one.problem) for one in found)
        if not found:
            output.note("nothing waits, or another process is sending")
    return 1 if any(one.problem for one in found) else 0


def _print_messages(waiting: list[Delivery], as_json: bool) -> None:
    if as_json:
        output.json_document([_shape(one) for one in waiting])
    elif output.on_terminal():
        output.table(_MESSAGES, [_message(one) for one in waiting])
    else:
        output.tsv(
            (one.message.at.isoformat(), one.message.id, one.state, one.attempts, one.problem)
            for one in waiting
        )


def _shape(one: Delivery) -> dict[str, object]:
    return {
        "id": one.message.id,
        "at": one.message.at,
        "state": one.state,
        "attempts": one.attempts,
        "next_at": one.next_at,
        "problem": one.problem,
        "body": one.message.body,
    }


def _row(line: "ChannelLine") -> list[str]:
    counts = (line.waiting, line.failed, line.delivered)
    return [
        safe(line.name),
        safe(line.to),
        line.what,
        *map(cells.count, counts),
        cells.moment(line.next_at) if line.next_at else "",
        safe(line.problem),
    ]


def _message(one: Delivery) -> list[str]:
    return [
        cells.moment(one.message.at),
        one.message.id,
        one.state,
        str(one.attempts),
        cells.moment(one.next_at) if one.next_at else "",
        safe(one.problem),
    ]
