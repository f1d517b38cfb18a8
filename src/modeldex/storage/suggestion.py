"""What may have been meant by a name that leads nowhere."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

MOST_COMPARED = 5000
"""So many models are compared by their spelling; more would take longer than a reader waits."""
_LEAST_ALIKE = 0.6
_LEAST_REPAIRED = 0.72
_SHORTEST_REPAIRED = 4
_BEGINNING = 3
_ALL = "SELECT id, native_id FROM model ORDER BY place LIMIT ?"
_BY_BEGINNING = """
SELECT model.id, model.native_id FROM search JOIN model ON model.place = search.rowid
WHERE search MATCH ? ORDER BY search.rowid LIMIT ?
"""
VOCABULARY = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab (main, search, row)"
)
_TERMS = """
SELECT term FROM temp.vocabulary
WHERE length(term) BETWEEN ? AND ? AND term GLOB '[a-z]*' ORDER BY doc DESC LIMIT ?
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


def repaired(word: str, ask: Ask) -> str | None:
    """The indexed word that `word` was probably meant to be; `None` when none is close.

    Short words are left alone: among them everything is close to everything.
    """
    if len(word) < _SHORTEST_REPAIRED or any(char.isdigit() for char in word):
        return None
    terms = [term for (term,) in ask(_TERMS, (len(word) - 2, len(word) + 2, MOST_COMPARED))]
    close = _alike(word.lower(), terms, 1, _LEAST_REPAIRED)
    return close[0] if close else None


def _spellings(rows: Iterable[tuple[str, str]]) -> dict[str, str]:
    spellings: dict[str, str] = {}
    for model, native_id in rows:
        for spelling in (model, native_id, native_id.rpartition("/")[2]):
            spellings.setdefault(spelling, model)
    return spellings


def _alike(
    name: str, spellings: Iterable[str], limit: int, least: float = _LEAST_ALIKE
) -> list[str]:
    try:
        from rapidfuzz import fuzz, process
    except ImportError:
        from difflib import get_close_matches

        return get_close_matches(name, list(spellings), limit, least)
    found = process.extract(
        name, spellings, scorer=fuzz.ratio, limit=limit, score_cutoff=least * 100
    )
    return [spelling for spelling, _, _ in found]
