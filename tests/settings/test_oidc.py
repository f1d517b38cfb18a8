from pathlib import Path
from typing import Any

import pytest

from modeldex.domain.errors import BadConfig
from modeldex.settings.config import load
from modeldex.settings.oidc import OidcConfig, oidc

LEAST: dict[str, Any] = {
    "issuer": "https://id.example.com",
    "client_id": "modeldex",
    "allowed_domains": ["example.com"],
}


def read(**said: Any) -> OidcConfig:
    kept = {key: value for key, value in {**LEAST, **said}.items() if value is not None}
    found = oidc(kept, "config.toml")
    assert found is not None
    return found


def test_what_the_table_leaves_out_has_a_default() -> None:
    assert read() == OidcConfig(
        "https://id.example.com", "modeldex", allowed_domains=("example.com",)
    )


def test_without_a_table_there_is_no_provider() -> None:
    assert oidc(None, "config.toml") is None


def test_everything_can_be_said() -> None:
    said = {
        "client_secret": "env:IDP_SECRET",
        "scopes": ["openid", "groups"],
        "allowed_groups": ["people"],
        "groups_claim": "roles",
        "admin_group": "operators",
        "redirect_uri": "https://models.example.com/api/v1/oidc/callback",
        "passwords": False,
    }
    found = read(**said)._asdict()
    assert {key: list(one) if isinstance(one, tuple) else one for key, one in found.items()} == (
        LEAST | said
    )


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"isuer": "https://id.example.com"}, "did you mean 'issuer'"),
        ({"issuer": None}, "issuer is missing"),
        ({"issuer": "http://id.example.com"}, "issuer is to be https"),
        ({"issuer": "https://id.example.com?a=b"}, "issuer is to be https"),
        ({"issuer": "https://user@id.example.com"}, "issuer is to be https"),
        ({"issuer": "https://id.example.com#a"}, "issuer is to be https"),
        ({"issuer": "https://[::1"}, "issuer is to be https"),
        ({"issuer": "http://127.0.0.1.example.com"}, "issuer is to be https"),
        ({"issuer": 7}, "issuer is to be text"),
        ({"client_id": ""}, "client_id is missing"),
        ({"client_secret": "hunter2hunter2"}, "env:NAME"),
        ({"client_secret": "env:"}, "env:NAME"),
        ({"scopes": ["email"]}, "openid among them"),
        ({"scopes": ["openid email"]}, "openid among them"),
        ({"scopes": "openid"}, "list of texts"),
        ({"allowed_domains": None}, "say who may sign in"),
        ({"allowed_domains": []}, "say who may sign in"),
        ({"allowed_domains": [""]}, "list of texts"),
        ({"allowed_domains": ["@example.com"]}, "without @"),
        ({"redirect_uri": "http://models.example.com/api/v1/oidc/callback"}, "redirect_uri"),
        ({"redirect_uri": "https://models.example.com/elsewhere"}, "redirect_uri"),
        ({"passwords": "no"}, "true or false"),
        ({"passwords": False}, "needs admin_group"),
    ],
)
def test_a_mistake_is_told(said: dict[str, Any], why: str) -> None:
    with pytest.raises(BadConfig, match=why) as met:
        read(**said)
    assert "config.toml, [oidc]" in str(met.value)
    assert "hunter2" not in str(met.value)


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:9000", "http://localhost", "http://[::1]:1"])
def test_a_provider_on_this_machine_needs_no_encryption(issuer: str) -> None:
    assert read(issuer=issuer).issuer == issuer


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(BadConfig, match=r"\[oidc\] is to be a table"):
        oidc([LEAST], "config.toml")


def test_only_a_service_for_many_reads_the_table(tmp_path: Path) -> None:
    place = tmp_path / "config.toml"
    place.write_text("[oidc]\nmistake = 1\n")
    assert load(place).oidc == {"mistake": 1}
