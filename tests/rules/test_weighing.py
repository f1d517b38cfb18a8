from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from modeldex.domain.model import Model
from modeldex.domain.price import Price
from modeldex.domain.shortlist import Benchmark, Bucket, Measured
from modeldex.domain.source import Evidence, Source
from modeldex.rules.weighing import WEIGHTS, middles, predecessors, weigh

DAY = date(2026, 8, 18)
TABLE = Benchmark(
    title="A table",
    buckets=(Bucket.CHAT,),
    zero=20,
    full=100,
    date=DAY,
    link="https://example.org/scores",
    scores={"lab/m": 60, "lab/over": 200, "lab/under": 1},
)


def model(base: str | None = None, id: str = "p/m", **facts: Any) -> Model:
    provider, _, native = id.partition("/")
    return Model(id=id, provider=provider, native_id=native, base=base, lab="lab", **facts)


def priced(into: str, out: str) -> Model:
    return model(price=Price(input=Decimal(into), output=Decimal(out)))


def value(
    name: str, one: Model, bucket: Bucket = Bucket.CHAT, measured: Any = None
) -> float | None:
    found = weigh(one, bucket, (TABLE,), measured).inputs.get(name)
    return None if found is None else round(found.value, 3)


def test_the_weights_make_one() -> None:
    assert sum(WEIGHTS.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("base", "quality"),
    [("lab/m", 0.5), ("lab/over", 1), ("lab/under", 0), ("lab/other", None), (None, None)],
)
def test_quality_is_a_place_on_the_tables_scale(base: str | None, quality: float | None) -> None:
    assert value("quality", model(base)) == quality


def test_a_table_counts_only_for_its_purposes() -> None:
    assert value("quality", model("lab/m"), Bucket.CODING) is None


@pytest.mark.parametrize(
    ("into", "out", "cost"),
    [("0", "0", 1), ("0.05", "0.05", 1), ("50", "50", 0), ("500", "500", 0), ("1", "3", 0.508)],
)
def test_cost_goes_by_its_logarithm(into: str, out: str, cost: float) -> None:
    assert value("cost", priced(into, out)) == cost


@pytest.mark.parametrize(
    "price",
    [None, Price(input=Decimal(1)), Price(input=Decimal(1), output=Decimal(1), varies=True)],
)
def test_a_price_that_is_not_whole_is_no_cost(price: Price | None) -> None:
    assert value("cost", model(price=price)) is None


def test_pictures_cost_by_the_picture() -> None:
    assert value("cost", model(price=Price(image=Decimal("0.05"))), Bucket.IMAGE) == 0.5
    assert value("cost", priced("1", "1"), Bucket.IMAGE) is None


@pytest.mark.parametrize(("latency", "worth"), [(0.1, 1), (0.3, 1), (10, 0), (60, 0), (None, None)])
def test_latency_goes_by_its_logarithm(latency: float | None, worth: float | None) -> None:
    measured = Measured(date=DAY, link="", latency_s=latency)
    assert value("latency", model(), measured=measured) == worth


def test_each_input_says_number_day_and_link() -> None:
    source = Evidence(
        source=Source.API,
        evidence="https://p.example",
        observed_at=datetime(2026, 11, 1, tzinfo=UTC),
    )
    one = model(
        "lab/m", price=Price(input=Decimal("1.50"), output=Decimal(3)), sources={"price": source}
    )
    measured = Measured(date=DAY, link="https://seen.example", reliability=0.995)
    said = {
        name: found.said
        for name, found in weigh(one, Bucket.CHAT, (TABLE,), measured).inputs.items()
    }
    assert said == {
        "quality": "A table 60 (2026-08-18, https://example.org/scores)",
        "reliability": "answered 99.5% of calls (2026-08-18, https://seen.example)",
        "cost": "1.5 USD in and 3 USD out per million tokens (2026-11-01, https://p.example)",
    }


def test_a_missing_input_is_no_zero() -> None:
    found = weigh(model("lab/m"), Bucket.CHAT, (TABLE,), None)
    assert found.score({}) == 0.5
    assert found.score({"cost": 0.5}) == 0.5


def test_without_any_input_there_is_no_score() -> None:
    assert weigh(model(), Bucket.CHAT, (TABLE,), None).score({}) is None


def test_the_middle_is_that_of_the_known_ones() -> None:
    bases = ("lab/m", "lab/over", "lab/under", None)
    assert middles([weigh(model(base), Bucket.CHAT, (TABLE,), None) for base in bases]) == {
        "quality": 0.5
    }


def foretold(*measured: Model, new: Model) -> str | None:
    """The id of the predecessor of `new`."""
    weighed = [weigh(one, Bucket.CHAT, (TABLE,), None) for one in (*measured, new)]
    before = predecessors(weighed)
    return before[new.id].model.id if before else None


@pytest.mark.parametrize(
    ("id", "base", "before"),
    [
        ("p/m-52", None, None),
        ("p/m-52", "lab/m-5.2", "p/m-5.1"),
        ("p/m-6", None, "p/m-5.5"),
        ("p/m-5.3", None, "p/m-5.1"),
    ],
)
def test_a_version_without_its_point_is_not_taken_for_a_newer_one(
    id: str, base: str | None, before: str | None
) -> None:
    measured = [model("lab/m", id=f"p/m-{number}") for number in ("5.1", "5.5", "51")]
    assert foretold(*measured, new=model(base, id=id)) == before


def test_what_is_dated_later_is_no_predecessor() -> None:
    measured = [model("lab/m", id=f"p/m-large-{month}") for month in ("2407", "2512")]
    assert foretold(*measured, new=model(id="p/m-large-2411")) == "p/m-large-2407"


def test_what_was_released_later_is_no_predecessor() -> None:
    later = model("lab/m", id="p/m-large", released=date(2026, 2, 1))
    assert foretold(later, new=model(id="p/m-large-2", released=date(2026, 1, 1))) is None


@pytest.mark.parametrize(
    ("id", "before"),
    [("p/m-opus-6", "p/m-opus-5"), ("p/m-opus-4", None), ("p/m-haiku-6", None)],
)
def test_the_newest_measured_one_of_a_line_is_the_predecessor(id: str, before: str | None) -> None:
    measured = [model("lab/m", id=f"p/m-opus-{number}") for number in ("4-5", "5")]
    new = model(id=id)
    found = predecessors([weigh(one, Bucket.CHAT, (TABLE,), None) for one in (*measured, new)])
    assert {name: one.model.id for name, one in found.items()} == ({id: before} if before else {})
