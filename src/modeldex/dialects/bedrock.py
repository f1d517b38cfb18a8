"""Amazon Bedrock's lists of one region: foundation models, and the inference profiles to call them through.

The list of models is the same whoever asks: that a model is listed does not make it callable.
Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListFoundationModels.html,
https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListInferenceProfiles.html
"""

import msgspec

from ..domain.listing import Dialect, Page, Reading, Role, Route
from . import bedrock_models, bedrock_profiles
from .reading import envelope, following, read_list


class Around(msgspec.Struct, rename="camel"):
    next_token: str | None = None
    enable_access_to_all_models_by_default: bool | None = None


def read(page: Page) -> Reading:
    around = envelope(page.body, Around)
    if page.ask.route == "models":
        return read_list(
            page,
            record=bedrock_models.Record,
            claims=lambda one: bedrock_models.claims(
                one, open_to_all=around.enable_access_to_all_models_by_default
            ),
            at=("modelSummaries",),
            unread=bedrock_models.UNREAD,
        )
    follow, cut_short = following(page, "nextToken", around.next_token)
    return read_list(
        page,
        record=bedrock_profiles.Profile,
        claims=bedrock_profiles.claims,
        at=("inferenceProfileSummaries",),
        follow=follow,
        cut_short=cut_short,
        unread=bedrock_profiles.UNREAD,
    )


DIALECT = Dialect(
    name="bedrock",
    routes=(
        Route(name="models", path="foundation-models"),
        Route(
            name="profiles",
            path="inference-profiles",
            params={"maxResults": "1000", "type": "SYSTEM_DEFINED"},
        ),
        Route(
            name="own-profiles",
            path="inference-profiles",
            params={"maxResults": "1000", "type": "APPLICATION"},
            role=Role.ADDS,
        ),
    ),
    read=read,
)
