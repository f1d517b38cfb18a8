import pytest

from modeldex.cli import cells

TODAY = "2026-11-20"


@pytest.mark.parametrize(
    ("price_in", "price_out", "document", "shown"),
    [
        (150_000, 600_000, '{"input":"0.15","output":"0.6"}', "$0.15 / $0.60"),
        (3_000_000, None, '{"input":"3"}', "$3.00 / —"),
        (37_500, 1, '{"input":"0.0375"}', "$0.0375 / $0.000001"),
        (0, 0, '{"input":"0","output":"0"}', "free"),
        (0, 0, '{"input":"0","output":"0","image":"0.04"}', "$0 tokens + other"),
        (0, 0, '{"input":"0","output":"0","image":"0"}', "free"),
        (0, 0, '{"input":"0.0000004","output":"0"}', "$0.00 / $0.00"),
        (0, 600_000, '{"input":"0","output":"0.6"}', "$0.00 / $0.60"),
        (0, None, '{"input":"0"}', "free"),
        (0, 0, '{"input":"0","tiers":[{"when":{"batch":true},"input":"1"}]}', "$0 tokens + other"),
        (None, 600_000, '{"input":null,"output":"0.6"}', "— / $0.60"),
        (None, None, '{"input":null,"request":"0.04"}', "billed otherwise"),
        (None, None, '{"input":null,"image":"0"}', "—"),
        (0, 0, '{"input":"0","output":"0","varies":true}', "varies"),
        (None, None, '{"varies":true}', "varies"),
        (None, None, None, "—"),
    ],
)
def test_a_price_is_never_guessed(
    price_in: int | None, price_out: int | None, document: str | None, shown: str
) -> None:
    assert cells.price(price_in, price_out, document) == shown


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (None, "—"),
        (0, "0"),
        (999, "999"),
        (8192, "8.19K"),
        (128_000, "128K"),
        (131_072, "131K"),
        (999_999, "1M"),
        (1_000_000, "1M"),
        (1_048_576, "1.05M"),
        (10_000_000, "10M"),
        (5 * 10**12, "5,000G"),
    ],
)
def test_tokens_keep_three_digits(count: int | None, shown: str) -> None:
    assert cells.tokens(count) == shown


@pytest.mark.parametrize(
    ("lifecycle", "retires_on", "released", "shown"),
    [
        ("active", None, "2026-11-15", "new"),
        ("active", None, "2026-10-15", ""),
        (None, None, None, ""),
        ("deprecated", "2026-12-01", None, "retires 2026-12-01"),
        ("deprecated", "2026-11-01", None, "retired 2026-11-01"),
        ("stale", None, "2026-11-15", "stale"),
    ],
)
def test_a_status_says_what_matters_most(
    lifecycle: str | None, retires_on: str | None, released: str | None, shown: str
) -> None:
    new_since = "2026-11-06"
    assert cells.status(lifecycle, retires_on, released, new_since=new_since, today=TODAY) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"), [(-5, "0 s"), (59, "59 s"), (720, "12 min"), (7300, "2 h"), (2e5, "2 d")]
)
def test_an_age_has_one_unit(seconds: float, shown: str) -> None:
    assert cells.age(seconds) == shown
