"""How each provider says no: the answers to a missing key, a wrong key, an unknown address.

Sources: real bodies where some were recorded, else the providers' documentation; `{key}` stands
where a provider repeats the key that it was given, and `{tail}` where it repeats its end.
"""

from typing import Any

import msgspec

from .wire import HTML, Reply, json_reply


class Refusals(msgspec.Struct, frozen=True, kw_only=True):
    """One provider's ways to say no."""

    missing: Reply
    wrong: Reply
    unrouted: Reply
    error_in_200: Reply
    """What it answers with a 200 when it fails inside."""


def repeating(reply: Reply, key: str | None) -> Reply:
    """The reply with the key in it, where the provider does that."""
    said = (key or "").encode()
    body = reply.body.replace(b"{key}", said).replace(b"{tail}", said[-4:])
    return msgspec.structs.replace(reply, body=body)


def _openai(message: str, kind: str = "invalid_request_error", **more: Any) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, **more}}


_FAILED = json_reply(
    200, _openai("The server had an error processing your request", "server_error")
)
_LOST = json_reply(404, _openai("Unknown request URL", code="unknown_url"))
_NOTHING = Reply(status=404, content_type="text/plain")


def _both(status: int, value: Any, unrouted: Reply = _LOST) -> Refusals:
    """A provider that does not tell a missing key from a wrong one."""
    reply = json_reply(status, value)
    return Refusals(missing=reply, wrong=reply, unrouted=unrouted, error_in_200=_FAILED)


def _apart(missing: Reply, wrong: Reply, unrouted: Reply = _LOST) -> Refusals:
    return Refusals(missing=missing, wrong=wrong, unrouted=unrouted, error_in_200=_FAILED)


def _anthropic(status: int, kind: str, message: str) -> Reply:
    said = {"type": kind, "message": message}
    return json_reply(status, {"type": "error", "error": said, "request_id": "req_loopback"})


def _google(status: int, word: str, message: str, reason: str | None = None) -> Reply:
    error: dict[str, Any] = {"code": status, "message": message, "status": word}
    if reason:
        kind = "type.googleapis.com/google.rpc.ErrorInfo"
        error["details"] = [{"@type": kind, "reason": reason, "domain": "googleapis.com"}]
    return json_reply(status, {"error": error})


def _fireworks(message: str) -> Reply:
    said = {"type": "error", "code": "UNAUTHORIZED", "message": message}
    return json_reply(401, {"error": said, "request_id": "loopback"})


ANTHROPIC_VERSION_MISSING = _anthropic(
    400, "invalid_request_error", "anthropic-version: header is required"
)

REFUSALS: dict[str, Refusals] = {
    "openai": _apart(
        json_reply(401, _openai("You didn't provide an API key.", param=None, code=None)),
        json_reply(
            401,
            _openai("Incorrect API key provided: {key}.", param=None, code="invalid_api_key"),
        ),
    ),
    "anthropic": _apart(
        _anthropic(401, "authentication_error", "x-api-key header is required"),
        _anthropic(401, "authentication_error", "invalid x-api-key"),
        _anthropic(404, "not_found_error", "Not Found"),
    ),
    "gemini": _apart(
        _google(403, "PERMISSION_DENIED", "Method doesn't allow unregistered callers."),
        _google(
            400,
            "INVALID_ARGUMENT",
            "API key not valid. Please pass a valid API key.",
            "API_KEY_INVALID",
        ),
        Reply(status=404, content_type=HTML),
    ),
    "mistral": _both(
        401,
        {"detail": "Unauthorized"},
        json_reply(
            404, {"message": "no Route matched with those values", "request_id": "loopback"}
        ),
    ),
    "groq": _both(401, _openai("Invalid API Key", code="invalid_api_key")),
    "together": _apart(
        Reply(status=401, body=b"Missing API key", content_type="text/plain"),
        json_reply(401, {"error": {"message": "Unauthorized"}}),
        Reply(
            status=404,
            body=b"<!DOCTYPE html><html><body>Not found</body></html>",
            content_type=HTML,
        ),
    ),
    "cohere": _apart(
        json_reply(401, {"id": "loopback", "message": "no api key supplied"}),
        json_reply(401, {"id": "loopback", "message": "invalid api token"}),
        json_reply(404, {"id": "loopback", "message": "not found"}),
    ),
    "fireworks": _apart(
        _fireworks("You must provide an API key."),
        _fireworks("The API key you provided is invalid."),
    ),
    "openrouter": _apart(
        json_reply(401, {"error": {"code": 401, "message": "No auth credentials found"}}),
        json_reply(401, {"error": {"code": 401, "message": "User not found."}}),
    ),
    "huggingface": _both(401, {"error": "Invalid username or password."}),
    "ollama": _both(
        401,
        {"error": "unauthorized", "signin_url": "https://ollama.com/connect"},
        Reply(status=404, body=b"404 page not found", content_type="text/plain"),
    ),
    "deepseek": _both(
        401,
        _openai(
            "Authentication Fails, Your api key: ****{tail} is invalid",
            "authentication_error",
            param=None,
            code="invalid_request_error",
        ),
    ),
    "dashscope": Refusals(
        missing=json_reply(
            401,
            {"code": "InvalidApiKey", "message": "No API-key provided.", "request_id": "loopback"},
        ),
        wrong=json_reply(
            401,
            {
                "code": "InvalidApiKey",
                "message": "Invalid API-key provided.",
                "request_id": "loopback",
            },
        ),
        unrouted=_NOTHING,
        error_in_200=json_reply(
            200,
            {
                "code": "InternalError",
                "message": "An internal error has occurred.",
                "success": False,
            },
        ),
    ),
    "moonshot": _both(401, _openai("Invalid Authentication", "invalid_authentication_error")),
    "nebius": _apart(
        json_reply(401, {"detail": "Couldn't authenticate. Reason: token is not present"}),
        json_reply(401, {"detail": "Couldn't authenticate. Reason: token is not valid"}),
        json_reply(404, {"detail": "Not Found"}),
    ),
    "cerebras": _apart(
        json_reply(403, {"detail": "Not authenticated"}),
        json_reply(
            401,
            {
                "message": "Wrong API Key",
                "type": "invalid_request_error",
                "param": "api_key",
                "code": "wrong_api_key",
            },
        ),
        _NOTHING,
    ),
    "poe": _both(401, _openai("Invalid API key provided", code="invalid_api_key")),
    "xai": _apart(
        json_reply(
            401, {"code": "unauthenticated:no-credentials", "error": "No credentials presented."}
        ),
        json_reply(
            400, {"code": "invalid-argument", "error": "Incorrect API key provided: {key}."}
        ),
        _NOTHING,
    ),
}

KEY_REFUSED_IN_200 = json_reply(
    200,
    {"code": "InvalidApiKey", "message": "Invalid API-key provided.", "success": False},
)
"""DashScope also refuses a key inside an answer of 200."""

PLAIN = _both(401, _openai("Incorrect API key provided: {key}.", code="invalid_api_key"))
"""How a provider says no of which nothing else is known."""
