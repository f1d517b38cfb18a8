"""`modeldex watch`: refresh what falls due, for as long as nobody interrupts."""

import math
import random
import signal
from types import FrameType
from typing import Any

import click

from . import output
from .context import Services
from .options import common
from .refreshing import sentence, shape, summary
from .telling import tell

SHORTEST_S = 5.0
LONGEST_S = 7 * 86_400.0


class _Pause(click.FloatRange):
    """Seconds that can be waited; what is no number at all lies in no range."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        seconds: float = super().convert(value, param, ctx)
        if math.isnan(seconds):
            self.fail(f"{value} is no number of seconds", param, ctx)
        return seconds


@click.command("watch")
@click.option(
    "--look-every",
    "seconds",
    default=60.0,
    show_default=True,
    type=_Pause(SHORTEST_S, LONGEST_S),
    help="Seconds between two looks at what is due.",
)
@common
@click.pass_obj
def command(services: Services, seconds: float, as_json: bool) -> int:
    """Refresh each provider when it falls due, until interrupted.

    The interval is `every_s` under [refresh] in the configuration. Several may watch at once, on
    one machine or on many that share a store: each provider is asked once. What waits for
    receivers ([[webhook]] in the configuration) is sent at each look.
    """
    signal.signal(signal.SIGTERM, _stop)
    said: tuple[str, ...] = ()
    while True:
        report = services.refresh(
            (), force=False, offline=False, due=True, on_progress=lambda _: None
        )
        if report.providers:
            if as_json:
                output.json_document(shape(report))
            else:
                for line in report.providers:
                    if line.failed or line.added or line.removed or line.changed:
                        output.say(sentence(line))
                output.note(summary(report))
        said = tell(services, report, said)
        services.sleep(seconds * random.uniform(0.9, 1.1))  # noqa: S311 (no secret depends on it)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
