from modeldex.domain.capability import Kind, Reasoning
from modeldex.domain.claims import Claims
from modeldex.knowledge import bases
from modeldex.knowledge.known import Known
from modeldex.knowledge.lending import lendable

GPT = "openai/gpt-oss-120b"
SERVED = {
    "groq": GPT,
    "openrouter": GPT,
    "nebius": GPT,
    "together": GPT,
}


def listings(*values: Reasoning | None, **more: object) -> dict[str, dict[str, dict[str, Claims]]]:
    """What one origin says of the model at several providers."""
    said = {
        provider: {native: Claims(native_id=native, reasoning=value, **more)}  # type: ignore[arg-type]
        for (provider, native), value in zip(SERVED.items(), values, strict=False)
    }
    return {"an origin": said}


def lent(*values: Reasoning | None, **more: object) -> dict[str, object]:
    found = lendable(listings(*values, **more), bases.packaged()).get(GPT, [])
    return {
        field: value
        for one in found
        for field in ("reasoning", "kind", "tools", "context_window")
        if (value := getattr(one.claims, field)) is not None
    }


def test_what_three_listings_agree_on_is_lent() -> None:
    assert lent(*[Reasoning.CONFIGURABLE] * 3) == {"reasoning": Reasoning.CONFIGURABLE}


def test_two_listings_are_too_few() -> None:
    assert lent(*[Reasoning.CONFIGURABLE] * 2) == {}


def test_listings_that_disagree_lend_nothing() -> None:
    assert lent(Reasoning.CONFIGURABLE, Reasoning.CONFIGURABLE, Reasoning.FIXED) == {}


def test_what_each_provider_decides_for_itself_is_never_lent() -> None:
    said = lent(*[Reasoning.CONFIGURABLE] * 3, tools=True, context_window=131072, kind=Kind.CHAT)
    assert said == {"reasoning": Reasoning.CONFIGURABLE, "kind": Kind.CHAT}


def test_a_listing_that_made_the_majority_is_not_lent_its_own_word() -> None:
    (one,) = lendable(listings(*[Reasoning.CONFIGURABLE] * 3), bases.packaged())[GPT]
    assert set(one.not_to) == {"groq", "openrouter", "nebius"}


def test_what_is_lent_says_so_and_never_overrules() -> None:
    known = Known.packaged()
    stated = Claims(native_id=GPT, reasoning=Reasoning.FIXED)
    guesses = known.guess("groq", GPT, (stated,))
    assert all(
        claims.reasoning is None for evidence, claims in guesses if "base" in evidence.evidence
    )
