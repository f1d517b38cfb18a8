"""The OpenAPI document: FastAPI's, with the shapes of our own documents put in."""

import json
from collections.abc import Iterable, Mapping
from importlib.resources import files
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
_NOT_CHANGED = "What If-None-Match names is still so."
_EXAMPLES: dict[str, Any] = {}
"""Examples of routes, by what stands for them until the end: FastAPI leaves nulls out."""
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
        content["example"] = _kept(example)
    responses: dict[int | str, Any] = {
        status: {"description": "What was asked."}
        | ({} if status == 204 else {"content": {media: content}}),
        "default": {"description": "A problem.", "content": _PROBLEM},
    }
    if not open and status == 200:
        responses[304] = {"description": _NOT_CHANGED}
    return {"responses": responses, "response_model": None}


def _kept(example: Any) -> str:
    name = f"urn:modeldex:example:{len(_EXAMPLES)}"
    _EXAMPLES[name] = example
    return name


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
    examples = json.loads(files(__package__).joinpath("examples.json").read_text("utf-8"))
    for path, operations in said["paths"].items():
        for method, operation in operations.items():
            operation["responses"].pop("422", None)
            if method != "get":
                operation["responses"].pop("304", None)
            if path in OPEN:
                operation["security"] = []
            for part in (operation.get("requestBody", {}), *operation["responses"].values()):
                _exemplify(part.get("content", {}), examples)
    return said


def _exemplify(content: dict[str, Any], examples: Mapping[str, Any]) -> None:
    """The document's own example where a route has none; without what FastAPI adds to routes that
    answer with something else."""
    if content.get("application/json", {}).get("schema") == {}:
        del content["application/json"]
    for said in content.values():
        schema = said["schema"]
        first = next(iter(schema.get("anyOf", ())), schema)
        name = first.get("$ref", "").rpartition("/")[2]
        if (kept := str(said.get("example"))) in _EXAMPLES:
            said["example"] = _EXAMPLES[kept]
        elif name in examples and "example" not in said:
            said["example"] = examples[name]


def _mend(components: dict[str, Any]) -> None:
    """What the types do not say: a model may be shown with a choice of its fields."""
    model = components["Model"]
    model["required"] = ["id"]
    _strip(components.values())


def _strip(schemas: Iterable[Any]) -> None:
    """Defaults of our own types are no promise to others."""
    for schema in schemas:
        if isinstance(schema, dict):
            schema.pop("default", None)
            _strip(schema.values())
        elif isinstance(schema, list):
            _strip(schema)
