"""What may have been meant by a name that leads nowhere."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

MOST_COMPARED = 5000
"""So many models are compared by their spelling; more would take longer than a reader waits."""
_LEAST_ALIKE = 0.6
_BEGINNING = 3
_ALL = "SELECT id, native_id FROM model ORDER BY place LIMIT ?"
_BY_BEGINNING = """
SELECT model.id, model.native_id FROM search JOIN model ON model.place = search.rowid
WHERE search MATCH ? ORDER BY search.rowid LIMIT ?
"""
_FEW = "SELECT count(*) FROM (SELECT 1 FROM model LIMIT ?)"

Ask = Callable[..., Iterator[Any]]


def candidates(name: str, ask: Ask) -> dict[str, str]:
    """Spellings and the id that each stands for: of all models, or of those that begin alike."""
    ((models,),) = ask(_FEW, (MOST_COMPARED + 1,))
    beginnings = [part[:_BEGINNING] for part in re.findall(r"[^\W_]+", name)]
    if models <= MOST_COMPARED:
        rows = ask(_ALL, (MOST_COMPARED,))
    elif beginnings:
        expression = " OR ".join(f'"{beginning}" *' for beginning in beginnings)
        rows = ask(_BY_BEGINNING, (expression, MOST_COMPARED))
    else:
        return {}
    return _spellings(rows)


def closest(name: str, spellings: Mapping[str, str], limit: int) -> list[str]:
    """The ids whose spelling is most like `name`, each once, the closest first."""
    wanted = {spelling.lower(): model for spelling, model in spellings.items()}
    found = _alike(name.lower(), wanted, limit * 3)
    return list(dict.fromkeys(wanted[spelling] for spelling in found))[:limit]


def _spellings(rows: Iterable[tuple[str, str]]) -> dict[str, str]:
    spellings: dict[str, str] = {}
    for model, native_id in rows:
        for spelling in (model, native_id, native_id.rpartition("/")[2]):
            spellings.setdefault(spelling, model)
    return spellings


def _alike(name: str, spellings: Iterable[str], limit: int) -> list[str]:
    try:
        from rapidfuzz import fuzz, process
    except ImportError:
        from difflib import get_close_matches

        return get_close_matches(name, list(spellings), limit, _LEAST_ALIKE)
    found = process.extract(
        name, spellings, scorer=fuzz.ratio, limit=limit, score_cutoff=_LEAST_ALIKE * 100
    )
    return [spelling for spelling, _, _ in found]
