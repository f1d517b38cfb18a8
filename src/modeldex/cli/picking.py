"""`modeldex picks`: the few models to look at first, by what they are for, each with its reasons."""

import click

from ..domain.shortlist import Bucket, Pick, Shortlist
from . import output
from .context import Services
from .options import common
from .safety import safe
from .table import Column

_COLUMNS = (
    Column("FOR"),
    Column("MODEL"),
    Column("SCORE", 1, right=True),
    Column("RESTS ON", 2),
    Column("BECAUSE", 3),
)
_TITLES = {
    Bucket.CODING: "coding",
    Bucket.REASONING: "reasoning",
    Bucket.CHAT: "general chat",
    Bucket.FAST: "fast or cheap",
    Bucket.VISION: "vision",
    Bucket.IMAGE: "image generation",
}
_BUCKET = click.Choice([bucket.value for bucket in Bucket])


@click.command("picks")
@click.argument("buckets", nargs=-1, type=_BUCKET)
@click.option(
    "--bucket", "also", multiple=True, type=_BUCKET, help="The same as BUCKETS, one at a time."
)
@click.option("--why", is_flag=True, help="Give every reason, with its numbers and links.")
@click.option(
    "--all", "everything", is_flag=True, help="Of all models, not only those you can call."
)
@common
@click.pass_obj
def command(
    services: Services,
    buckets: tuple[str, ...],
    also: tuple[str, ...],
    why: bool,
    everything: bool,
    as_json: bool,
) -> int:
    """Show the few models to look at first, by what they are for.

    BUCKETS narrow it to some purposes. Scores run from 0 to 1: 45 % quality, 25 % reliability,
    15 % latency, 15 % cost, over the inputs that are known; each pick says which.
    """
    catalog = services.catalog()
    mine = False if everything else None
    found = catalog.picks(mine=mine)
    wanted = [Bucket(name) for name in dict.fromkeys((*buckets, *also))] or list(Bucket)
    if as_json:
        output.json_document(_shape(found, wanted))
        return 0
    if why:
        _explain(found, wanted)
    else:
        rows = [_row(bucket, pick) for bucket in wanted for pick in found.buckets[bucket]]
        if output.on_terminal():
            output.table(_COLUMNS, rows)
        else:
            output.tsv(rows)
    for bucket in wanted:
        if bucket in found.short:
            output.note(safe(f"{_TITLES[bucket]}: {found.short[bucket]}"))
    if mine is None and not catalog.can_call_any:
        output.note(
            "no key is known here, so these are picks among all models; see `modeldex keys`"
        )
    return 0


def _shape(found: Shortlist, wanted: list[Bucket]) -> dict[str, object]:
    """The JSON that is promised outside: picks by bucket, and why a bucket is `short`."""
    return {
        "buckets": {bucket: [_pick(pick) for pick in found.buckets[bucket]] for bucket in wanted},
        "short": {bucket: found.short[bucket] for bucket in wanted if bucket in found.short},
    }


def _pick(pick: Pick) -> dict[str, object]:
    return {
        "id": pick.id,
        "score": pick.score,
        "known": pick.known,
        "because": pick.because,
        "curated": pick.curated,
    }


def _row(bucket: Bucket, pick: Pick) -> list[str]:
    score = "" if pick.score is None else f"{pick.score:.3f}"
    because = pick.because[0] if pick.because else ""
    return [bucket.value, safe(pick.id), score, f"{pick.known} of 4", safe(because)]


def _explain(found: Shortlist, wanted: list[Bucket]) -> None:
    for bucket in wanted:
        output.say(_TITLES[bucket].capitalize(), output.BOLD)
        for pick in found.buckets[bucket]:
            score = "no score" if pick.score is None else f"{pick.score:.3f}"
            output.say(safe(f"  {pick.id}  {score}"))
            for reason in pick.because:
                output.say(safe(f"      {reason}"), output.DIM)
        output.say()
