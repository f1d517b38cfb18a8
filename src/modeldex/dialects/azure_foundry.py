"""Azure AI Foundry: the deployments of one project, page by page.

Source: https://github.com/Azure/azure-sdk-for-python/tree/main/sdk/ai/azure-ai-projects
"""

import msgspec
from msgspec import Raw

from ..domain.capability import Access, Kind
from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Route
from .fields import text
from .reading import envelope, linked_page, read_list

UNREAD = ("type", "modelVersion", "modelPublisher", "sku", "connectionName")
_KINDS = (("chat_completion", Kind.CHAT), ("embeddings", Kind.EMBEDDING))


class Record(msgspec.Struct, rename="camel"):
    name: str
    model_name: str | None = None
    capabilities: dict[str, Raw] | None = None


class Around(msgspec.Struct, rename="camel"):
    next_link: str | None = None


def claims(record: Record) -> Claims:
    model = text(record.model_name)
    same = model == record.name
    return Claims(
        native_id=record.name,
        name=model,
        kind=_kind(record.capabilities or {}),
        aliases=(model,) if model and not same else None,
        access=Access.CALLABLE if same else Access.UNCATALOGUED,
    )


def _kind(able: dict[str, Raw]) -> Kind | None:
    """Flags are sent as text, `"true"`."""
    said = {name for name, value in able.items() if bytes(value).strip(b'"').lower() == b"true"}
    return next((kind for name, kind in _KINDS if name in said), None)


def read(page: Page) -> Reading:
    follow, cut_short = linked_page(page, envelope(page.body, Around).next_link)
    return read_list(
        page,
        record=Record,
        claims=claims,
        at=("value",),
        follow=follow,
        cut_short=cut_short,
        unread=UNREAD,
    )


DIALECT = Dialect(
    name="azure_foundry",
    routes=(Route(name="deployments", path="deployments", params={"api-version": "v1"}),),
    read=read,
)
