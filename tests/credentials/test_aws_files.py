from pathlib import Path

import pytest

from modeldex.credentials.aws_files import Profile, from_environment, profile
from modeldex.domain.material import AwsChain, AwsKey

STATIC = "[default]\naws_access_key_id = AKIAONE\naws_secret_access_key = canary-one\n"


def found(tmp_path: Path, keys: str = "", config: str = "", **environ: str) -> Profile:
    folder = tmp_path / ".aws"
    folder.mkdir()
    for name, text in (("credentials", keys), ("config", config)):
        if text:
            (folder / name).write_text(text)
    return profile({"HOME": str(tmp_path), **environ})


def test_a_key_in_the_environment_is_taken_with_its_session() -> None:
    environ = {
        "AWS_ACCESS_KEY_ID": "AKIA",
        "AWS_SECRET_ACCESS_KEY": "s",
        "AWS_SESSION_TOKEN": "t",
    }
    key = AwsKey(access_key_id="AKIA", secret_access_key="s", session_token="t")
    assert from_environment(environ) == (key, "env:AWS_ACCESS_KEY_ID")


def test_half_a_key_in_the_environment_is_none() -> None:
    assert from_environment({"AWS_ACCESS_KEY_ID": "AKIA"}) is None


def test_a_platforms_role_is_left_to_awss_own_library() -> None:
    environ = {"AWS_ROLE_ARN": "arn:aws:iam::1:role/r", "AWS_WEB_IDENTITY_TOKEN_FILE": "/token"}
    met = from_environment(environ)
    assert met is not None
    assert isinstance(met[0], AwsChain)


def test_the_default_profile_is_read(tmp_path: Path) -> None:
    met = found(tmp_path, STATIC, "[default]\nregion = eu-west-1\n")
    key = AwsKey(access_key_id="AKIAONE", secret_access_key="canary-one")
    assert met == Profile(key, "aws profile default", "eu-west-1")


def test_a_named_profile_is_another_section_in_each_file(tmp_path: Path) -> None:
    keys = STATIC.replace("default", "work").replace("AKIAONE", "AKIATWO")
    met = found(tmp_path, keys, "[profile work]\nregion = us-west-2\n", AWS_PROFILE="work")
    assert isinstance(met.material, AwsKey)
    assert (met.material.access_key_id, met.region) == ("AKIATWO", "us-west-2")


@pytest.mark.parametrize(
    "setting",
    [
        "role_arn = arn:aws:iam::1:role/r\nsource_profile = base",
        "sso_session = acme",
        "credential_process = /bin/make-a-key",
        "sso_start_url = https://acme.awsapps.com/start",
    ],
)
def test_a_profile_of_which_a_key_is_made_is_left_to_awss_own_library(
    tmp_path: Path, setting: str
) -> None:
    met = found(tmp_path, config=f"[default]\n{setting}\n")
    assert isinstance(met.material, AwsChain)
    assert met.material.profile == "default"


def test_a_profile_of_a_region_alone_holds_no_key(tmp_path: Path) -> None:
    assert found(tmp_path, config="[default]\nregion = eu-west-1\n") == Profile(region="eu-west-1")


def test_a_profile_that_is_nowhere_is_told(tmp_path: Path) -> None:
    met = found(tmp_path, STATIC, AWS_PROFILE="missing")
    assert met.material is None
    assert "'missing'" in (met.problem or "")


@pytest.mark.parametrize("text", ["no section", "[default\n", "\x00", "[default]\nkey\n"])
def test_a_file_that_is_no_such_file_holds_no_key(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, text).material is None


def test_without_a_home_there_is_nothing() -> None:
    assert profile({}) == Profile()
