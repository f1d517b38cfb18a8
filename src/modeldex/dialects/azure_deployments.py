"""One deployment in an Azure OpenAI resource: the name that a call takes.

Source: public clients; the interface is a preview without a successor that takes a key
"""

import msgspec

from ..domain.capability import Access
from ..domain.claims import Claims
from .fields import text, unix_seconds

UNREAD = ("object", "owner", "updated_at", "scale_settings", "sku", "error")


class Deployment(msgspec.Struct):
    id: str
    model: str | None = None
    status: str | None = None
    created_at: float | None = None


def claims(deployment: Deployment) -> Claims:
    ready = deployment.status in (None, "succeeded")
    model = text(deployment.model)
    usual = Access.CALLABLE if model == deployment.id else Access.UNCATALOGUED
    return Claims(
        native_id=deployment.id,
        name=model,
        created=unix_seconds(deployment.created_at),
        aliases=(model,) if model and model != deployment.id else None,
        access=usual if ready else Access.NOT_CALLABLE,
        access_note=None if ready else f"its deployment is {text(deployment.status, 40)}",
    )
