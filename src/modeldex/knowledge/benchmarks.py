"""Published scores of models, read strictly."""

from functools import cache

from ..domain.errors import BadReferenceData
from ..domain.shortlist import Benchmark
from .rows import packaged_text, table

FILE = "benchmarks.toml"


@cache
def packaged() -> tuple[Benchmark, ...]:
    """The packaged tables; raises `BadReferenceData` naming the one that is wrong."""
    return read(packaged_text(FILE))


def read(text: str, file: str = FILE) -> tuple[Benchmark, ...]:
    """Tables of TOML; raises `BadReferenceData` naming file and table."""
    found = table(file, text, Benchmark)
    for name, one in found.items():
        if not one.zero < one.full:
            raise BadReferenceData(f"{file}, row {name}: zero is to be less than full")
        for base in one.scores:
            if "/" not in base:
                raise BadReferenceData(f"{file}, row {name}: {base!r} is no base, such as lab/name")
    return tuple(found.values())
