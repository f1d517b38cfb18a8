from collections.abc import Callable
from decimal import Decimal

import pytest

from modeldex.domain.claims import Claims
from modeldex.domain.price import Billing, billing, price_tier
from tests.dialects.recorded import by_id, read, recorded


@pytest.fixture
def found(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("sambanova", small("sambanova/models"), "models"))


def test_an_hour_of_audio_costs_what_the_list_says(found: dict[str, Claims]) -> None:
    price = found["Whisper-Large-v3"].price
    assert price is not None
    assert price.second is not None
    assert round(price.second * 3600, 9) == Decimal("0.1")


def test_what_is_sold_by_the_hour_is_not_free(found: dict[str, Claims]) -> None:
    price = found["Whisper-Large-v3"].price
    assert billing(price) is Billing.OTHERWISE
    assert price_tier(price) is None


def test_tokens_are_priced_as_before(found: dict[str, Claims]) -> None:
    price = found["DeepSeek-R1-0528"].price
    assert price is not None
    assert (price.input, price.output, price.second) == (Decimal(5), Decimal(7), None)


def test_an_hour_for_nothing_leaves_the_tokens_as_they_are() -> None:
    pricing = b'{"prompt":"0","completion":"0","duration_per_hour":"0"}'
    body = b'{"data":[{"id":"m","pricing":%b}]}' % pricing
    price = by_id(read("sambanova", body, "models"))["m"].price
    assert price is not None
    assert (price.input, price.second) == (Decimal(0), None)


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("sambanova"))
def test_the_recorded_hour_is_a_tenth_of_a_dollar(
    recordings: Callable[[str], bytes], path: str
) -> None:
    price = by_id(read("sambanova", recordings(path), "models"))["Whisper-Large-v3"].price
    assert price is not None
    assert round((price.second or Decimal(0)) * 3600, 9) == Decimal("0.1")
