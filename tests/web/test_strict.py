"""Far too many fields are one mistake, and no route takes a document in which they could be more."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError

from modeldex.web.routes import ROUTERS
from modeldex.web.strict import Strict


class Two(Strict):
    one: int
    other: int


def test_a_few_stray_fields_are_each_named() -> None:
    with pytest.raises(ValidationError) as wrong:
        Two.model_validate({"one": 1, "other": 2, "a": 3, "b": 4})
    assert [one["loc"] for one in wrong.value.errors()] == [("a",), ("b",)]


def test_very_many_stray_fields_are_one_mistake() -> None:
    with pytest.raises(ValidationError) as wrong:
        Two.model_validate({str(number): 1 for number in range(100_000)})
    assert [one["type"] for one in wrong.value.errors()] == ["too_many_fields"]


def taken() -> Iterator[tuple[str, Any]]:
    """Every model that a route takes as its body or its query."""
    for route in (route for router in ROUTERS for route in router.routes):
        assert isinstance(route, APIRoute)
        for field in (*route.dependant.body_params, *route.dependant.query_params):
            kind = field.field_info.annotation
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield f"{route.path} {field.name}", kind


def test_every_document_that_a_route_takes_is_strict() -> None:
    found = dict(taken())
    assert len(found) > 8
    assert [name for name, kind in found.items() if not issubclass(kind, Strict)] == []
