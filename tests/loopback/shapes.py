"""Bodies for routes of which no recording exists, made of a sibling's recording or of nothing.

A shape says in another form what the recording says: what that lacks stays absent, so that nobody
takes a made-up figure for a provider's. Only what the route itself means is added.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec

Shape = Callable[[bytes], bytes]
Record = dict[str, Any]


def _records(body: bytes) -> list[Record]:
    outer = msgspec.json.decode(body)
    listed: list[Record] = outer if isinstance(outer, list) else outer["data"]
    return listed


def cerebras_public(body: bytes) -> bytes:
    """The public catalog, of the list that a key sees."""
    return msgspec.json.encode({"object": "list", "data": _records(body)})


def dashscope_native(body: bytes) -> bytes:
    """The native catalog, of the compatible list."""
    models = [
        {
            "model": record["id"],
            "published_time": f"{datetime.fromtimestamp(record['created'], UTC):%Y-%m-%d %H:%M:%S}",
        }
        for record in _records(body)
    ]
    output = {"total": len(models), "page_no": 1, "page_size": 20, "models": models}
    return msgspec.json.encode(
        {"request_id": "loopback", "code": "", "message": "", "success": True, "output": output}
    )


def fireworks_account(body: bytes) -> bytes:
    """The account's catalog, of the inference list, whose models all are ready and serverless."""
    models = [
        {
            "name": record["id"],
            "state": "READY",
            "supportsServerless": True,
            "public": True,
            **_renamed(
                record,
                kind="kind",
                context_length="contextLength",
                supports_image_input="supportsImageInput",
                supports_tools="supportsTools",
            ),
            **({"conversationConfig": {"style": "jinja"}} if record.get("supports_chat") else {}),
        }
        for record in _records(body)
    ]
    return msgspec.json.encode({"models": models, "totalSize": len(models)})


def _renamed(record: Record, **names: str) -> Record:
    """What a record says, under other names."""
    return {name: record[field] for field, name in names.items() if field in record}


def fireworks_own(body: bytes) -> bytes:
    """A user's own account that holds one model."""
    model = {
        "name": "accounts/loopback/models/own-tuned",
        "displayName": "Own tuned",
        "createTime": "2026-02-01T00:00:00Z",
        "state": "READY",
        "kind": "HF_PEFT_ADDON",
        "contextLength": 32768,
    }
    return msgspec.json.encode({"models": [model], "totalSize": 1})


def together_supported(body: bytes) -> bytes:
    """The curated catalog, of the bare list's chat models."""
    data = [
        {
            "id": f"catalog-{number}",
            "name": record["id"],
            "capabilities": ["CAPABILITY_CHAT"],
            "status": "SUPPORTED_MODEL_STATUS_SUPPORTED",
            "products": ["PRODUCT_SERVERLESS"],
            **_renamed(record, display_name="displayName"),
            **({"contextLength": str(length)} if (length := record.get("context_length")) else {}),
        }
        for number, record in enumerate(_records(body))
        if record.get("type") == "chat"
    ]
    return msgspec.json.encode({"object": "list", "data": data})


def xai_language(body: bytes) -> bytes:
    """The language models, of the list of all kinds."""
    models = [
        {key: value for key, value in record.items() if key != "context_length"}
        for record in _records(body)
        if "completion_text_token_price" in record
    ]
    return msgspec.json.encode({"models": models})


def moonshot(body: bytes) -> bytes:
    """Moonshot's list, of which there is no recording; written from its reference."""
    names = ("kimi-k2-0905-preview", "kimi-k2-thinking", "kimi-latest")
    data = [
        {
            "id": name,
            "object": "model",
            "created": 1757030400,
            "owned_by": "moonshot",
            "context_length": 262144,
            "supports_image_in": name == "kimi-latest",
            "supports_video_in": False,
            "supports_reasoning": name == "kimi-k2-thinking",
        }
        for name in names
    ]
    return msgspec.json.encode({"object": "list", "data": data})


def details(record: Record) -> Record:
    """What Ollama's `/api/show` says about one model of its list: its job, as the name tells it."""
    family = (record.get("details") or {}).get("family")
    return {
        "details": record.get("details"),
        "model_info": {"general.architecture": family} if family else {},
        "capabilities": ["embedding" if "embed" in record["name"] else "completion"],
        "modified_at": record.get("modified_at"),
    }
