"""What callers say of which every word is to mean something: bodies, and queries with many parameters."""

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

_STRAY = 8
"""So many fields that nobody asked for are named; to name each of very many would take long."""


class Strict(BaseModel):
    """A document or a query that has no other fields than its own."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _has_few(cls, said: Any) -> Any:
        if isinstance(said, dict) and len(said) > len(cls.model_fields) + _STRAY:
            raise PydanticCustomError("too_many_fields", "has far too many fields")
        return said
