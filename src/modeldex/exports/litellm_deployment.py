"""How LiteLLM reaches a model: the name it gives it, the variable of the key, the address.

Source: https://docs.litellm.ai/docs/proxy/configs and https://docs.litellm.ai/docs/providers/openai_compatible
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from ..domain.capability import Kind
from ..domain.provider import Auth, KeyNeed, Provider
from ..rules.litellm_names import Prefix
from .material import Material

SPEAKS_OPENAI = frozenset(
    {"openai", "cloudflare_gateway", "dashscope", "gpustack", "inception", "litellm_proxy",
     "llamacpp", "lmstudio", "localai", "moonshot", "open_webui", "priced_apart", "sambanova",
     "siliconflow", "tgi", "volcengine"}
)  # fmt: skip
"""Dialects of those whose base URL answers OpenAI's `/chat/completions`."""
_OTHERWISE = frozenset({"perplexity-agent"})
"""Lists of OpenAI's shape whose models are called in another way."""
NO_KEY = "none"
"""What stands for the key of a server that wants none: without anything LiteLLM would send it the
value of OPENAI_API_KEY."""
_PLACES: Mapping[str, Mapping[str, str]] = {
    "bedrock": {"aws_region_name": "region"},
    "vertex_ai": {"vertex_project": "project", "vertex_location": "location"},
}
"""LiteLLM's parameters of a cloud, by prefix, each with the gap of our row that is the same."""
_VARIABLE = "os.environ/"


class Directory(NamedTuple):
    """Who can be called, and how LiteLLM and we call them."""

    material: Material
    prefixes: Mapping[str, Prefix]
    packaged: Mapping[str, Provider]
    """The rows as they come with this version."""


def reached(model: Mapping[str, Any], directory: Directory) -> dict[str, str] | None:
    """A deployment's `litellm_params`; `None` when LiteLLM has no way to call the model."""
    row = directory.material.rows.get(model["provider"])
    if row is None or row.retired is not None:
        return None
    prefix = _prefix(row.id, model["kind"], directory.prefixes)
    if prefix is None:
        return _plainly(model, row, directory.material.keys.get(row.id))
    found = {"model": f"{prefix}/{model['native_id']}"}
    if (variable := _variable(row, directory.material.keys.get(row.id))) is not None:
        found["api_key"] = _VARIABLE + variable
    if (address := _address(row, directory.prefixes[prefix], directory.packaged)) is not None:
        if not _clean(address):
            return None
        found["api_base"] = address
    for name, gap in _PLACES.get(prefix, {}).items():
        if names := row.variables.get(gap):
            found[name] = _VARIABLE + names[0]
    return found


def _plainly(model: Mapping[str, Any], row: Provider, place: str | None) -> dict[str, str] | None:
    """By OpenAI's protocol, for a provider that LiteLLM does not know."""
    if row.dialect not in SPEAKS_OPENAI or row.id in _OTHERWISE or not _clean(row.base_url):
        return None
    variable = _variable(row, place)
    return {
        "model": f"openai/{model['native_id']}",
        "api_key": NO_KEY if variable is None else _VARIABLE + variable,
        "api_base": row.base_url,
    }


def _prefix(provider: str, kind: str | None, prefixes: Mapping[str, Prefix]) -> str | None:
    """What LiteLLM puts before the provider's own name of a model of that kind."""
    ours = [name for name, row in prefixes.items() if row.writes and provider in row.providers]
    for name in ours:
        if kind is not None and Kind(kind) in prefixes[name].kinds:
            return name
    return next((name for name in ours if not prefixes[name].kinds), None)


def _variable(row: Provider, place: str | None) -> str | None:
    """The variable from which the proxy is to take the key; `None` when it needs none, or finds
    a cloud's credential by itself."""
    kind, _, name = (place or "").partition(":")
    if kind == "env" and name:
        return name
    if place is None and (row.chain or row.key is KeyNeed.NEVER or row.auth is Auth.NONE):
        return None
    return row.key_env[0] if row.key_env else f"{re.sub('[^A-Z0-9]', '_', row.id.upper())}_API_KEY"


def _address(row: Provider, prefix: Prefix, packaged: Mapping[str, Provider]) -> str | None:
    """Where calls are to go, where LiteLLM would not send them by itself."""
    ordinary = packaged.get(row.id)
    if "{" in row.base_url:
        return _VARIABLE + row.base_url_env[0] if row.base_url_env else None
    moved = ordinary is None or ordinary.base_url != row.base_url
    if moved or row.local or row.id != prefix.providers[0]:
        return row.base_url
    return prefix.calls_at or None


def _clean(address: str) -> bool:
    """Whether an address has no gap, and nothing in it that could be a secret."""
    if address.startswith(_VARIABLE):
        return True
    parts = urlsplit(address)
    return "{" not in address and "@" not in parts.netloc and not (parts.query or parts.fragment)
