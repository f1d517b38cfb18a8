"""What memory costs: `python -m bench.memory`; it fails where a budget is missed.

A catalog of 5,000 models with a year of daily changes, as many per model as OpenRouter's recorded
lists have: of their 400 models 8 prices a day change, and 2 models come or go. The floor of a
lookup is one bare point query, that of a past day reading every model as it is.
"""

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import apsw
from msgspec.structs import replace

from modeldex.domain.catalog import CatalogContent, History, Remembering, Step
from modeldex.domain.change import Change, ChangeKind
from modeldex.domain.memory import Memory, Remembered
from modeldex.domain.model import Model
from modeldex.domain.query import Query
from modeldex.domain.source import Source
from modeldex.rules.alias import assign
from modeldex.service.past_catalog import PastCatalog
from modeldex.service.reading import Catalog
from modeldex.storage.catalog_file import CatalogFile
from modeldex.storage.writing import write

from . import synthetic
from .catalog_read import line, timed

RECORDED = 400
PRICES_A_DAY, COMINGS_A_DAY = 8, 2
RESOLVE_US, YEAR_MB, PAST_MS = 20.0, 10.0, 100.0
DAYS = 365


def history(content: CatalogContent, day: int) -> History:
    """The steps and changes of one day."""
    chance = random.Random(day)
    at = synthetic.NOW - timedelta(days=DAYS - day)
    models = list(content.models)
    share = len(models) / RECORDED
    changes = [
        _change(model, ChangeKind.PRICE, "price.input", str(chance.randrange(1, 900) / 100), at)
        for model in chance.sample(models, int(PRICES_A_DAY * share))
    ]
    for model in chance.sample(models, int(COMINGS_A_DAY * share)):
        kind = ChangeKind.MISSING if chance.random() < 0.5 else ChangeKind.RETURNED
        changes.append(_change(model, kind, "listed", kind is ChangeKind.RETURNED, at))
    steps = [
        Step(provider=name, at=at, before=f"{day:064x}", snapshot=f"{day:063x}f")
        for name in synthetic.PROVIDERS
    ]
    return History(steps=tuple(steps), changes=tuple(changes))


def _change(model: Model, kind: ChangeKind, field: str, new: object, at: object) -> Change:
    old = str(model.price.input) if field == "price.input" and model.price else None
    return Change(
        at=at,  # type: ignore[arg-type]
        id=model.id,
        kind=kind,
        field=field,
        old=old if field == "price.input" else not new,
        new=new,
        source=Source.API,
        before="0" * 64,
        snapshot="0" * 64,
    )


def remembering(models: list[Model]) -> Iterator[Remembering]:
    seen = synthetic.NOW - timedelta(days=400)
    for name in synthetic.PROVIDERS:
        lives = {
            model.id: Remembered(first_seen=seen, last_seen=synthetic.NOW)
            for model in models
            if model.provider == name
        }
        memory = Memory(counted_at=synthetic.NOW, models=lives)
        yield Remembering(provider=name, connection=f"{name}:0", memory=memory)


def year(folder: Path, models: int) -> tuple[Path, Path]:
    """The same catalog without history and with a year of it."""
    content = synthetic.content(models)
    every = list(content.models)
    given = assign({}, [model.id for model in every], {}, synthetic.NOW).given
    now = History(remembering=tuple(remembering(every)), given=given)
    bare, path = folder / "bare.db", None
    write(bare, replace(content, models=every, history=now))
    for day in range(DAYS):
        few = every if day == DAYS - 1 else every[:1]
        told = history(content, day)
        if day == DAYS - 1:
            told = replace(told, remembering=now.remembering, given=given)
        newer = folder / f"{day}.db"
        write(newer, replace(content, models=few, history=told), path)
        if path is not None:
            path.unlink()
        path = newer
    assert path is not None
    return bare, path


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--models", type=int, default=5_000)
    models = asked.parse_args().models
    with tempfile.TemporaryDirectory() as folder:
        bare, path = year(Path(folder), models)
        grown = (path.stat().st_size - bare.stat().st_size) / 1e6
        changes = sum(1 for _ in CatalogFile(path).changes())
        print(f"  {'a year of changes':34} {grown:10.1f} MB for {changes:,} changes")
        late = [name for name, seconds, most in lookups(path) if seconds > most]
        if grown > YEAR_MB:
            late.append("a year of changes")
    print(f"budget missed: {', '.join(late)}" if late else "within the budgets")
    return 1 if late else 0


def lookups(path: Path) -> Iterator[tuple[str, float, float]]:
    """Each lookup with its seconds and the most that it may take."""
    file = CatalogFile(path)
    ids = [one for (one,) in file.rows(Query(), ("id",))]
    aliases = [span.alias for span in file.names.spans()]
    db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    point = timed(lambda: db.execute("SELECT id FROM model WHERE place = 7").get)
    line("floor: one bare point query", point, None)
    catalog = Catalog(file, {}, synthetic.NOW)
    for name, names in (("id", ids), ("alias", aliases)):
        cold = _each(catalog, names)
        line(f"resolve an {name}, first time", cold, point)
        warm = _each(catalog, names[-2000:])
        line(f"resolve an {name}, warm", warm, point)
        yield f"resolve an {name}", warm, RESOLVE_US / 1e6
    whole = timed(lambda: file.models(Query()))
    line("floor: every model as it is", whole, None)
    moment = synthetic.NOW - timedelta(days=180)
    past = timed(lambda: PastCatalog(file, moment).get(ids[7]))
    line("a model as of half a year ago", past, whole)
    day = timed(lambda: PastCatalog(file, moment).ids)
    line("ids as of half a year ago", day, whole)
    yield "as of a past day", day, PAST_MS / 1e3
    every = timed(lambda: sum(1 for _ in PastCatalog(file, moment).models()))
    line("every model as of then", every, whole)


def _each(catalog: Catalog, names: list[str]) -> float:
    began = perf_counter()
    for name in names:
        catalog.resolve(name)
    return (perf_counter() - began) / len(names)


if __name__ == "__main__":
    sys.exit(main())
