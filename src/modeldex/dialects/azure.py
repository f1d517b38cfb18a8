"""Azure OpenAI: what is deployed in a resource, and what may be deployed there.

A call names a deployment, never a model. The catalog (`/openai/v1/models`) lists all that may be
deployed; the deployments come from a preview version of the interface that has no successor with
a key. Where it does not answer, whether a model of the catalog can be called stays unknown.
Source: https://learn.microsoft.com/en-us/rest/api/azureopenai/models/list; of the deployments
public clients
"""

import msgspec

from ..domain.capability import Access
from ..domain.listing import Dialect, Page, Reading, Role, Route
from . import azure_deployments, azure_models
from .reading import read_list

_NOT_DEPLOYED = "it may be deployed, and is not deployed under this name in this resource"
_PERHAPS = "call a deployment of it by its name; Azure did not say which there are"


def read(page: Page) -> Reading:
    if page.ask.route == "deployments":
        return read_list(
            page,
            record=azure_deployments.Deployment,
            claims=azure_deployments.claims,
            unread=azure_deployments.UNREAD,
        )
    access, note = None, _PERHAPS
    if page.ask.route == "deployable":
        access, note = Access.NOT_CALLABLE, _NOT_DEPLOYED
    return read_list(
        page,
        record=azure_models.Record,
        claims=lambda one: msgspec.structs.replace(
            azure_models.claims(one), access=access, access_note=note
        ),
        unread=azure_models.UNREAD,
    )


DIALECT = Dialect(
    name="azure",
    routes=(
        Route(
            name="deployments",
            path="/openai/deployments",
            params={"api-version": "2023-03-15-preview"},
        ),
        Route(name="deployable", path="/openai/v1/models", role=Role.ADDS),
        Route(name="models", path="/openai/v1/models", role=Role.FALLBACK),
    ),
    read=read,
)
