from modeldex.domain.capability import Modality
from modeldex.domain.claims import Claims
from modeldex.knowledge import bases
from modeldex.knowledge.elsewhere import Listings

HOME, HOSTED = "mistral-medium-2508", "mistralai/mistral-medium-2508"


def listings(**said: dict[str, Claims]) -> Listings:
    return Listings({"an origin": said}, bases.packaged())


def names(*native_ids: str) -> dict[str, Claims]:
    return {native_id: Claims(native_id=native_id) for native_id in native_ids}


def test_what_a_provider_says_itself_is_not_said_elsewhere() -> None:
    own = {HOME: Claims(native_id=HOME, tools=False)}
    said = listings(mistral=own, acme={HOSTED: Claims(native_id=HOSTED, tools=True)})
    assert said.others("mistral", HOME, "tools") == (True,)


def test_two_ids_of_one_base_at_one_provider_say_the_same_once() -> None:
    both = ("mistralai/mistral-medium-2508", "mistralai/mistral-medium-3.1")
    acme = {one: Claims(native_id=one, tools=True) for one in both}
    said = listings(mistral=names(HOME), acme=acme)
    assert said.others("mistral", HOME, "tools") == (True,)


def test_a_pdf_at_openrouter_says_nothing_of_the_model() -> None:
    media = (Modality.TEXT, Modality.PDF)
    said = listings(openrouter={HOSTED: Claims(native_id=HOSTED, input_modalities=media)})
    assert said.others("mistral", HOME, "input_modalities") == ()
    said = listings(
        mistral=names(HOME),
        openrouter={HOSTED: Claims(native_id=HOSTED, input_modalities=media)},
    )
    assert said.others("mistral", HOME, "input_modalities") == ((Modality.TEXT,),)


def test_a_moving_name_is_the_newest_dated_one_of_its_line() -> None:
    said = listings(mistral=names("mistral-medium-2505", HOME, "mistral-medium-latest"))
    assert said.newest("mistral", "mistral-medium-latest") == HOME


def test_dates_of_two_shapes_cannot_be_compared() -> None:
    said = listings(mistral=names("mistral-medium-001", HOME))
    assert said.newest("mistral", "mistral-medium-latest") is None


def test_a_dated_name_of_another_provider_is_no_line_here() -> None:
    said = listings(mistral=names("mistral-medium-latest"), acme=names(HOME))
    assert said.newest("mistral", "mistral-medium-latest") is None


def test_a_moving_name_leads_elsewhere_when_its_line_has_no_other_name() -> None:
    said = listings(mistral=names("mistral-code-latest", HOME, "mistral-medium-latest"))
    assert said.leads_elsewhere("mistral", "mistral-code-latest")
    assert not said.leads_elsewhere("mistral", "mistral-medium-latest")


def test_weights_are_resold_when_they_are_closed_and_the_lab_lists_them() -> None:
    closed = {HOME: Claims(native_id=HOME, open_weights=False)}
    assert listings(mistral=closed).resold("mistral", HOME)
    assert not listings(mistral=names(HOME)).resold("mistral", HOME)
    opened = {HOSTED: Claims(native_id=HOSTED, open_weights=True)}
    assert not listings(mistral=closed, huggingface=opened).resold("mistral", HOME)
