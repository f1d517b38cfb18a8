"""From a feed's bytes to a published catalog: records decoded, facts resolved, one file written.

The feed is a recorded or a small OpenRouter list, repeated under other ids. The floor is
msgspec's own decoding of the same bytes into plain values.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from modeldex.dialects import dialect
from modeldex.domain.catalog import ListingStamp
from modeldex.domain.connection import Connection
from modeldex.domain.listing import Ask, Listing, Page
from modeldex.domain.model import Tier
from modeldex.domain.outcome import Outcome
from modeldex.knowledge.known import Known
from modeldex.providers import packaged
from modeldex.service.assembling import Part, assemble
from modeldex.service.listing import Shown, read
from modeldex.storage.publishing import publish
from tests.loopback.bodies import Bodies
from tests.loopback.server import LoopbackProviders

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
BUDGET = 20_000


def feed(models: int) -> bytes:
    """A list of so many models, each record recorded and each id its own."""
    served = LoopbackProviders(bodies=Bodies.recorded()).feed("openrouter", "/api/v1/models")
    records = [msgspec.json.decode(record) for record in served.records]
    made = [
        {
            **records[at % len(records)],
            "id": _id(records[at % len(records)]["id"], at // len(records)),
        }
        for at in range(models)
    ]
    return msgspec.json.encode({"data": made})


def _id(name: str, turn: int) -> str:
    return name if turn == 0 else f"{name}-{turn}"


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of processor time, and what came of the work."""
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--models", type=int, default=20_000)
    models = asked.parse_args().models
    body = feed(models)
    knows = Known.packaged()
    floor = timed(lambda: msgspec.json.decode(body))[0]
    readying, _ = timed(lambda: knows.guess("openrouter", "any/model"))
    row = packaged()["openrouter"]
    connection = Connection(provider=row, base_url=row.base_url)
    ask = Ask(route="public", path="/api/v1/models")
    page = Page(ask=ask, body=body, url="https://openrouter.ai/api/v1/models", fetched_at=NOW)
    reading, known = timed(lambda: dialect("openrouter").read(page))
    listing = Listing(
        connection=connection.id, tier=Tier.LIVE, fetched_at=NOW, pages=(page,), complete=True
    )
    joining, joined = timed(lambda: read(listing, connection, {page.hash: known}))
    part = Part(row, _stamp(connection), Shown(listing, joined))
    resolving, content = timed(lambda: assemble([part], knows, {}, NOW))
    with tempfile.TemporaryDirectory() as folder:
        publishing, _ = timed(lambda: publish(Path(folder), content))
    print(f"{models:,} models, {len(body) / 1e6:.1f} MB, seconds of processor time")
    print(f"  {'knowledge read, once':24}{readying * 1000:8.0f} ms")
    for name, took in (
        ("floor: msgspec decode", floor),
        ("dialect.read", reading),
        ("join", joining),
        ("resolve", resolving),
        ("publish", publishing),
    ):
        print(
            f"  {name:24}{took * 1000:8.0f} ms {took / floor:7.1f} × floor {models / took:12,.0f}/s"
        )
    both = resolving + publishing
    whole = reading + joining + both
    print(
        f"  {'resolve + publish':24}{both * 1000:8.0f} ms {both / floor:7.1f} × floor {models / both:12,.0f}/s   budget {BUDGET:,}/s"
    )
    print(
        f"  {'decode → facts → publish':24}{whole * 1000:8.0f} ms {whole / floor:7.1f} × floor {models / whole:12,.0f}/s   budget {BUDGET:,}/s"
    )


def _stamp(connection: Connection) -> ListingStamp:
    return ListingStamp(
        provider="openrouter",
        connection=connection.id,
        tier=Tier.LIVE,
        callable=False,
        hash="",
        fetched_at=NOW,
        checked_at=NOW,
        outcome=Outcome.OK,
    )


if __name__ == "__main__":
    main()
