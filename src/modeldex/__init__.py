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
    from collections.abc import Iterable
    from pathlib import Path

    from .domain.binding import Binding
    from .domain.catalog import Resolution
    from .domain.errors import ModeldexError
    from .domain.model import Model
    from .domain.outcome import Outcome
    from .domain.price import Price
    from .domain.report import ProviderReport, Report
    from .service.reading import Catalog

__all__ = [
    "Binding",
    "Catalog",
    "Model",
    "ModeldexError",
    "Outcome",
    "Price",
    "ProviderReport",
    "Report",
    "Resolution",
    "__version__",
    "bind",
    "bindings",
    "export",
    "get",
    "list_models",
    "locked",
    "open_catalog",
    "refresh",
    "refresh_async",
    "resolve",
    "unbind",
]

_HOMES = {
    "Binding": "domain.binding",
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
    meet a condition on it. A provider that nobody knows has none, and there is a warning. Never
    raises for want of a network or a key; raises `BadQuery` for a filter or an operator that means
    nothing.
    """
    catalog = open_catalog()
    if found := catalog.find(query, **filters):
        return found
    from warnings import warn

    from .rules.query import no_provider, providers_of

    asked = providers_of(catalog.question(query, filters))
    for said in no_provider(asked, catalog.provider_rows()) if asked else ():
        warn(said, stacklevel=2)
    return found


def get(name: str) -> "Model | None":
    """The model with that id, such as `openai/gpt-5`; `None` when the catalog has none."""
    return open_catalog().get(name)


def resolve(name: str) -> "Resolution":
    """Where a name leads. An unknown name passes through unchanged: the catalog never blocks."""
    return open_catalog().resolve(name)


def export(
    format: str, query: str = "", *, callable_only: bool | None = None, **filters: Any
) -> str:
    """The models that `list_models` gives for the query and the filters, as the text of a format:
    `csv`, `jsonl`, `md`, or `litellm`, the configuration of a LiteLLM proxy.

    `callable_only` leaves out what this user cannot call now; `None`, the default, has it so for
    `litellm` alone. No key is in it, only names of variables. Raises `BadQuery`.
    """
    from .exports.table import export

    catalog = open_catalog()
    asked = catalog.repaired(catalog.question(query, filters))
    return export(format, catalog, asked, callable_only).text


def locked(name: str, file: "str | Path" = "models.lock") -> str:
    """The id to which a lock file holds a name; of one that it does not lock, where it leads now.

    Reads that file and, for a name that is not in it, the catalog. Raises `BadConfig` for a file
    that is wrong; a name that nobody knows is returned as it is.
    """
    from pathlib import Path

    from .service.locking import read

    entry = read(Path(file)).get(name)
    return entry.model if entry is not None else resolve(name).id


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


def bind(program: str, models: "str | Iterable[str]") -> "tuple[Binding, ...]":
    """Register which models a program uses, by ids, aliases or any other names; gives what is kept.

    A bound model is never removed from the catalog, and its program has one notice when its end
    is announced, its provider lists it no more, or it gets dearer: see `Report.notices`. An
    unknown name is kept as it is said, with a warning (`Binding.known` is false). Raises
    `ModeldexError`.
    """
    from warnings import warn

    from . import wiring
    from .service.binding import bind

    bound = bind(wiring.desk().bindings, open_catalog(), program, models, wiring.clock())
    for one in bound:
        if not one.known:
            warn(f"no model is known as {one.said}: it is bound as it stands", stacklevel=2)
    return bound


def unbind(program: str, models: "str | Iterable[str]" = ()) -> "tuple[Binding, ...]":
    """Forget models of a program, all when none is named; gives what was forgotten.

    Raises `ModeldexError` when the program, or a model of it, is not bound.
    """
    from . import wiring
    from .service.binding import unbind

    return unbind(wiring.desk().bindings, open_catalog, program, models)


def bindings(program: str | None = None) -> "tuple[Binding, ...]":
    """What programs have bound, or one of them; empty when nothing is."""
    from . import wiring

    found = wiring.desk().bindings.all()
    return tuple(one for one in found if program in (None, one.program))


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
