from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.binding import Binding
from modeldex.domain.catalog import How
from modeldex.domain.change import Change, ChangeKind
from modeldex.domain.lifecycle import Lifecycle
from modeldex.domain.memory import Remembered, Thresholds
from modeldex.domain.model import Model
from modeldex.domain.notice import Notice, NoticeKind
from modeldex.domain.source import Source
from modeldex.rules.noticing import Standing, due
from tests.conftest import NOW

DAY = date(2026, 12, 1)
FINE = Standing(None, Remembered(first_seen=NOW, last_seen=NOW))


def life(**known: Any) -> Standing:
    return Standing(None, Remembered(first_seen=NOW, last_seen=NOW, **known))


def model(**known: Any) -> Standing:
    return Standing(
        Model(id="shop/a", provider="shop", native_id="a", sources={}, **known),  # type: ignore[arg-type]
        None,
    )


def bound(program: str = "bot", said: str = "shop/a", id: str = "shop/a") -> Binding:
    return Binding(program=program, said=said, id=id, how=How.EXACT, since=NOW)


def rise(unit: str = "input", before: str = "c1", id: str = "shop/a") -> Change:
    return Change(
        at=NOW,
        id=id,
        kind=ChangeKind.PRICE_RISE,
        field=f"price.{unit}",
        old="1",
        new="2",
        source=Source.API,
        before=before,
        snapshot="l1",
    )


def met(
    standing: Standing, *changes: Change, bindings: tuple[Binding, ...] = (bound(),)
) -> list[Notice]:
    return list(due(bindings, lambda _: standing, changes, Thresholds(), NOW))


@pytest.mark.parametrize(
    ("standing", "says"),
    [
        (
            life(announced_by=Source.API, retires_on=DAY, successor="shop/b"),
            "it is announced to retire on 2026-12-01, and shop/b is to take its place",
        ),
        (life(announced_by=Source.API), "it is announced to retire on a day that is not known"),
        (model(retires_on=DAY), "it is announced to retire on 2026-12-01"),
        (
            model(lifecycle=Lifecycle.DEPRECATED),
            "it is announced to retire on a day that is not known",
        ),
        (life(missing_since=NOW), "its provider lists it no more"),
        (
            life(missing_since=NOW, successor="shop/b"),
            "its provider lists it no more, and shop/b is to take its place",
        ),
        (life(missing_since=NOW, renamed_to="shop/b"), "its provider calls it shop/b now"),
    ],
)
def test_what_happened_is_said(standing: Standing, says: str) -> None:
    assert [one.sentence for one in met(standing)] == [f"bot uses shop/a: {says}"]


@pytest.mark.parametrize(
    "standing",
    [
        FINE,
        Standing(None, None),
        life(retires_on=DAY),
        life(missing_since=NOW, unstable=True),
        model(retires_on=DAY + timedelta(days=999)),
    ],
)
def test_nothing_is_said_where_nothing_is_announced_and_nothing_is_gone(standing: Standing) -> None:
    assert met(standing) == []


def test_the_rises_of_one_step_are_one_notice() -> None:
    found = met(FINE, rise("input"), rise("output"), rise("input", before="c2"))
    assert [one.kind for one in found] == [NoticeKind.DEARER] * 2
    assert found[0].sentence == (
        "bot uses shop/a: input price 1 → 2 USD per million tokens,"
        " output price 1 → 2 USD per million tokens"
    )


def test_other_changes_and_other_models_are_no_notice() -> None:
    missing = Change(**{**{f: getattr(rise(), f) for f in rise().__struct_fields__}, "kind": ChangeKind.MISSING})  # fmt: skip
    assert met(FINE, missing, rise(id="shop/other")) == []


def test_each_program_has_its_own_notice_and_two_names_are_one() -> None:
    bindings = (bound("bot"), bound("bot", said="alias"), bound("site"))
    found = met(life(missing_since=NOW), bindings=bindings)
    assert [one.program for one in found] == ["bot", "site"]


def test_the_name_that_a_program_says_is_in_the_notice() -> None:
    found = met(life(missing_since=NOW), bindings=(bound(said="short"),))
    assert found[0].sentence.startswith("bot uses shop/a (as short): ")


def test_a_moved_day_is_an_event_of_its_own() -> None:
    days = (DAY, DAY + timedelta(days=1))
    keys = {met(life(announced_by=Source.API, retires_on=day))[0].key for day in days}
    assert len(keys) == 2


@given(
    changes=st.lists(
        st.builds(rise, st.sampled_from(["input", "output"]), st.sampled_from(["c1", "c2"]))
    ),
    standing=st.sampled_from([FINE, life(missing_since=NOW), life(announced_by=Source.API)]),
    programs=st.lists(st.sampled_from(["bot", "site"])),
)
def test_no_notice_is_due_twice_and_again_it_has_the_same_key(
    changes: list[Change], standing: Standing, programs: list[str]
) -> None:
    bindings = tuple(bound(program) for program in programs)
    keys = [one.key for one in met(standing, *changes, bindings=bindings)]
    later = due(bindings, lambda _: standing, changes, Thresholds(), NOW + timedelta(days=1))
    assert len(keys) == len(set(keys))
    assert keys == [one.key for one in later]
