"""The routes, one file per group."""

from fastapi import APIRouter

from . import (
    admin,
    audit,
    available,
    bases,
    calls,
    catalog_file,
    changes,
    comparing,
    connections,
    exports,
    listings,
    mine,
    models,
    names,
    oidc,
    people,
    picks,
    providers,
    sessions,
    standing,
    tokens,
)

ROUTERS: tuple[APIRouter, ...] = (
    standing.router,
    available.router,
    listings.router,
    models.router,
    bases.router,
    providers.router,
    changes.router,
    names.router,
    comparing.router,
    exports.router,
    catalog_file.router,
    calls.router,
    sessions.router,
    oidc.router,
    connections.router,
    mine.router,
    tokens.router,
    picks.router,
    admin.router,
    people.router,
    audit.router,
)
"""In the order in which an address is looked for."""
