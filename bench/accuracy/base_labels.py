"""Which ids are one model, as public datasets have it: groups of (provider, native id) by source.

No dataset states correspondences outright, apart from ruby_llm's aliases. So a label is made of
what a dataset says beside the spelling that the rules work on:

- ruby_llm: ids under one friendly name are one model; ids under two names are two.
- models.dev: the display `name`, as a bag of words and numbers without vendors; the same bag and
  release dates at most 60 days apart are one model.
- portkey: the id itself as such a bag, without the day of a pin; the same bag and the same price of
  input and output tokens are one model.
- Two bags of which neither holds the other are two models. Where one holds the other, they are two
  when what is more has one of VARIANTS; else a size or the like was left out, and nothing is said.
- openrouter: the record's `hugging_face_id` is the same model as the record's id.
"""

import gzip
import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from modeldex.knowledge import naming

SHARED = Path(__file__).resolve().parents[3] / "shared"
SEES = re.compile(r"(\d)v\b")
BY_HAND = Path(__file__).parent / "bases-disagreements.toml"
Id: TypeAlias = tuple[str, str]
RUBY = {"bedrock": "amazon-bedrock", "vertexai": "google-vertex"}
VENDORS = frozenset(
    [
        "openai",
        "anthropic",
        "google",
        "meta",
        "mistral",
        "mistralai",
        "alibaba",
        "ai",
        "moonshotai",
        "moonshot",
        "zai",
        "z",
        "xai",
        "x",
        "nvidia",
        "amazon",
        "cohere",
        "microsoft",
        "accounts",
        "fireworks",
        "models",
        "us",
        "eu",
        "global",
        "apac",
        "au",
        "jp",
        "ca",
        "in",
        "gov",
        "org",
        "cf",
        "publishers",
        "ovh",
        "together",
    ]
)
NOISE = frozenset(
    [
        "instruct",
        "it",
        "fp",
        "bf",
        "nvfp",
        "mxfp",
        "open",
        "labs",
        "hf",
        "v",
        "tencent",
        "xiaomimimo",
        "minimaxai",
    ]
)
VARIANTS = frozenset(
    [
        "mini",
        "nano",
        "pro",
        "max",
        "plus",
        "flash",
        "lite",
        "air",
        "chat",
        "codex",
        "coder",
        "code",
        "thinking",
        "reasoning",
        "non",
        "vl",
        "vision",
        "image",
        "audio",
        "tts",
        "embed",
        "embedding",
        "guard",
        "ocr",
        "omni",
        "mt",
        "turbo",
        "fast",
        "high",
        "highspeed",
        "ultra",
        "super",
        "base",
        "distill",
        "instant",
        "small",
        "medium",
        "large",
        "exp",
        "speciale",
        "terminus",
        "deep",
        "research",
        "search",
        "spark",
        "realtime",
        "transcribe",
        "sees",
        "preview",
        "latest",
        "r",
        "k",
        "m",
        "uncensored",
    ]
)
WORDS = re.compile(r"[a-z]+|\d+")
REAL_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])")
DAY = re.compile(r"[-@](20\d\d)-?(\d\d)-?(\d\d)\b")


class Label(NamedTuple):
    """One id, and what two ids must share to be one model."""

    id: Id
    bag: tuple[str, ...]
    beside: Any
    """What must agree besides the bag; `None` needs nothing."""


def bag(provider: str, text: str) -> tuple[str, ...]:
    """Words and numbers in any order, without vendors; a repeated word counts once."""
    plain = SEES.sub(r"\1 sees", text.lower().replace("(latest)", "").replace("+", " plus "))
    words = set(WORDS.findall(plain))
    for row in SERVING:
        if provider in row["providers"] and row.get("beside", "") in ("", *words):
            words -= set(row["words"])
    return tuple(sorted(words - VENDORS - NOISE))


SKIPPED = {
    tuple(row["id"].split(" ", 1))
    for row in tomllib.loads(BY_HAND.read_text("utf-8")).get("skip", [])
}
"""Ids whose record in models.dev has another model's name."""

SERVING = tomllib.loads(BY_HAND.read_text("utf-8")).get("serving", [])
"""Words that say how a provider serves a model, decided by hand."""


def ruby() -> Iterator[Label]:
    for name, by_provider in _read("truth/ruby_llm-aliases").items():
        for provider, native_id in by_provider.items():
            yield Label((RUBY.get(provider, provider), native_id), (name,), None)


def models_dev() -> Iterator[Label]:
    listed = _read("truth/models.dev-2026-06-13")
    for word, (provider, row) in naming.by_word(
        naming.packaged(), lambda one: one.models_dev
    ).items():
        for key, record in listed[word]["models"].items() if word in listed else ():
            native_id, day = naming.native_id(row, key), record.get("release_date")
            if (provider, native_id) in SKIPPED:
                continue
            if native_id is not None and day and REAL_DAY.fullmatch(day):
                yield Label(
                    (provider, native_id), bag(provider, record["name"]), date.fromisoformat(day)
                )


def portkey() -> Iterator[Label]:
    """The day of a pin is a word of the name where the source knows several days of it."""
    found = list(_portkey())
    days: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for label, day in found:
        days[label.bag].update(day)
    for label, day in found:
        several = day and len(days[label.bag]) > 1
        yield label._replace(bag=(*label.bag, *day)) if several else label


def _portkey() -> Iterator[tuple[Label, list[str]]]:
    listed = _read("truth/portkey-2026-08-21")["pricing"]
    for word, (provider, row) in naming.by_word(naming.packaged(), lambda one: one.portkey).items():
        for key, record in listed.get(word, {}).items():
            native_id = None if key == "default" else naming.native_id(row, key)
            paid = (record["pricing_config"] or {}).get("pay_as_you_go") or {}
            rates = tuple(
                (paid.get(f"{way}_token") or {}).get("price") for way in ("request", "response")
            )
            if native_id is not None and all(rates):
                day = ["".join(found) for found in DAY.findall(native_id)]
                yield Label((provider, native_id), _id_bag(provider, native_id), rates), day


def openrouter() -> Iterator[Label]:
    for recorded in ("2025-09-03", "2026-08-18"):
        for record in _read(f"recordings/openrouter/{recorded}")["data"]:
            if record.get("hugging_face_id"):
                label = (record["hugging_face_id"].lower(),)
                yield Label(("openrouter", record["id"]), label, None)
                yield Label(("huggingface", record["hugging_face_id"]), label, None)


SOURCES: dict[str, Callable[[], Iterator[Label]]] = {
    "ruby_llm": ruby,
    "models.dev": models_dev,
    "portkey": portkey,
    "openrouter": openrouter,
}


def same(one: Label, other: Label) -> bool | None:
    """Whether two labels name one model; `None` when the source does not say."""
    if one.bag != other.bag:
        more = set(one.bag) ^ set(other.bag)
        held = more in (set(one.bag) - set(other.bag), set(other.bag) - set(one.bag))
        return None if held and not more & VARIANTS else False
    if isinstance(one.beside, date):
        return True if abs((one.beside - other.beside).days) <= 60 else None
    return True if one.beside == other.beside else None


def _id_bag(provider: str, native_id: str) -> tuple[str, ...]:
    """A version at the end of a Bedrock id and the day of a pin are no words of the name."""
    undated = DAY.sub("", native_id.split(":")[0])
    return bag(provider, re.sub(r"-v1$|^@cf/|-maas$", "", undated))


def _read(path: str) -> Any:
    return json.loads(gzip.decompress((SHARED / f"{path}.json.gz").read_bytes()))
