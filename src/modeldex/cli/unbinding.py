"""`modeldex unbind`: a program no longer uses a model."""

import click

from .binding import show
from .context import Services
from .options import common


@click.command("unbind")
@click.argument("program")
@click.argument("model", nargs=-1)
@common
@click.pass_obj
def command(services: Services, program: str, model: tuple[str, ...], as_json: bool) -> int:
    """Forget that PROGRAM uses each MODEL, or all of its models when none is named."""
    show(services.unbind(program, model), (), as_json)
    return 0
