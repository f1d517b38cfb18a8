"""The table of the providers with paging and manners of their own; `breadth` makes the others.

Paths are as on the provider's own host. Source: the providers' references, state 2026-11-20.
"""

from . import shapes
from .mounting import BEARER, Mount, Served
from .paging import AfterId, Number, Offset, Token
from .refusals import ANTHROPIC_VERSION_MISSING


def _one(path: str, small: str, full: str | None, **more: object) -> Mount:
    return Mount(routes=(Served(path=path, small=small, full=full, **more),))  # type: ignore[arg-type]


_CAMEL = ("pageSize", "pageToken", "nextPageToken")
_SNAKE = ("page_size", "page_token", "next_page_token")
_FIREWORKS = Token(*_CAMEL, default=50, highest=200, total="totalSize")
_XAI = "xai/2026-07-19.llm_db"

MOUNTS: dict[str, Mount] = {
    "anthropic": Mount(
        routes=(
            Served(
                path="/v1/models",
                small="anthropic/models",
                full="anthropic/2026-07-24",
                paging=AfterId(),
            ),
        ),
        key_at=(("x-api-key", ""), BEARER),
        required={"anthropic-version": ANTHROPIC_VERSION_MISSING},
    ),
    "cerebras": Mount(
        routes=(
            Served(path="/v1/models", small="cerebras/models", full="cerebras/2026-05-31"),
            Served(
                path="/public/v1/models",
                small="cerebras/public",
                full="cerebras/2026-05-31",
                shape=shapes.cerebras_public,
                public=True,
            ),
        )
    ),
    "cohere": _one(
        "/v1/models",
        "cohere/models",
        "cohere/2026-05-31",
        at="models",
        id_key="name",
        paging=Token(*_SNAKE, default=20, highest=1000),
    ),
    "dashscope": Mount(
        routes=(
            Served(
                path="/api/v1/models",
                small="dashscope/native",
                full="dashscope-intl/2026-06-22",
                shape=shapes.dashscope_native,
                at="output.models",
                id_key="model",
                paging=Number(),
            ),
            Served(
                path="/compatible-mode/v1/models",
                small="dashscope/compatible",
                full="dashscope-intl/2026-06-22",
            ),
        )
    ),
    "deepseek": Mount(
        routes=(
            Served(path="/models", small="deepseek/models", full="deepseek/2026-05-06"),
            Served(path="/v1/models", small="deepseek/models", full="deepseek/2026-05-06"),
        )
    ),
    "fireworks": Mount(
        routes=(
            Served(
                path="/v1/accounts/fireworks/models",
                small="fireworks/serverless",
                full="fireworks/2026-08-15.modelwatcher-fireworks",
                shape=shapes.fireworks_account,
                at="models",
                id_key="name",
                paging=_FIREWORKS,
            ),
            Served(
                path="/v1/accounts/{account}/models",
                small="fireworks/own",
                tiny=shapes.fireworks_own,
                at="models",
                id_key="name",
                paging=_FIREWORKS,
            ),
            Served(
                path="/inference/v1/models",
                small="fireworks/models",
                full="fireworks/2026-08-15.modelwatcher-fireworks",
            ),
        )
    ),
    "gemini": Mount(
        routes=(
            Served(
                path="/v1beta/models",
                small="gemini/models",
                full="google/2026-07-22",
                at="models",
                id_key="name",
                paging=Token(*_CAMEL, default=50, highest=1000),
            ),
        ),
        key_at=(("x-goog-api-key", ""),),
    ),
    "groq": _one("/openai/v1/models", "groq/models", "groq/2026-06-22"),
    "huggingface": _one(
        "/v1/models", "huggingface/models", "huggingface-router/2025-12-31", public=True
    ),
    "mistral": _one("/v1/models", "mistral/models", "mistral/2026-08-18"),
    "moonshot": _one("/v1/models", "moonshot/models", None, tiny=shapes.moonshot),
    "nebius": _one("/v1/models", "nebius/models", "nebius/2026-02-20"),
    "ollama": Mount(
        routes=(
            Served(
                path="/api/tags",
                small="ollama/tags",
                full="ollama-tags/2025-12-18",
                at="models",
                id_key="name",
                public=True,
            ),
            Served(
                path="/api/show",
                small="ollama/tags",
                full="ollama-tags/2025-12-18",
                at="models",
                id_key="name",
                public=True,
                details=True,
            ),
        )
    ),
    "openai": _one("/v1/models", "openai/models", "openai/2026-07-14"),
    "openrouter": Mount(
        routes=(
            Served(
                path="/api/v1/models",
                small="openrouter/public",
                full="openrouter/2026-08-18",
                paging=Offset("/api/v1/models"),
                public=True,
            ),
            Served(
                path="/api/v1/models/user",
                small="openrouter/public",
                full="openrouter/2026-08-18",
                paging=Offset("/api/v1/models/user"),
            ),
        )
    ),
    "poe": _one("/v1/models", "poe/models", "poe/2026-01-11", public=True),
    "together": Mount(
        routes=(
            Served(path="/v1/models", small="together/models", full="together/2026-08-18", at=""),
            Served(
                path="/v2/supported-models",
                small="together/catalog",
                full="together/2026-08-18",
                shape=shapes.together_supported,
                id_key="name",
                paging=Token("limit", "after", "next_cursor", default=50, highest=100),
            ),
        )
    ),
    "xai": Mount(
        routes=(
            Served(path="/v1/models", small="xai/models", full=_XAI),
            Served(
                path="/v1/language-models",
                small="xai/language-models",
                full=_XAI,
                shape=shapes.xai_language,
                at="models",
            ),
        )
    ),
}
