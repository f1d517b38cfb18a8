"""The wire formats: what to ask and how to read, one file each, and the table of them."""

from importlib import import_module

from ..domain.errors import BadConfig
from ..domain.listing import Dialect

DIALECTS: tuple[str, ...] = (
    "anthropic",
    "cerebras",
    "cohere",
    "dashscope",
    "deepseek",
    "fireworks",
    "gemini",
    "groq",
    "huggingface",
    "mistral",
    "moonshot",
    "nebius",
    "ollama",
    "openai",
    "openrouter",
    "poe",
    "together",
    "xai",
)
"""Every dialect by name; each is the module of that name."""


def dialect(name: str) -> Dialect:
    """The dialect of that name; raises `BadConfig` naming the known ones."""
    if name not in DIALECTS:
        raise BadConfig(f"there is no dialect {name!r}; known are {', '.join(DIALECTS)}")
    found: Dialect = import_module(f".{name}", __name__).DIALECT
    return found
