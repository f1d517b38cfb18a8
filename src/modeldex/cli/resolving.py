"""`modeldex resolve`: where a name leads."""

import click

from ..domain.catalog import How, Resolution
from . import output
from .context import Services
from .options import common
from .safety import safe


@click.command("resolve")
@click.argument("name")
@common
@click.pass_obj
def command(services: Services, name: str, as_json: bool) -> int:
    """Print the id that NAME leads to; an unknown name passes through untouched."""
    found = services.catalog().resolve(name)
    if as_json:
        output.json_document(shape(found))
        return 0
    output.say(safe(found.id))
    if found.how is How.PASSED_THROUGH:
        close = f"; closest: {', '.join(found.alternatives)}" if found.alternatives else ""
        output.note(safe(f"not in the catalog, passed through as it is{close}"))
    elif len(found.chain) > 1:
        output.note(safe(f"{found.how}: {' → '.join(found.chain)}"))
    for reason in found.reasons:
        output.note(safe(f"  {reason}"))
    return 0


def shape(found: Resolution) -> dict[str, object]:
    """Where a name led, as the JSON that is promised outside."""
    return {
        "id": found.id,
        "how": found.how,
        "chain": found.chain,
        "alternatives": found.alternatives,
        "reasons": found.reasons,
    }
