from decimal import Decimal
from typing import Any

import pytest

from modeldex.domain.capability import Kind
from modeldex.domain.claims import Claims
from modeldex.knowledge.datasets.portkey import read

from .datasets_written import DAY, NAMES, portkey


def one(**more: Any) -> Claims:
    [(_, claims)] = read(portkey(**more), NAMES, DAY)
    return claims


def test_cents_per_token_become_usd_per_million() -> None:
    price = one(pay_as_you_go={"request_token": {"price": 0.000125}}).price
    assert price is not None
    assert price.input == Decimal("1.25")


def test_a_zero_for_the_cache_says_nothing() -> None:
    rates = {"request_token": {"price": 0.0003}, "cache_write_input_token": {"price": 0}}
    price = one(pay_as_you_go=rates).price
    assert price is not None
    assert price.cache_write is None


def test_the_batch_price_is_a_tier() -> None:
    price = one(
        pay_as_you_go={"request_token": {"price": 0.0003}},
        batch_config={"request_token": {"price": 0.00015}},
    ).price
    assert price is not None
    assert [(tier.when.batch, tier.input) for tier in price.tiers] == [(True, Decimal("1.5"))]


def test_another_currency_is_no_price() -> None:
    body = portkey(currency="EUR", pay_as_you_go={"request_token": {"price": 0.0003}})
    assert [*read(body, NAMES, DAY)] == []


@pytest.mark.parametrize(
    ("type", "kind"),
    [
        ({"primary": "chat"}, Kind.CHAT),
        ({"primary": "responses"}, Kind.CHAT),
        ("chat", Kind.CHAT),
        ({"primary": "text"}, None),
        ({"primary": "audio"}, None),
    ],
)
def test_the_type_is_the_kind_where_it_holds_one(type: Any, kind: Kind | None) -> None:
    assert one(general={"type": type}).kind is kind


def test_an_ability_that_is_not_listed_is_unknown() -> None:
    claims = one(general={"type": {"primary": "chat", "supported": ["tools"]}})
    assert (claims.tools, claims.vision) == (True, None)


def test_the_default_row_is_no_model() -> None:
    assert [*read(portkey("default", general={"type": "chat"}), NAMES, DAY)] == []
