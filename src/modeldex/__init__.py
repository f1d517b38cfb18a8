"""Every model your keys can reach, and what is true about each one.

Reading is synchronous, needs no network and opens nothing before the first call:

    import modeldex

    modeldex.list_models(provider="groq", tools=True)
    modeldex.get("openai/gpt-5")
    modeldex.resolve("gpt5")
    modeldex.refresh()
"""

from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
    from .domain.catalog import Resolution
    from .domain.errors import ModeldexError
    from .domain.model import Model
    from .domain.outcome import Outcome
    from .domain.price import Price
    from .domain.report import ProviderReport, Report
    from .service.reading import Catalog

__all__ = [
    "Catalog",
    "Model",
    "ModeldexError",
    "Outcome",
    "Price",
    "ProviderReport",
    "Report",
    "Resolution",
    "__version__",
    "get",
    "list_models",
    "open_catalog",
    "refresh",
    "refresh_async",
    "resolve",
]

_HOMES = {
    "Catalog": "service.reading",
    "Model": "domain.model",
    "ModeldexError": "domain.errors",
    "Outcome": "domain.outcome",
    "Price": "domain.price",
    "ProviderReport": "domain.report",
    "Report": "domain.report",
    "Resolution": "domain.catalog",
}


def open_catalog() -> "Catalog":
    """The catalog in force, for many questions in a row.

    It is one immutable file: what a later refresh publishes is seen by opening it again.
    Raises `ModeldexError` only when not even the packaged catalog can be read.
    """
    from .wiring import open_catalog

    return open_catalog()


def list_models(query: str = "", **filters: Any) -> "list[Model]":
    """The models of the catalog that meet the query and the filters, of every kind.

    `list_models(provider="huggingface", tools=True)`, `list_models("llama context:>=100k")`,
    `list_models(kind="chat", mine=True, limit=20)`. A model whose field is unknown does not
    meet a condition on it. Never raises for want of a network or a key; raises `BadQuery` for
    a filter or an operator that means nothing.
    """
    return open_catalog().find(query, **filters)


def get(name: str) -> "Model | None":
    """The model with that id, such as `openai/gpt-5`; `None` when the catalog has none."""
    return open_catalog().get(name)


def resolve(name: str) -> "Resolution":
    """Where a name leads. An unknown name passes through unchanged: the catalog never blocks."""
    return open_catalog().resolve(name)


def refresh(*providers: str, force: bool = False, offline: bool = False) -> "Report":
    """Ask the providers (all that are due, or the named ones) and publish a new catalog.

    Failures are lines of the report, never exceptions; an unknown provider's name raises
    `UnknownProvider`, a mistake in the configuration `BadConfig`. Works inside a running event
    loop as well, and blocks it: there, await `refresh_async` instead.
    """
    from .wiring import refresh_now

    return refresh_now(only=providers, force=force, offline=offline)


async def refresh_async(*providers: str, force: bool = False, offline: bool = False) -> "Report":
    """As `refresh`, without blocking the event loop."""
    from . import wiring

    return await wiring.refresh_async(only=providers, force=force, offline=offline)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
