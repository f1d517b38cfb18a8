"""Bodies for routes of which no recording exists, made of a sibling's recording or of nothing."""

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
    data = [
        {
            **record,
            "created": 1735689600,
            "name": record["id"].title(),
            "hugging_face_id": f"cerebras/{record['id']}",
            "pricing": {"prompt": "0.00000025", "completion": "0.00000069"},
            "limits": {"max_context_length": 131072, "max_completion_tokens": 40960},
            "capabilities": {
                "tools": True,
                "structured_outputs": True,
                "json_mode": True,
                "reasoning": True,
                "vision": False,
                "streaming": True,
            },
            "architecture": {"modality": "text"},
            "deprecated": False,
            "preview": False,
        }
        for record in _records(body)
    ]
    return msgspec.json.encode({"object": "list", "data": data})


def dashscope_native(body: bytes) -> bytes:
    """The native catalog, of the compatible list."""
    models = [
        {
            "model": record["id"],
            "name": record["id"],
            "provider": "qwen",
            "capabilities": ["TG"],
            "features": ["function-calling"],
            "published_time": f"{datetime.fromtimestamp(record['created'], UTC):%Y-%m-%d %H:%M:%S}",
            "inference_metadata": {"request_modality": ["Text"], "response_modality": ["Text"]},
            "model_info": {"context_window": 131072, "max_output_tokens": 8192},
            "prices": [
                {
                    "range_name": "Default",
                    "prices": [
                        {"type": "input_token", "price": "0.4", "price_unit": "Per 1M tokens"},
                        {"type": "output_token", "price": "1.2", "price_unit": "Per 1M tokens"},
                    ],
                }
            ],
        }
        for record in _records(body)
    ]
    output = {"total": len(models), "page_no": 1, "page_size": 20, "models": models}
    return msgspec.json.encode(
        {"request_id": "loopback", "code": "", "message": "", "success": True, "output": output}
    )


def fireworks_account(body: bytes) -> bytes:
    """The account's catalog, of the inference list."""
    models = [
        {
            "name": record["id"],
            "displayName": record["id"].rpartition("/")[2],
            "createTime": "2026-01-15T00:00:00Z",
            "state": "READY",
            "kind": record.get("kind"),
            "contextLength": record.get("context_length", 0),
            "supportsImageInput": record.get("supports_image_input", False),
            "supportsTools": record.get("supports_tools", False),
            "supportsServerless": True,
            "conversationConfig": {"style": "jinja"} if record.get("supports_chat") else None,
            "public": True,
        }
        for record in _records(body)
    ]
    return msgspec.json.encode({"models": models, "totalSize": len(models)})


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
            "displayName": record.get("display_name"),
            "contextLength": str(record.get("context_length") or 0),
            "inputModalities": ["MODALITY_TEXT"],
            "outputModalities": ["MODALITY_TEXT"],
            "capabilities": ["CAPABILITY_CHAT"],
            "features": ["FEATURE_TOOL_CALLING"],
            "status": "SUPPORTED_MODEL_STATUS_SUPPORTED",
            "products": ["PRODUCT_SERVERLESS"],
        }
        for number, record in enumerate(_records(body))
        if record.get("type") == "chat"
    ]
    return msgspec.json.encode({"object": "list", "data": data})


def xai_language(body: bytes) -> bytes:
    """The language models, of the list of all kinds."""
    models = [
        {
            **{key: value for key, value in record.items() if key != "context_length"},
            "input_modalities": ["text", "image"],
            "output_modalities": ["text"],
            "version": "1.0.0",
        }
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
    """What Ollama's `/api/show` says about one model of its list."""
    family = (record.get("details") or {}).get("family") or "llama"
    return {
        "details": record.get("details"),
        "model_info": {"general.architecture": family, f"{family}.context_length": 40960},
        "capabilities": ["embedding"] if "embed" in record["name"] else ["completion", "tools"],
        "parameters": "temperature 0.6",
        "modified_at": record.get("modified_at"),
    }
