"""A line made of facts."""

from decimal import Decimal
from typing import Any

import pytest

from modeldex.domain.price import Price
from modeldex.rules.summary import summary


@pytest.mark.parametrize(
    ("facts", "price", "line"),
    [
        ({}, None, ""),
        ({"kind": "chat"}, None, ""),
        ({"kind": "embedding"}, None, "embedding"),
        ({"context_window": 131072, "max_output": 8192}, None, "131K context · 8.19K output"),
        (
            {},
            Price(input=Decimal("0.15"), output=Decimal("0.6")),
            "$0.15 in, $0.60 out per 1M tokens",
        ),
        ({}, Price(input=Decimal(0), output=Decimal(0)), "free"),
        ({}, Price(varies=True), "price varies"),
        ({}, Price(), ""),
        ({}, Price(image=Decimal("0.04")), "billed otherwise"),
        ({}, Price(input=Decimal(3)), "$3.00 in per 1M tokens"),
        ({"tools": 1, "vision": 0, "reasoning": "fixed"}, None, "tools, reasoning"),
        ({"tools": None, "reasoning": None}, None, ""),
        ({"lifecycle": "deprecated"}, None, "deprecated"),
        ({"lifecycle": "deprecated", "retires_on": "2026-12-01"}, None, "retires 2026-12-01"),
        ({"released": "2026-11-15"}, None, "released 2026-11-15"),
    ],
)
def test_what_is_known_is_told_and_nothing_else(
    facts: dict[str, Any], price: Price | None, line: str
) -> None:
    assert summary(facts, price) == line
