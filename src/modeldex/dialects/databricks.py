"""Databricks: the serving endpoints of a workspace, and the foundation models among them.

Source: https://docs.databricks.com/api/workspace/servingendpoints/list
"""

from ..domain.listing import Dialect, Page, Reading, Role, Route
from .databricks_endpoints import UNREAD, Record, claims
from .reading import read_list


def read(page: Page) -> Reading:
    return read_list(page, record=Record, claims=claims, at=("endpoints",), unread=UNREAD)


DIALECT = Dialect(
    name="databricks",
    routes=(
        Route(name="endpoints", path="/api/2.0/serving-endpoints"),
        Route(
            name="foundation",
            path="/api/2.0/serving-endpoints:foundation-models",
            role=Role.ADDS,
        ),
    ),
    read=read,
)
