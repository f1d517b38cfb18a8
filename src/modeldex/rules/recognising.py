"""What kind of server answers, told by the shapes of its answers and never by its port."""

from collections.abc import Mapping
from typing import Any

import msgspec

from ..domain.listing import Answer

CLUES: tuple[str, ...] = ("/v1/models", "/api/tags", "/api/v0/models", "/api/models", "/info")
"""The addresses whose answers tell servers apart; asking them changes and loads nothing."""

_OWNERS = {
    "vllm": "vllm",
    "sglang": "sglang",
    "llamacpp": "llamacpp",
    "koboldcpp": "koboldcpp",
    "gpustack": "gpustack",
    "jan": "jan",
    "organization_owner": "lmstudio",
}
_LITELLM_CREATED = 1677610602
OPENAI_LIKE = "openai"
"""What a server is that lists models as OpenAI does, and that nothing tells apart."""


def recognised(answers: Mapping[str, Answer]) -> str | None:
    """The id of the provider row that speaks like this server, `openai`, or `None` for no server
    of models. `answers` are by address, those of `CLUES` that came."""
    listed = _json(answers.get("/v1/models"))
    if _is_records(_under(_json(answers.get("/api/v0/models")), "data"), "arch"):
        return "lmstudio"
    if named := _by_list(listed, _json(answers.get("/info"))):
        return named
    tags = _under(_json(answers.get("/api/tags")), "models")
    if tags is not None and (not tags or _is_records(tags, "digest")):
        return "ollama"
    if _refuses_like_litellm(answers.get("/v1/models")):
        return "litellm-proxy"
    if _is_open_webui(answers.get("/api/models")):
        return "open-webui"
    return OPENAI_LIKE if _under(listed, "data") is not None else None


def behind_a_key(answers: Mapping[str, Answer]) -> bool:
    """Whether a list of models is asked for in vain without a key: all that a 401 says, which is
    the same of vLLM, of SGLang and of what is no server of models at all."""
    listed = answers.get("/v1/models")
    return listed is not None and listed.status == 401


def _by_list(listed: Any, info: Any) -> str | None:
    records = _under(listed, "data")
    if records is None:
        return None
    if isinstance(info, dict) and "max_total_tokens" in info and "model_id" in info:
        return "tgi"
    if not records or not all(isinstance(one, dict) for one in records):
        return None
    first = records[0]
    owner = str(first.get("owned_by", "")).lower()
    if owner in _OWNERS:
        return _OWNERS[owner]
    if str(first.get("id", "")).startswith("koboldcpp/"):
        return "koboldcpp"
    if owner == "openai" and first.get("created") == _LITELLM_CREATED:
        return "litellm-proxy"
    if owner == "user" and first.get("created") == 0:
        return "text-generation-webui"
    if all(one.keys() <= {"id", "object"} for one in records):
        return "localai"
    return None


def _refuses_like_litellm(answer: Answer | None) -> bool:
    """A list behind a key: `{"error": {"type": "auth_error", …}}`."""
    said = _said(answer)
    error = said.get("error") if isinstance(said, dict) else None
    return isinstance(error, dict) and error.get("type") == "auth_error"


def _is_open_webui(answer: Answer | None) -> bool:
    said = _said(answer)
    refused = answer is not None and answer.status in (401, 403)
    return refused and isinstance(said, dict) and said.get("detail") in _NOT_SIGNED_IN


_NOT_SIGNED_IN = (
    "Not authenticated",
    "401 Unauthorized",
    "Your session has expired or the token is invalid. Please sign in again.",
)


def _json(answer: Answer | None) -> Any:
    """The body of a 200; `None` for anything else."""
    return _said(answer) if answer is not None and answer.status == 200 else None


def _said(answer: Answer | None) -> Any:
    if answer is None:
        return None
    try:
        return msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, RecursionError):
        return None


def _under(outer: Any, name: str) -> list[Any] | None:
    found = outer.get(name) if isinstance(outer, dict) else None
    return found if isinstance(found, list) else None


def _is_records(records: list[Any] | None, field: str) -> bool:
    return bool(records) and all(isinstance(one, dict) and field in one for one in records or ())
