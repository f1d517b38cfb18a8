"""How long a catalog takes to write and to read, beside floors measured in the same run.

    python -m bench.catalog_read [--models N …]

Prints medians. Catalogs are built once and kept in the temporary folder; building measures the
rate of writing.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import apsw

from modeldex.domain.query import Condition, Op, Query, Sort
from modeldex.storage.catalog_file import CatalogFile
from modeldex.storage.layout import FORMAT
from modeldex.storage.writing import write

from . import synthetic

SHOWN = ("id", "context_window", "max_output", "price", "tools")
PLAIN = Condition(field="kind", op=Op.EQ, values=("chat",), or_unknown=True)
ONE_PROVIDER = Condition(field="provider", op=Op.EQ, values=("provider-03",))
TOOLS = Condition(field="tools", op=Op.EQ, values=(True,))
CHEAP = Condition(field="price", op=Op.LT, values=(3_000_000,))
NEVER_MET = Condition(field="price", op=Op.LT, values=(0,))
LISTS = {
    "list of 50": Query(conditions=(PLAIN,), limit=50),
    "list of 50, one provider": Query(conditions=(PLAIN, ONE_PROVIDER), limit=50),
    "filter: tools, price": Query(conditions=(PLAIN, TOOLS, CHEAP), limit=50),
    "filter that nothing meets": Query(conditions=(PLAIN, NEVER_MET), limit=50),
    "sorted by price": Query(conditions=(PLAIN,), sort=Sort(key="price"), limit=50),
    "sorted by name": Query(conditions=(PLAIN,), sort=Sort(key="name"), limit=50),
    "words: claude mini": Query(words=("claude", "mini"), conditions=(PLAIN,), limit=50),
    "word: gpt-4.1": Query(words=("gpt-4.1",), conditions=(PLAIN,), limit=50),
    "word that nobody has": Query(words=("zzzz",), conditions=(PLAIN,), limit=50),
}
FRESH = """
import sys
from pathlib import Path
from types import SimpleNamespace
from modeldex.storage.publishing import current
from modeldex.storage.catalog_file import CatalogFile
query = SimpleNamespace(words=(), conditions=(), sort=None, limit=50, offset=0, mine=False)
for row in CatalogFile(Path(sys.argv[1])).rows(query, ("id", "context_window")):
    pass
"""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--models", type=int, nargs="+", default=[5_000, 1_000_000])
    for models in asked.parse_args().models:
        print(f"\n{models:,} models")
        measure(built(models))


def built(models: int) -> Path:
    """The catalog of so many models, built now unless it stands there already."""
    path = (
        Path(tempfile.gettempdir())
        / f"modeldex-bench-{os.getuid()}"
        / f"{models}-format{FORMAT}.db"
    )
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if path.exists():
        print(f"  {'written earlier':34} {path.stat().st_size / 1e6:10.1f} MB")
        return path
    content = synthetic.content(models)
    began = time.perf_counter()
    write(path.with_suffix(".new"), content)
    seconds = time.perf_counter() - began
    path.with_suffix(".new").rename(path)
    print(f"  {'write':34} {models / seconds:10,.0f} models/s, {path.stat().st_size / 1e6:.1f} MB")
    return path


def measure(path: Path) -> None:
    file = CatalogFile(path)
    some = [model for (model,) in file.rows(Query(limit=100), ("id",))]
    line("fresh process: pass", fresh("pass"), None)
    empty = fresh("pass")
    line("fresh process: import msgspec", fresh("import msgspec"), empty)
    line("fresh process: list of 50", fresh(FRESH, str(path)), empty)
    db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    point = timed(lambda: db.execute("SELECT id FROM model WHERE place = 7").get)
    line("floor: one bare point query", point, None)
    line("get by id", timed(lambda: file.get(some[7])), point)
    line("missing id", timed(lambda: file.get("nobody/nothing")), point)
    rows = timed(lambda: list(db.execute("SELECT * FROM model LIMIT 50")))
    line("floor: 50 bare rows", rows, None)
    for name, query in LISTS.items():
        line(name, timed(lambda query=query: list(file.rows(query, SHOWN))), rows)
    page = LISTS["list of 50"]
    line("50 documents", timed(lambda: list(file.documents(page, frozenset()))), rows)
    line("50 models", timed(lambda: file.models(page)), rows)
    line("count", timed(lambda: file.count(page)), rows)
    line("suggest", timed(lambda: file.suggest("cluade-3.4-mni")), rows)


def timed(work: Callable[[], object]) -> float:
    """The median duration in seconds; quick work is repeated more often."""
    began = time.perf_counter()
    work()
    rounds = 200 if time.perf_counter() - began < 0.005 else 9
    durations = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        durations.append(time.perf_counter() - began)
    return median(durations)


def fresh(code: str, *words: str) -> float:
    """The median wall time of a new interpreter, seconds."""
    durations = []
    for _ in range(11):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", code, *words], check=True)
        durations.append(time.perf_counter() - began)
    return median(durations)


def line(name: str, seconds: float, floor: float | None) -> None:
    ratio = "" if floor is None else f"  {seconds / floor:8.1f} × floor"
    print(f"  {name:34} {seconds * 1000:10.3f} ms{ratio}")


if __name__ == "__main__":
    main()
