"""The OpenAPI document: FastAPI's, with the shapes of our own documents put in."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from .actors import OPEN
from .problems import ProblemDocument

_REFERENCE = "#/components/schemas/{name}"
_PROBLEM = {
    "application/problem+json": {"schema": {"$ref": _REFERENCE.format(name="ProblemDocument")}}
}
_TEXT_EXAMPLES: Mapping[str, Any] = {}
_NOT_CHANGED = "What If-None-Match names is still so."
_SHAPES: dict[str, Any] = {}
"""Documents that routes answer with, by name."""

_INTRODUCTION = """\
Every model your keys can reach, and what is true about each one. `null` is unknown: never no,
never zero. Every error is a problem document (RFC 9457). Every answer that is read from the catalog
has an `ETag`; send it back as `If-None-Match`."""


def answers(
    *shapes: Any,
    personal: bool = False,
    media: str = "application/json",
    kind: str = "string",
    example: Any = None,
    open: bool = False,
    status: int = 200,
) -> dict[str, Any]:
    """What a route's decorator says of its answers; `shapes` are documents of which one comes, and
    without any it is a `kind` of JSON Schema's types. A `status` of 204 has nothing in it."""
    content: dict[str, Any] = {"schema": {"type": kind}}
    if shapes:
        for shape in shapes:
            _SHAPES[shape.__name__] = shape
        refs = [{"$ref": _REFERENCE.format(name=shape.__name__)} for shape in shapes]
        content = {"schema": refs[0] if len(refs) == 1 else {"anyOf": refs}}
    if example is not None:
        content["example"] = example
    responses: dict[int | str, Any] = {
        status: {"description": "What was asked."}
        | ({} if status == 204 else {"content": {media: content}}),
        "default": {"description": "A problem.", "content": _PROBLEM},
    }
    if not open and status == 200:
        responses[304] = {"description": _NOT_CHANGED}
    return {"responses": responses, "response_model": None}


def describe(app: FastAPI) -> dict[str, Any]:
    """The whole document."""
    said = get_openapi(
        title=app.title,
        version=app.version,
        description=_INTRODUCTION,
        routes=app.routes,
    )
    shapes, components = msgspec.json.schema_components(
        [*_SHAPES.values(), ProblemDocument], ref_template=_REFERENCE
    )
    del shapes
    _mend(components)
    parts = said.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    schemas.update(components)
    parts["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer"},
        "apiKey": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
    }
    said["security"] = [{"bearer": []}, {"apiKey": []}]
    for path, operations in said["paths"].items():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            if path in OPEN:
                operation["security"] = []
    return said


def _mend(components: dict[str, Any]) -> None:
    """What the types do not say: a model may be shown with a choice of its fields."""
    model = components["Model"]
    model["required"] = ["id"]
    model["examples"] = [EXAMPLE]
    _strip(components.values())


def _strip(schemas: Iterable[Any]) -> None:
    """Defaults of our own types are no promise to others."""
    for schema in schemas:
        if isinstance(schema, dict):
            schema.pop("default", None)
            _strip(schema.values())
        elif isinstance(schema, list):
            _strip(schema)


EXAMPLE: Mapping[str, Any] = {
    "id": "groq/openai/gpt-oss-120b",
    "provider": "groq",
    "native_id": "openai/gpt-oss-120b",
    "base": "openai/gpt-oss-120b",
    "kind": "chat",
    "context_window": 131072,
    "max_output": 65536,
    "tools": True,
    "vision": None,
    "price": {"input": "0.15", "output": "0.6", "cache_read": None, "cache_write": None},
    "available": True,
}
"""A model, as far as an example goes."""
