"""Google Vertex AI's Model Garden, publisher by publisher.

The list holds what is served and what one may deploy oneself, whoever asks. It gives no limits,
no prices and no media, and misses current Gemini models.
Source: https://cloud.google.com/vertex-ai/docs/reference/rest/v1beta1/publishers.models/list
"""

import msgspec

from ..domain.listing import Dialect, Page, Reading, Role, Route
from .reading import envelope, following, read_list
from .vertex_models import UNREAD, Record, claims

PARTNERS = (
    *("anthropic", "deepseek-ai", "meta", "mistralai", "moonshotai", "openai", "qwen"),
    "zai-org",
)


class Around(msgspec.Struct, rename="camel"):
    next_page_token: str | None = None


def read(page: Page) -> Reading:
    around = envelope(page.body, Around)
    if page.body.strip() == b"{}":
        # An empty list is left out altogether.
        return Reading()
    follow, cut_short = following(page, "pageToken", around.next_page_token)
    return read_list(
        page,
        record=Record,
        claims=claims,
        at=("publisherModels",),
        follow=follow,
        cut_short=cut_short,
        unread=UNREAD,
    )


def _route(publisher: str, role: Role = Role.ADDS) -> Route:
    return Route(
        name=publisher,
        path=f"/v1beta1/publishers/{publisher}/models",
        params={"pageSize": "100"},
        role=role,
    )


DIALECT = Dialect(
    name="vertex",
    routes=(_route("google", Role.LISTS), *map(_route, PARTNERS)),
    read=read,
)
