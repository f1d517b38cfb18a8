"""The page about the service's API: a table of its routes."""

from typing import Any

from fastapi import FastAPI

from modeldex import __version__
from modeldex.web.describing import describe
from modeldex.web.routes import ROUTERS

_ORDER = ("get", "post", "put", "patch", "delete")


def document() -> dict[str, Any]:
    """The OpenAPI document of this version."""
    app = FastAPI(title="modeldex", version=__version__)
    for router in ROUTERS:
        app.include_router(router)
    return describe(app)


def page() -> str:
    """Every route, by what it is about."""
    groups: dict[str, list[str]] = {}
    for path, operations in document()["paths"].items():
        for method in _ORDER:
            if (said := operations.get(method)) is not None:
                group = (said.get("tags") or ["service"])[0]
                row = f"| `{method.upper()} {path}` | {said['summary']} | {_asks(said)} |\n"
                groups.setdefault(group, []).append(row)
    tables = (
        f"## {name.capitalize()}\n\n| route | what it does | parameters |\n| --- | --- | --- |\n"
        + "".join(rows)
        for name, rows in groups.items()
    )
    return (
        "# The API\n\n`modeldex serve` answers at these addresses; its `/openapi.json` has"
        " every shape. Every error is a problem document (RFC 9457), every answer that is"
        " read from the catalog has an `ETag`, and HEAD works wherever GET does.\n\n"
        + "\n".join(tables)
    )


def _asks(operation: dict[str, Any]) -> str:
    named = [f"`{one['name']}`" for one in operation.get("parameters", []) if one["in"] == "query"]
    return ", ".join(named)
