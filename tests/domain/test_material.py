import pytest

from modeldex.domain.material import (
    AwsChain,
    AwsKey,
    DatabricksPrincipal,
    EntraApplication,
    GoogleServiceAccount,
    GoogleUser,
    InstanceMetadata,
    Material,
    sealed,
    unsealed,
)

EVERY = [
    AwsKey(access_key_id="AKIA1234", secret_access_key="canary", session_token="canary"),
    AwsChain(profile="work", said=("a=canary",)),
    GoogleUser(client_id="id", client_secret="canary", refresh_token="canary"),
    GoogleServiceAccount(client_email="bot@a.example", private_key="canary"),
    EntraApplication(tenant="t", client_id="id", client_secret="canary"),
    DatabricksPrincipal(client_id="id", client_secret="canary"),
    InstanceMetadata(host="canary"),
]
OF_EVERY = pytest.mark.parametrize("material", EVERY, ids=lambda one: type(one).__name__)


@OF_EVERY
def test_material_comes_out_of_its_secret_as_it_went_in(material: Material) -> None:
    assert unsealed(sealed(material).reveal()) == material


@OF_EVERY
def test_material_shows_nothing_of_itself(material: Material) -> None:
    shown = f"{material!r} {material} {sealed(material)!r} {sealed(material).hint}"
    assert "canary" not in shown


def test_an_aws_key_is_hinted_at_by_its_id() -> None:
    assert sealed(EVERY[0]).hint == "…1234"


@pytest.mark.parametrize("text", ["", "sk-key", "{}", '{"type": "other"}', "[]"])
def test_any_other_secret_is_no_material(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        unsealed(text)
