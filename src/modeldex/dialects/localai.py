"""LocalAI's list with capabilities, or the bare one of older servers: ids and nothing else.

Source: https://localai.io/features/openai-functions/, https://github.com/mudler/LocalAI
"""

import msgspec

from ..domain.capability import Kind
from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Role, Route
from .additions import abilities, named
from .fields import modalities, reasoning
from .reading import read_list

_KINDS = (
    ({"chat"}, Kind.CHAT),
    ({"completion"}, Kind.COMPLETION),
    ({"embeddings"}, Kind.EMBEDDING),
    ({"rerank"}, Kind.RERANK),
    ({"transcript"}, Kind.TRANSCRIPTION),
    ({"tts"}, Kind.SPEECH),
    ({"image"}, Kind.IMAGE),
    ({"video"}, Kind.VIDEO),
)


class Record(msgspec.Struct):
    id: str
    capabilities: list[str] | None = None
    input_modalities: list[str] | None = None
    output_modalities: list[str] | None = None


def claims(record: Record) -> Claims:
    able = abilities(record.capabilities or ())
    return Claims(
        native_id=record.id,
        kind=next((kind for words, kind in _KINDS if named(able, words)), None),
        input_modalities=modalities(record.input_modalities),
        output_modalities=modalities(record.output_modalities),
        tools=named(able, {"tools"}),
        vision=named(able, {"vision"}),
        reasoning=reasoning(named(able, {"thinking"})),
    )


def read(page: Page) -> Reading:
    return read_list(page, record=Record, claims=claims, unread=("object", "created", "owned_by"))


DIALECT = Dialect(
    name="localai",
    routes=(
        Route(name="capabilities", path="/v1/models/capabilities"),
        Route(name="models", path="/v1/models", role=Role.FALLBACK),
    ),
    read=read,
)
