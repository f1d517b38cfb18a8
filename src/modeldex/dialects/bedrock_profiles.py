"""One inference profile of Amazon Bedrock: a name under which a model can be called.

Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_InferenceProfileSummary.html
"""

from datetime import datetime

import msgspec

from ..domain.capability import Access
from ..domain.claims import Claims
from .fields import moment, text, unix_seconds

UNREAD = ("description", "inferenceProfileArn", "inferenceProfileId")


class Member(msgspec.Struct, rename="camel"):
    model_arn: str | None = None


class Profile(msgspec.Struct, rename="camel"):
    inference_profile_id: str
    inference_profile_arn: str | None = None
    inference_profile_name: str | None = None
    status: str | None = None
    type: str | None = None
    created_at: float | str | None = None
    updated_at: float | str | None = None
    models: list[Member] | None = None


def claims(profile: Profile) -> Claims:
    """An account's own profile goes by its ARN, one of the system by its id."""
    own = profile.type == "APPLICATION"
    underlying = [
        member.model_arn.rpartition("/")[2]
        for member in profile.models or ()
        if member.model_arn and "/" in member.model_arn
    ]
    active = profile.status in (None, "ACTIVE")
    usual = Access.UNCATALOGUED if own else Access.CALLABLE
    return Claims(
        native_id=(profile.inference_profile_arn if own else None) or profile.inference_profile_id,
        name=text(profile.inference_profile_name),
        created=_moment(profile.created_at),
        aliases=(underlying[0],) if own and underlying else None,
        access=usual if active else Access.NOT_CALLABLE,
        access_note=None if active else f"its status is {text(profile.status, 40)}",
    )


def _moment(said: float | str | None) -> datetime | None:
    return moment(said) if isinstance(said, str) else unix_seconds(said)
