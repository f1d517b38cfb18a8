"""The routes, one file per group."""

from fastapi import APIRouter

from . import (
    available,
    bases,
    catalog_file,
    changes,
    comparing,
    listings,
    models,
    names,
    providers,
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
)
"""In the order in which an address is looked for."""
