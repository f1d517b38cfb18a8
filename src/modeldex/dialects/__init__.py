"""The wire formats: what to ask and how to read, one file each, and the table of them."""

from collections.abc import Callable
from importlib import import_module

import msgspec

from ..domain.errors import BadConfig
from ..domain.listing import OPENING, Dialect, Role, Route, When
from ..domain.provider import Provider

DIALECTS: tuple[str, ...] = (
    "aihubmix",
    "anthropic",
    "azure",
    "azure_foundry",
    "bedrock",
    "bedrock_mantle",
    "cerebras",
    "cloudflare",
    "cloudflare_gateway",
    "cohere",
    "dashscope",
    "databricks",
    "deepinfra",
    "deepseek",
    "fireworks",
    "friendli",
    "gemini",
    "github_copilot",
    "github_models",
    "gmicloud",
    "gpustack",
    "groq",
    "helicone",
    "huggingface",
    "inception",
    "litellm_proxy",
    "llamacpp",
    "lmstudio",
    "localai",
    "mistral",
    "moonshot",
    "nano_gpt",
    "nebius",
    "novita",
    "nscale",
    "ollama",
    "open_webui",
    "openai",
    "openrouter",
    "partner_feed",
    "poe",
    "priced_apart",
    "replicate",
    "sambanova",
    "siliconflow",
    "snowflake",
    "tgi",
    "together",
    "venice",
    "vercel",
    "vertex",
    "volcengine",
    "xai",
)
"""Every dialect by name; each is the module of that name."""


def dialect(name: str) -> Dialect:
    """The dialect of that name; raises `BadConfig` naming the known ones."""
    if name not in DIALECTS:
        raise BadConfig(f"there is no dialect {name!r}; known are {', '.join(DIALECTS)}")
    found: Dialect = import_module(f".{name}", __name__).DIALECT
    return found


def spoken(row: Provider) -> Dialect:
    """The dialect of a provider row, with the path, the parameters, the price unit and the check it states."""
    fixed = dialect(row.dialect)
    made: Callable[[Provider], Dialect] | None
    made = getattr(import_module(f".{row.dialect}", __name__), "spoken", None)
    found = made(row) if made else fixed
    routes = tuple(_as_stated(route, row) for route in found.routes)
    if row.key_check:
        routes += (Route(name="key", path=row.key_check, role=Role.CHECKS, when=When.WITH_KEY),)
    return found if routes == found.routes else msgspec.structs.replace(found, routes=routes)


def _as_stated(route: Route, row: Provider) -> Route:
    if route.role not in OPENING or (row.list_path is None and not row.list_params):
        return route
    return msgspec.structs.replace(
        route, path=row.list_path or route.path, params={**route.params, **row.list_params}
    )
