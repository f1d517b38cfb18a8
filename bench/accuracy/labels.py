"""The kinds that recorded type fields and LiteLLM's `mode` state, by provider and native id."""

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

from modeldex.domain.capability import Kind
from modeldex.knowledge import naming
from modeldex.knowledge.datasets import litellm
from modeldex.knowledge.editions import packaged_editions

SHARED = Path(__file__).resolve().parents[3] / "shared"
Record: TypeAlias = dict[str, Any]
Labels: TypeAlias = dict[tuple[str, str], Kind]

TOGETHER = {
    "chat": Kind.CHAT,
    "language": Kind.COMPLETION,
    "code": Kind.COMPLETION,
    "image": Kind.IMAGE,
    "video": Kind.VIDEO,
    "audio": Kind.SPEECH,
    "transcribe": Kind.TRANSCRIPTION,
    "embedding": Kind.EMBEDDING,
    "moderation": Kind.MODERATION,
    "rerank": Kind.RERANK,
}
COHERE = {
    "transcriptions": Kind.TRANSCRIPTION,
    "embed": Kind.EMBEDDING,
    "embed_image": Kind.EMBEDDING,
    "rerank": Kind.RERANK,
}
GOOGLE = {
    "embedContent": Kind.EMBEDDING,
    "predict": Kind.IMAGE,
    "predictLongRunning": Kind.VIDEO,
    "bidiGenerateContent": Kind.REALTIME,
    "generateAnswer": Kind.OTHER,
}
MISTRAL = (
    ("completion_chat", Kind.CHAT),
    ("ocr", Kind.OTHER),
    ("moderation", Kind.MODERATION),
    ("audio_transcription", Kind.TRANSCRIPTION),
    ("audio_transcription_realtime", Kind.TRANSCRIPTION),
    ("audio_speech", Kind.SPEECH),
)
CLOUDFLARE = {
    "Text Generation": Kind.CHAT,
    "Text-to-Image": Kind.IMAGE,
    "Text Embeddings": Kind.EMBEDDING,
    "Automatic Speech Recognition": Kind.TRANSCRIPTION,
    "Text-to-Speech": Kind.SPEECH,
    "Text Classification": Kind.OTHER,
    "Translation": Kind.OTHER,
    "Image Classification": Kind.OTHER,
    "Dumb Pipe": Kind.OTHER,
}


def together(record: Record) -> Kind | None:
    return TOGETHER.get(record["type"])


def mistral(record: Record) -> Kind | None:
    able = record["capabilities"]
    return next((kind for name, kind in MISTRAL if able.get(name)), None)


def cohere(record: Record) -> Kind | None:
    ends = record.get("endpoints") or []
    if "chat" in ends:
        return Kind.CHAT
    return next((COHERE[end] for end in ends if end in COHERE), None)


def google(record: Record) -> Kind | None:
    """`generateContent` is no label: speech and picture models have it too."""
    methods = record["supportedGenerationMethods"]
    if "generateContent" in methods:
        return None
    return next((GOOGLE[method] for method in methods if method in GOOGLE), None)


def modalities(record: Record) -> Kind | None:
    """What comes out; text alone is chat in the lists where this is asked."""
    out = record["architecture"]["output_modalities"]
    return _out(out)


def _out(out: list[str]) -> Kind | None:
    if out == ["text"]:
        return Kind.CHAT
    if "image" in out:
        return Kind.IMAGE
    if "video" in out:
        return Kind.VIDEO
    return Kind.AUDIO if out == ["audio"] else None


def groq(record: Record) -> Kind | None:
    out = record.get("output_modalities")
    return {"speech": Kind.SPEECH, "transcription": Kind.TRANSCRIPTION}.get((out or ["?"])[0])


def fireworks(record: Record) -> Kind | None:
    return Kind.CHAT if record["kind"] != "EMBEDDING_MODEL" and record["supports_chat"] else None


def cloudflare(record: Record) -> Kind | None:
    return CLOUDFLARE.get(record["task"]["name"])


def bedrock(record: Record) -> Kind | None:
    out = [word.lower() for word in record["outputModalities"]]
    return Kind.EMBEDDING if out == ["embedding"] else _out(out) if out != ["text"] else None


