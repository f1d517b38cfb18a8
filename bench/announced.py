"""What providers announced about the ends of their models, and the lists that they had at the time."""

import gzip
import json
import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

RECORDINGS = Path(__file__).resolve().parents[2] / "shared" / "recordings"
PROVIDERS = {
    "Anthropic": "anthropic",
    "Azure": "azure",
    "Cohere": "cohere",
    "Google": "gemini",
    "Groq": "groq",
    "Mistral": "mistral",
    "OpenAI": "openai",
    "xAI": "xai",
}
_FOLDERS = {
    "anthropic": ("anthropic",),
    "azure": ("azure-openai-v1",),
    "cohere": ("cohere",),
    "gemini": ("google",),
    "groq": ("groq", "series/watcher-groq"),
    "mistral": ("mistral", "series/watcher-mistral"),
    "openai": ("openai",),
    "xai": ("xai",),
}
_KINDS = frozenset({"official-page", "official-page-excerpt", "api-field"})
_ID = re.compile(r"[A-Za-z0-9@._:/-]*[A-Za-z][A-Za-z0-9@._:/-]*")
_ASIDE = re.compile(r"\s*\(.*|\*$")

Lists = Mapping[str, Mapping[date, frozenset[str]]]
"""Provider → day → the native ids that its list held."""


class Announced(NamedTuple):
    """One announcement."""

    provider: str
    gone: str
    replacements: tuple[str, ...]
    first: date
    """When it was made, or the end if that is earlier than anyone noted it."""
    read: date
    """When the page was read."""


def rows() -> list[dict[str, Any]]:
    found = json.loads(gzip.decompress((RECORDINGS / "deprecations.json.gz").read_bytes()))["rows"]
    return [
        {**row, "provider": PROVIDERS[row["provider"]]}
        for row in found
        if row["provider"] in PROVIDERS and row["kind"] in _KINDS
    ]


def days(row: Mapping[str, Any]) -> list[date]:
    said = (row[name] for name in ("announced", "deprecated", "shutdown"))
    return [_day(text) for text in said if text]


def _day(text: str) -> date:
    """A day, or the first one of a month."""
    return date.fromisoformat(text if len(text) > 7 else f"{text}-01")


def gone(row: Mapping[str, Any]) -> list[str]:
    return [one for one in re.split(r"\s*[|,]\s*", row["model_id"]) if _ID.fullmatch(one)]


def announcements() -> list[Announced]:
    """Each model once, as its first row has it."""
    found: dict[tuple[str, str], Announced] = {}
    for row in rows():
        words = [_ASIDE.sub("", one) for one in row["replacements"]]
        named = tuple(one for one in words if _ID.fullmatch(one))
        for name in gone(row):
            if named and name not in named and (noted := days(row)):
                read = _day(row["as_of"])
                one = Announced(row["provider"], name, named, min(noted), read)
                found.setdefault((one.provider, name), one)
    return list(found.values())


def lists() -> Lists:
    """The recorded lists, as ids alone."""
    found: dict[str, dict[date, frozenset[str]]] = defaultdict(dict)
    for provider, folders in _FOLDERS.items():
        for file in (file for name in folders for file in sorted((RECORDINGS / name).iterdir())):
            raw = json.loads(gzip.decompress(file.read_bytes()))
            records = raw if isinstance(raw, list) else raw.get("data") or raw["models"]
            ids = {(one.get("id") or one["name"]).removeprefix("models/") for one in records}
            day = date.fromisoformat(file.name[:10])
            found[provider][day] = found[provider].get(day, frozenset()) | ids
    return found
