"""One model of Vertex AI's Model Garden: by which name it is called, and whether it can be at all.

Source: https://cloud.google.com/vertex-ai/docs/reference/rest/v1beta1/publishers.models
"""

from collections.abc import Mapping

import msgspec
from msgspec import Raw

from ..domain.capability import Access, Capability
from ..domain.claims import Claims
from .fields import text

UNREAD = (
    *("versionId", "launchStage", "versionState", "publisherModelTemplate"),
    *("parent", "frameworks"),
)
_BARE = ("google", "anthropic", "mistralai")
"""Publishers whose models are called by the last part of their name."""
_SELF_DEPLOY = frozenset({"deploy", "multiDeployVertex", "deployGke"})
_ON_OWN = "deploy it to an endpoint of your own; it is not served otherwise"
_ASK_FIRST = "access to it has to be requested first"
_ENABLE = "callable once the project has accepted its publisher's terms"


class Record(msgspec.Struct, rename="camel"):
    name: str
    open_source_category: str | None = None
    supported_actions: dict[str, Raw] | None = None


def claims(record: Record) -> Claims:
    _, _, rest = record.name.partition("publishers/")
    publisher, _, name = rest.partition("/models/")
    if not (publisher and name):
        raise ValueError("its name is not publishers/{publisher}/models/{model}")
    access, note = _access(publisher, name, record.supported_actions or {})
    return Claims(
        native_id=name if publisher in _BARE else f"{publisher}/{name}",
        open_weights=_open(text(record.open_source_category)),
        access=access,
        access_note=note,
    )


def _access(
    publisher: str, name: str, actions: Mapping[str, Raw]
) -> tuple[Access | None, str | None]:
    if "requestAccess" in actions:
        return Access.NOT_CALLABLE, _ASK_FIRST
    served = name.endswith("-maas")
    if not served and not _SELF_DEPLOY.isdisjoint(actions):
        return Access.NOT_CALLABLE, _ON_OWN
    if publisher == "google":
        return None, None
    return (Access.CALLABLE, _ENABLE) if served or publisher in _BARE else (None, None)


def _open(category: str | None) -> Capability:
    if category is None or category == "OPEN_SOURCE_CATEGORY_UNSPECIFIED":
        return None
    return category != "PROPRIETARY"