def azure(record: Record) -> Kind | None:
    able = record["capabilities"]
    if able.get("embeddings"):
        return Kind.EMBEDDING
    return Kind.CHAT if able.get("chat_completion") else None


def copilot(record: Record) -> Kind | None:
    return {"chat": Kind.CHAT, "embeddings": Kind.EMBEDDING}.get(record["capabilities"]["type"])


def github(record: Record) -> Kind | None:
    out = record["supported_output_modalities"]
    return Kind.EMBEDDING if out == ["embeddings"] else _out(out)


def novita(record: Record) -> Kind | None:
    return Kind.CHAT if record["model_type"] == "chat" else None


def venice(record: Record) -> Kind | None:
    return Kind.CHAT if record["type"] == "text" else None


FIELDS: tuple[tuple[str, str, str, Callable[[Record], Kind | None]], ...] = (
    ("together", "together/2025-08-22", "id", together),
    ("together", "together/2026-08-18", "id", together),
    ("mistral", "mistral/2025-08-30", "id", mistral),
    ("mistral", "mistral/2026-08-18", "id", mistral),
    ("cohere", "cohere/2025-08-08", "name", cohere),
    ("cohere", "cohere/2026-05-31", "name", cohere),
    ("gemini", "google/2025-08-23", "name", google),
    ("gemini", "google/2025-12-30", "name", google),
    ("gemini", "google/2026-07-22", "name", google),
    ("openrouter", "openrouter/2025-09-03", "id", modalities),
    ("openrouter", "openrouter/2026-08-18", "id", modalities),
    ("huggingface", "huggingface-router/2025-12-31", "id", modalities),
    ("poe", "poe/2026-01-11", "id", modalities),
    ("groq", "groq/2026-06-22", "id", groq),
    ("fireworks", "fireworks/2026-08-15.modelwatcher-fireworks", "id", fireworks),
    ("cloudflare-workers-ai", "cloudflare-workers-ai/2026-05-31", "name", cloudflare),
    ("amazon-bedrock", "bedrock/2026-02-10", "modelId", bedrock),
    ("azure", "azure-openai-v1/2026-02-10", "id", azure),
    ("github-copilot", "github-copilot/2025-04-14", "id", copilot),
    ("github-models", "github-models/2026-06-05.modelwatcher-github-models", "id", github),
    ("novita-ai", "novita/2025-07-25", "id", novita),
    ("venice", "venice/2026-03-03", "id", venice),
)


def recorded_labels() -> Labels:
    """What the providers' own type fields say; the newest recording of an id counts."""
    labels: Labels = {}
    for provider, path, id_field, kind_of in FIELDS:
        for record in _records(path):
            kind = kind_of(record)
            if kind is not None:
                labels[provider, record[id_field].removeprefix("models/")] = kind
    return labels


def mapped_labels() -> Labels:
    """What LiteLLM's `mode` says of the ids of our providers."""
    published = packaged_editions()["litellm"].published
    said = litellm.read(_map_body(), naming.packaged(), published)
    return {
        (provider, claims.native_id): claims.kind
        for provider, claims in said
        if claims.kind is not None
    }


def unseen_labels() -> Labels:
    """LiteLLM's `mode` for the providers that we have no name for, and no pattern was written for."""
    named = {word for naming_ in naming.packaged().values() for word in naming_.litellm}
    entries = json.loads(_map_body())
    return {
        (entry["litellm_provider"], key.split("/", 1)[-1]): litellm.KINDS[entry["mode"]]
        for key, entry in entries.items()
        if entry.get("litellm_provider") not in named and entry.get("mode") in litellm.KINDS
    }


def _map_body() -> bytes:
    edition = packaged_editions()["litellm"]
    return gzip.decompress((SHARED / "truth" / edition.file).read_bytes())


def _records(path: str) -> Iterator[Record]:
    body = json.loads(gzip.decompress((SHARED / "recordings" / f"{path}.json.gz").read_bytes()))
    if isinstance(body, dict):
        body = next(
            body[key] for key in ("data", "models", "result", "modelSummaries") if key in body
        )
    yield from body
