import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.listing import Ask, Page
from modeldex.domain.source import UNIT_UNKNOWN
from modeldex.rules.unpriced import unpriced
from tests.conftest import NOW

URL = "https://own.example/v1/models"


def page(body: bytes) -> Page:
    ask = Ask(route="models", path="models")
    return Page(ask=ask, body=body, url=URL, fetched_at=NOW)


def raw(**fields: Any) -> Any:
    body = json.dumps({"data": [{"id": "m", **fields}]}).encode()
    found = unpriced([page(body)])
    return found["m"].value if found else None


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"pricing": {"prompt": "0.50"}}, {"pricing.prompt": "0.50"}),
        ({"pricing": {"a": {"b": 1}}}, {"pricing.a.b": "1"}),
        ({"input_price": "$3 / 1M"}, {"input_price": "$3 / 1M"}),
        ({"inputPrice": 3, "cost-per-token": 4}, {"inputPrice": "3", "cost-per-token": "4"}),
        ({"pricing": {"prompt": None, "tier": "low"}}, None),
        ({"costume": "1", "context_length": 5, "apricot": 2}, None),
    ],
)
def test_what_is_called_a_price_and_has_an_amount_is_kept_by_its_name(
    fields: dict[str, Any], kept: dict[str, str] | None
) -> None:
    assert raw(**fields) == kept


def test_digits_stay_as_they_stand() -> None:
    body = b'{"data": [{"id": "m", "price": 0.10000000000000000001000}]}'
    assert unpriced([page(body)])["m"].value == {"price": "0.10000000000000000001000"}


def test_it_is_said_who_says_so_and_why_it_is_no_price() -> None:
    kept = unpriced([page(b'[{"id": "m", "price": 1}]')])["m"]
    assert (kept.field, kept.evidence.evidence, kept.evidence.observed_at) == ("price", URL, NOW)
    assert kept.reason.startswith(UNIT_UNKNOWN)


def test_a_record_that_names_a_thousand_prices_keeps_a_few() -> None:
    assert len(raw(pricing={f"of_{n}": n for n in range(1000)})) == 20


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["data", "models", "id", "price"]), inner)
        ),
    )
)
def test_no_json_of_a_stranger_raises(value: Any) -> None:
    unpriced([page(json.dumps({"pricing": 1, "data": value}).encode())])
    unpriced([page(json.dumps(value).encode())])


@given(body=st.binary(max_size=60))
def test_no_bytes_of_a_stranger_raise(body: bytes) -> None:
    unpriced([page(b'{"data":[{"price":' + body)])
