"""`modeldex doctor`: what is right here, what is wrong, and what to do about it."""

import click

from . import output
from .checks import Check, checks
from .context import Services
from .options import common
from .safety import safe

_MARKS = {True: ("ok", output.GREEN), False: ("wrong", output.RED), None: ("note", output.YELLOW)}


@click.command("doctor")
@common
@click.pass_obj
def command(services: Services, as_json: bool) -> int:
    """Look at folders, configuration, keys (never shown), catalog and providers."""
    found: list[Check] = []
    for check in checks(services):
        found.append(check)
        if not as_json:
            _print(check)
    healthy = all(check.ok is not False for check in found)
    if as_json:
        output.json_document({"ok": healthy, "checks": [check._asdict() for check in found]})
    return 0 if healthy else 1


def _print(check: Check) -> None:
    word, style = _MARKS[check.ok]
    mark = output.shown(f"{word:5}", style)
    output.say(f"{mark}  {safe(check.name):14}{safe(check.said)}")
    if check.hint:
        output.say(f"{'':7}{'':14}{safe(check.hint)}")
