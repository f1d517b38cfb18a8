"""SiliconFlow's list: bare records, and once more for every sub type, which alone tells kinds apart.

What is made for sound other than to transcribe it has no sub type of its own.
Source: https://docs.siliconflow.cn/cn/api-reference/models/get-model-list
"""

import msgspec

from ..domain.capability import Kind
from ..domain.listing import Dialect, Page, Reading, Role, Route
from . import openai

_KINDS = {
    "chat": ({"sub_type": "chat"}, Kind.CHAT),
    "embedding": ({"sub_type": "embedding"}, Kind.EMBEDDING),
    "reranker": ({"sub_type": "reranker"}, Kind.RERANK),
    "image": ({"type": "image"}, Kind.IMAGE),
    "transcription": ({"sub_type": "speech-to-text"}, Kind.TRANSCRIPTION),
    "video": ({"type": "video"}, Kind.VIDEO),
}


def read(page: Page) -> Reading:
    """The whole list opens models; each of the others adds the kind of those that it names."""
    reading = openai.read(page)
    if page.ask.route not in _KINDS:
        return reading
    _, kind = _KINDS[page.ask.route]
    claims = tuple(msgspec.structs.replace(claim, kind=kind) for claim in reading.claims)
    return msgspec.structs.replace(reading, claims=claims)


DIALECT = Dialect(
    name="siliconflow",
    routes=(
        Route(name="models", path="models"),
        *(
            Route(name=name, path="models", params=asked, role=Role.ADDS)
            for name, (asked, _) in _KINDS.items()
        ),
    ),
    read=read,
)
