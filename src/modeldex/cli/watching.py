"""`modeldex watch`: refresh what falls due, for as long as nobody interrupts."""

import random
import signal
from types import FrameType

import click

from . import output
from .context import Services
from .options import common
from .refreshing import sentence, shape, summary
from .telling import tell

SHORTEST_S = 5.0


@click.command("watch")
@click.option(
    "--look-every",
    "seconds",
    default=60.0,
    show_default=True,
    type=click.FloatRange(SHORTEST_S),
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
