"""Google's Gemini list: limits, the calls each model answers, and whether it thinks.

The native id is the name without `models/`: what the SDKs and the OpenAI-compatible surface take.
`inputTokenLimit` is the limit of the prompt alone; it is the only figure there is for the context.
A thinking model takes a `thinkingBudget` or a `thinkingLevel`.
Source: https://ai.google.dev/api/models
"""

import msgspec

from ..domain.capability import Kind
from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Route
from .fields import count, has, reasoning, text
from .reading import envelope, following, read_list

UNREAD = (
    "baseModelId",
    "version",
    "description",
    "temperature",
    "maxTemperature",
    "topP",
    "topK",
)
NOT_ONLY_TEXT = (
    "-tts",
    "-image",
    "image-generation",
    "nano-banana",
    "native-audio",
    "-live",
    "lyria",
    "-omni",
)
"""Parts of names whose models answer `generateContent` with pictures, sound or film too."""

_KINDS = (
    (("embedContent", "embedText"), Kind.EMBEDDING),
    (("predict",), Kind.IMAGE),
    (("predictLongRunning",), Kind.VIDEO),
    (("bidiGenerateContent",), Kind.REALTIME),
    (("generateAnswer",), Kind.OTHER),
)


class Record(msgspec.Struct, rename="camel"):
    name: str
    display_name: str | None = None
    input_token_limit: float | None = None
    output_token_limit: float | None = None
    supported_generation_methods: list[str] | None = None
    thinking: bool | None = None


class Paging(msgspec.Struct, rename="camel"):
    next_page_token: str | None = None


def claims(record: Record) -> Claims:
    methods = record.supported_generation_methods
    native_id = record.name.removeprefix("models/")
    return Claims(
        native_id=native_id,
        name=text(record.display_name),
        kind=_kind(native_id, methods),
        context_window=count(record.input_token_limit),
        max_output=count(record.output_token_limit),
        prompt_caching=has(methods, "createCachedContent") or None,
        batch=has(methods, "batchGenerateContent", "asyncBatchEmbedContent"),
        reasoning=reasoning(record.thinking),
    )


def _kind(native_id: str, methods: list[str] | None) -> Kind | None:
    if methods is None:
        return None
    if "generateContent" in methods:
        media = any(part in native_id for part in NOT_ONLY_TEXT)
        return None if media else Kind.CHAT
    return next((kind for calls, kind in _KINDS if has(methods, *calls)), None)


def read(page: Page) -> Reading:
    around = envelope(page.body, Paging)
    follow, cut_short = following(page, "pageToken", around.next_page_token)
    return read_list(
        page,
        record=Record,
        claims=claims,
        at=("models",),
        follow=follow,
        cut_short=cut_short,
        unread=UNREAD,
    )


DIALECT = Dialect(
    name="gemini",
    routes=(Route(name="models", path="/v1beta/models", params={"pageSize": "1000"}),),
    read=read,
)
