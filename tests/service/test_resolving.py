from pathlib import Path

import pytest

from modeldex.domain.catalog import How, Resolution
from modeldex.service.reading import Catalog
from tests.service.shop import Shop, many

pytestmark = pytest.mark.anyio
GOOD = {"context_length": 100_000, "supports_tools": True}
MODELS = {"claude-opus-4-6": GOOD, "claude-opus-4-7": GOOD, "lab/gpt-oss:120b": {}, **many(20)}


@pytest.fixture
async def shop(tmp_path: Path) -> Shop:
    opened = Shop(tmp_path)
    await opened.sells(MODELS)
    return opened


def led(shop: Shop, name: str, *, keyed: bool = True) -> Resolution:
    return Catalog(shop.catalog, {"shop": None} if keyed else {}, shop.now).resolve(name)


async def without(shop: Shop, name: str) -> None:
    """The list without one model for so long that it is removed."""
    left = {one: fields for one, fields in MODELS.items() if one != name}
    for _ in range(14):
        await shop.sells(left, days=3)
    assert f"shop/{name}" in shop.catalog.removed()


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("shop/claude-opus-4-7", How.EXACT),
        ("claude-opus-4-7", How.ALIAS),
        ("Claude Opus 4.7", How.ALIAS),
        ("shop/Claude-Opus-4.7", How.ALIAS),
    ],
)
async def test_a_model_is_found_by_what_people_call_it(shop: Shop, name: str, how: How) -> None:
    found = led(shop, name)
    assert (found.id, found.how) == ("shop/claude-opus-4-7", how)


async def test_a_spelling_with_a_colon_is_found(shop: Shop) -> None:
    assert led(shop, "GPT OSS 120b").id == "shop/lab/gpt-oss:120b"


async def test_a_typing_error_is_a_suggestion_and_no_answer(shop: Shop) -> None:
    found = led(shop, "shop/claude-opsu-4-7")
    assert (found.id, found.how) == ("shop/claude-opsu-4-7", How.PASSED_THROUGH)
    assert found.alternatives[0] == "shop/claude-opus-4-7"


async def test_a_removed_model_leads_to_a_stand_in_with_its_reasons(shop: Shop) -> None:
    await without(shop, "claude-opus-4-6")
    found = led(shop, "shop/claude-opus-4-6")
    assert (found.id, found.how) == ("shop/claude-opus-4-7", How.STAND_IN)
    assert found.chain == ("shop/claude-opus-4-6", "shop/claude-opus-4-7")
    assert "gone" in found.reasons[0]


async def test_the_alias_of_a_removed_model_leads_to_the_stand_in_too(shop: Shop) -> None:
    await without(shop, "claude-opus-4-6")
    found = led(shop, "claude-opus-4-6")
    assert (found.id, found.chain[:2]) == (
        "shop/claude-opus-4-7",
        ("claude-opus-4-6", "shop/claude-opus-4-6"),
    )


async def test_a_stand_in_is_found_without_any_key(shop: Shop) -> None:
    await without(shop, "claude-opus-4-6")
    assert led(shop, "shop/claude-opus-4-6", keyed=False).id == "shop/claude-opus-4-7"


async def test_a_renamed_id_leads_to_the_new_one(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    await shop.sells({f"vendor/name-{at}-chat": {"context_length": 1000 + at} for at in range(12)})
    renamed = {f"v2/name-{at}-chat": {"context_length": 1000 + at} for at in range(12)}
    await shop.sells(renamed, days=1)
    await shop.sells(renamed, accept=True)
    found = led(shop, "shop/vendor/name-3-chat")
    assert (found.id, found.how) == ("shop/v2/name-3-chat", How.REDIRECT)


async def test_an_unknown_name_passes_through_as_it_is(shop: Shop) -> None:
    found = led(shop, "acme/nothing-like-it-zzz")
    assert (found.id, found.how) == ("acme/nothing-like-it-zzz", How.PASSED_THROUGH)
