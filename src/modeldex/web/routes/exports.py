"""`/api/v1/exports`: the catalog's models in the formats of others."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, NamedTuple, get_args

import msgspec
from fastapi import APIRouter, Path, Query, Request
from pydantic import Field
from starlette.responses import Response

from ...domain.provider import Provider
from ...domain.query import Query as Question
from ...exports.table import FORMATS, export, leaves_out
from ...service.provider_lines import ProviderLine
from ..describing import answers
from ..replying import Here, encoded, reply
from ..theirs import Theirs
from . import asked
from .asked import ORDER, Filters

router = APIRouter(prefix="/api/v1", tags=["exports"])

_Name = Literal["csv", "jsonl", "md", "litellm"]
NAMES: tuple[str, ...] = get_args(_Name)
"""The formats that there is a path for."""
_MOST = 1_000_000
_EXAMPLES = {
    "csv": "id,provider,…\r\ngroq/openai/gpt-oss-120b,groq,…\r\n",
    "jsonl": '{"id":"groq/openai/gpt-oss-120b","provider":"groq"}\n',
    "md": "| Model | Kind |\n| --- | --- |\n| groq/openai/gpt-oss-120b | chat |\n",
    "litellm": {
        "model_list": [
            {
                "model_name": "groq/openai/gpt-oss-120b",
                "litellm_params": {
                    "model": "groq/openai/gpt-oss-120b",
                    "api_key": "os.environ/GROQ_API_KEY",
                },
                "model_info": {"mode": "chat", "input_cost_per_token": 0.00000015},
            }
        ]
    },
}


class ExportFormat(msgspec.Struct, frozen=True, kw_only=True):
    """A format in which models are exported."""

    format: str
    media_type: str
    suffix: str
    """How the names of its files end."""
    description: str
    callable_only: bool
    """Whether only models that the user can call now are in it unless others are asked for."""


class ExportFormats(msgspec.Struct, frozen=True, kw_only=True):
    """Every format."""

    formats: list[ExportFormat]


class Wanted(Filters):
    """Which models."""

    sort: str | None = Field(None, pattern=ORDER, description="As for a list of models.")
    limit: int | None = Field(None, ge=1, le=_MOST, description="At most so many; or all.")
    callable_only: bool | None = Field(
        None, description="Only models that the user can call now; `litellm` has it so by itself."
    )


def _formats() -> ExportFormats:
    return ExportFormats(
        formats=[
            ExportFormat(
                format=row.name,
                media_type=row.media,
                suffix=row.suffix,
                description=row.description,
                callable_only=row.callable_only,
            )
            for row in FORMATS.values()
        ]
    )


def _texts() -> dict[str, Any]:
    """Every media type that comes, each with an example."""
    said = answers(media="text/csv", personal=True)
    said["responses"][200]["content"] = {
        row.media: {
            "schema": {"type": "object" if row.name == "litellm" else "string"},
            "example": _EXAMPLES[row.name],
        }
        for row in FORMATS.values()
    }
    return said


@router.get(
    "/exports",
    summary="Formats of exports",
    **answers(ExportFormats, example=msgspec.to_builtins(_formats())),
)
def formats(request: Request) -> Response:
    """In which formats models can be had."""
    return reply(request, lambda _: encoded(_formats()), keep=True)


@router.get("/exports/{format}", summary="Models in another format", **_texts())
def exported(
    request: Request,
    format: Annotated[_Name, Path(examples=["csv"])],
    params: Annotated[Wanted, Query()],
) -> Response:
    """All models that match a query and all filters, in one text; never a key, only its variable."""
    media = f"{FORMATS[format].media}; charset=utf-8"
    return reply(request, lambda here: _written(here, format, params), personal=True, media=media)


def _written(here: Here, format: str, params: Wanted) -> bytes:
    question = asked.query(params, here.now.date())
    question = here.seen.repaired(msgspec.structs.replace(question, limit=params.limit))
    if here.theirs is not None and leaves_out(format, params.callable_only):
        # Whoever loads an empty configuration loses every model: what is not known is no answer.
        here.theirs.vouch()
    theirs = here.theirs if question.mine else None
    served = here.catalog if theirs is None else _Theirs(here, theirs)
    return export(format, served, question, params.callable_only).text.encode()


class _Theirs(NamedTuple):
    """What one of many users' keys open, as exports read it."""

    here: Here
    theirs: Theirs

    def documents(self, query: Question) -> Iterator[str]:
        places = self.theirs.search(query)
        return self.theirs.documents(places[: query.limit])

    def provider_rows(self) -> dict[str, Provider]:
        return {
            name: row for one in self.here.catalogs() for name, row in one.provider_rows().items()
        }

    def provider_lines(self) -> list[ProviderLine]:
        return self.here.catalog.provider_lines()
