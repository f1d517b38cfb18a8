from modeldex.domain.capability import Kind, Modality, Reasoning
from modeldex.domain.claims import Claims
from modeldex.knowledge import bases
from modeldex.knowledge.elsewhere import Listings
from modeldex.knowledge.known import Known
from modeldex.knowledge.lending import lendable
from modeldex.knowledge.packfile import PackedLent

GPT = "openai/gpt-oss-120b"
SERVED = {
    "groq": GPT,
    "openrouter": GPT,
    "nebius": GPT,
    "together": GPT,
}


def listings(*values: Reasoning | None, **more: object) -> Listings:
    """What one origin says of the model at several providers."""
    said = {
        provider: {native: Claims(native_id=native, reasoning=value, **more)}  # type: ignore[arg-type]
        for (provider, native), value in zip(SERVED.items(), values, strict=False)
    }
    return Listings({"an origin": said}, bases.packaged())


def lent(*values: Reasoning | None, **more: object) -> dict[str, object]:
    found = lendable(listings(*values, **more)).get(GPT, [])
    return {
        field: value
        for one in found
        if not one.only_to
        for field in ("reasoning", "kind", "tools", "context_window")
        if (value := getattr(one.claims, field)) is not None
    }


def test_what_three_listings_agree_on_is_lent() -> None:
    assert lent(*[Reasoning.CONFIGURABLE] * 3) == {"reasoning": Reasoning.CONFIGURABLE}


def test_two_listings_are_too_few() -> None:
    assert lent(*[Reasoning.CONFIGURABLE] * 2) == {}


def test_listings_that_disagree_lend_nothing() -> None:
    assert lent(Reasoning.CONFIGURABLE, Reasoning.CONFIGURABLE, Reasoning.FIXED) == {}


def test_what_each_provider_decides_for_itself_is_lent_to_no_other_host() -> None:
    said = lent(*[Reasoning.CONFIGURABLE] * 3, tools=True, context_window=131072, kind=Kind.CHAT)
    assert said == {"reasoning": Reasoning.CONFIGURABLE, "kind": Kind.CHAT}


def test_a_listing_that_made_the_majority_is_not_lent_its_own_word() -> None:
    (one,) = lendable(listings(*[Reasoning.CONFIGURABLE] * 3))[GPT]
    assert set(one.not_to) == {"groq", "openrouter", "nebius"}


def test_what_is_lent_says_so_and_never_overrules() -> None:
    known = Known.packaged()
    stated = Claims(native_id=GPT, reasoning=Reasoning.FIXED)
    guesses = known.guess("groq", GPT, (stated,))
    assert all(
        claims.reasoning is None for evidence, claims in guesses if "base" in evidence.evidence
    )


MEDIUM = "mistral/mistral-medium-2508"
SEES = (Modality.TEXT, Modality.IMAGE)


def at_home(*media: tuple[Modality, ...], **more: object) -> dict[str, PackedLent]:
    """What Mistral's own provider is lent, by field, when hosts say that of one of its models."""
    hosts = {
        f"host-{at}": {MEDIUM: Claims(native_id=MEDIUM, input_modalities=one, **more)}  # type: ignore[arg-type]
        for at, one in enumerate(media)
    }
    found = lendable(Listings({"an origin": hosts}, bases.packaged())).get(MEDIUM, [])
    fields = ("input_modalities", "tools", "structured_output", "max_output", "context_window")
    return {
        field: one
        for one in found
        for field in fields
        if getattr(one.claims, field) is not None and one.only_to == ("mistral",)
    }


def test_a_labs_own_provider_is_lent_what_hosts_say_of_its_model() -> None:
    lent = at_home(SEES, SEES, SEES, tools=True, max_output=8192)
    assert set(lent) == {"input_modalities", "tools", "max_output"}


def test_a_context_is_lent_to_nobody() -> None:
    assert "context_window" not in at_home(SEES, SEES, SEES, context_window=131072)


def test_two_of_three_hosts_are_enough_for_a_labs_own_provider() -> None:
    lent = at_home(SEES, SEES, (Modality.TEXT,))
    assert lent["input_modalities"].claims.input_modalities == SEES


def test_media_are_not_lent_when_a_host_states_more_than_the_others() -> None:
    assert at_home(SEES, SEES, SEES, (*SEES, Modality.AUDIO)) == {}


def test_what_a_labs_own_provider_is_lent_reaches_it_and_no_host() -> None:
    known, base = Known.packaged(), "mistral/mistral-medium-2604"
    home, host = ({one.field for one in known.lent(where, base)} for where in ("mistral", "acme"))
    assert "tools" in home
    assert "tools" not in host
