"""Small datasets, written for the tests in the shapes of the published ones."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from modeldex.knowledge.editions import Edition
from modeldex.knowledge.naming import Naming

DAY = date(2026, 8, 21)
NAMES = {
    "acme": Naming(
        litellm=("acme_ai",),
        litellm_prefix="acme_ai/",
        models_dev="acme",
        genai_prices="acme",
        portkey="acme-ai",
    )
}


def dumped(content: object) -> bytes:
    return json.dumps(content).encode()


def litellm(key: str = "acme_ai/one", **entry: Any) -> bytes:
    return dumped({key: {"litellm_provider": "acme_ai", "mode": "chat", **entry}})


def models_dev(native_id: str = "one", **record: Any) -> bytes:
    return dumped({"acme": {"models": {native_id: record}}})


def genai_prices(prices: Any, match: Any = None, **record: Any) -> bytes:
    rule = match or {"equals": "one"}
    model = {"id": "one", "match": rule, "prices": prices, **record}
    return dumped([{"id": "acme", "models": [model]}])


def portkey(native_id: str = "one", *, general: Any = None, **priced: Any) -> bytes:
    return dumped(
        {
            "general": {"acme-ai": {"name": "acme", native_id: general} if general else {}},
            "pricing": {"acme-ai": {native_id: {"pricing_config": priced}} if priced else {}},
        }
    )


def edition(name: str, origin: str | None = None, published: date = DAY) -> Edition:
    return Edition(
        name=name,
        file=f"{name}.json.gz",
        version=published.isoformat(),
        published=published,
        licence="MIT",
        holder="nobody",
        link="https://example.org",
        origin=origin or name,
    )


EDITIONS: Mapping[str, Edition] = {
    "litellm": edition("litellm"),
    "models-dev": edition("models-dev"),
    "genai-prices": edition("genai-prices"),
    "portkey": edition("portkey", origin="litellm"),
}
