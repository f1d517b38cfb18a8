"""The routes, one file per group."""

from fastapi import APIRouter

from . import (
    available,
    bases,
    calls,
    catalog_file,
    changes,
    comparing,
    connections,
    listings,
    models,
    names,
    providers,
    sessions,
    standing,
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
    catalog_file.router,
    calls.router,
    sessions.router,
    connections.router,
)
"""In the order in which an address is looked for."""
