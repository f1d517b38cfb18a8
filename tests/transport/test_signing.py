import logging
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import msgspec
import pytest

from modeldex.domain.connection import Connection
from modeldex.domain.listing import Ask
from modeldex.domain.material import AwsChain, AwsKey, InstanceMetadata, Material, sealed
from modeldex.domain.outcome import Outcome, Verdict
from modeldex.domain.provider import Auth
from modeldex.transport.client import open_transport
from modeldex.transport.limits import Limits
from modeldex.transport.signing import region, usable_key
from tests.transport.cloud import AWS_KEY_ID, AWS_SECRET, cloud, said, signature
from tests.transport.servers import connection

LIST = Ask(route="p", path="inference-profiles", params={"type": "SYSTEM_DEFINED", "a": "x/+= y"})
KEY = AwsKey(access_key_id=AWS_KEY_ID, secret_access_key=AWS_SECRET)
SESSION = msgspec.structs.replace(KEY, session_token="canary-session-token")
ONCE = Limits(attempts=1)


def signing(url: str, material: Material = KEY, **row: Any) -> Connection:
    return msgspec.structs.replace(
        connection(url, **row),
        secret=sealed(material),
        proof=Auth.AWS,
        variables={"region": "eu-west-1"},
    )


async def asked(target: Connection, ask: Ask = LIST) -> None:
    async with open_transport(ONCE) as transport:
        await transport.fetch(target, ask)


@pytest.mark.anyio
@pytest.mark.parametrize("key", [KEY, SESSION], ids=["lasting", "temporary"])
async def test_a_request_is_signed_with_the_key(key: AwsKey) -> None:
    async with cloud({"/inference-profiles": {}}) as server:
        await asked(signing(server.url, key))
    (request,) = server.requests
    assert said(request).signature == signature(request, AWS_SECRET)
    assert said(request)[:4:3] == (AWS_KEY_ID, "bedrock")
    assert said(request).region == "eu-west-1"


@pytest.mark.anyio
async def test_host_time_and_session_are_signed_too() -> None:
    async with cloud({"/inference-profiles": {}}) as server:
        await asked(signing(server.url, SESSION))
    headers = said(server.requests[0]).headers
    assert {"host", "x-amz-date", "x-amz-security-token"} <= set(headers)


@pytest.mark.anyio
async def test_a_body_is_signed_too() -> None:
    async with cloud({"/inference-profiles": {}}) as server:
        await asked(signing(server.url), msgspec.structs.replace(LIST, json='{"a": 1}'))
    (request,) = server.requests
    assert (request.method, request.body) == ("POST", b'{"a": 1}')
    assert said(request).signature == signature(request, AWS_SECRET)


@pytest.mark.anyio
async def test_the_row_says_for_which_service() -> None:
    async with cloud({"/inference-profiles": {}}) as server:
        await asked(signing(server.url, scope="bedrock-mantle"))
    assert said(server.requests[0]).service == "bedrock-mantle"


@pytest.mark.anyio
async def test_the_secret_is_in_no_request_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with cloud({"/inference-profiles": {}}) as server:
        await asked(signing(server.url, SESSION))
    assert AWS_SECRET not in str(server.requests)
    assert not any(text in caplog.text for text in (AWS_SECRET, "canary-session-token"))


@pytest.mark.anyio
async def test_no_failure_shows_the_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(Verdict) as met:
        await asked(signing("http://127.0.0.1:1", SESSION))
    trace = traceback.TracebackException.from_exception(met.value, capture_locals=True)
    shown = "".join([*trace.format(), caplog.text])
    assert not any(text in shown for text in (AWS_SECRET, "canary-session-token"))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://bedrock.us-east-1.amazonaws.com/foundation-models", "us-east-1"),
        ("https://bedrock.us-gov-west-1.amazonaws.com/foundation-models", "us-gov-west-1"),
        ("https://bedrock.cn-north-1.amazonaws.com.cn/foundation-models", "cn-north-1"),
        ("https://bedrock-mantle.ap-southeast-2.api.aws/v1/models", "ap-southeast-2"),
        ("https://bedrock.eusc-de-east-1.amazonaws.eu/foundation-models", "eusc-de-east-1"),
        ("https://proxy.example/us-east-1.x/", "eu-west-1"),
    ],
)
def test_the_region_is_the_addresss_own(url: str, expected: str) -> None:
    assert region({"region": "eu-west-1"}, url) == expected


def test_without_a_region_nothing_is_signed() -> None:
    with pytest.raises(Verdict, match="set AWS_REGION") as met:
        region({}, "https://proxy.example/")
    assert met.value.outcome is Outcome.NO_KEY


@pytest.mark.anyio
async def test_without_the_library_the_way_to_get_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(Verdict, match=r"pip install 'modeldex\[aws\]'") as met:
        await usable_key(KEY)
    assert met.value.outcome is Outcome.NO_KEY


@pytest.mark.anyio
async def test_a_program_named_by_a_profile_makes_the_key(tmp_path: Path) -> None:
    made = f'{{"Version": 1, "AccessKeyId": "{AWS_KEY_ID}", "SecretAccessKey": "{AWS_SECRET}"}}'
    (tmp_path / "key.json").write_text(made)
    config = tmp_path / "config"
    code = f"print(open('{tmp_path}/key.json').read())"
    config.write_text(f'[default]\ncredential_process = {sys.executable} -c "{code}"\n')
    material = AwsChain(profile="default", config_file=str(config))
    assert await usable_key(material) == KEY


@pytest.mark.anyio
async def test_a_profile_that_makes_no_key_is_told_without_details(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("[default]\ncredential_process = /nonexistent/canary\n")
    material = AwsChain(profile="default", config_file=str(config))
    with pytest.raises(Verdict) as met:
        await usable_key(material)
    assert met.value.outcome is Outcome.KEY_REJECTED
    assert "canary" not in met.value.message


@pytest.mark.anyio
async def test_a_profile_that_hangs_costs_the_connections_own_deadline(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("[default]\ncredential_process = sleep 6\n")
    target = signing("http://127.0.0.1:1", AwsChain(profile="default", config_file=str(config)))
    began = time.monotonic()
    async with open_transport(Limits(attempts=1, attempt_s=1)) as transport:
        with pytest.raises(Verdict) as met:
            await transport.fetch(target, LIST)
    assert met.value.outcome is Outcome.TIMEOUT
    assert time.monotonic() - began < 5


METADATA = "/latest/meta-data/iam/security-credentials/"
MACHINE = {
    "/latest/api/token": b"token",
    METADATA: b"role",
    f"{METADATA}role": {
        "Code": "Success",
        "AccessKeyId": AWS_KEY_ID,
        "SecretAccessKey": AWS_SECRET,
        "Token": "t",
        "Expiration": "2126-11-20T00:00:00Z",
    },
}


@pytest.mark.anyio
async def test_a_machines_metadata_gives_the_key_when_it_is_asked() -> None:
    async with cloud(MACHINE) as server:
        key = await usable_key(InstanceMetadata(host=server.url))
    assert (key.access_key_id, key.session_token) == (AWS_KEY_ID, "t")
    assert server.requests


@pytest.mark.anyio
@pytest.mark.parametrize(
    "settings",
    [
        "",
        "region = us-east-1",
        "role_arn = arn:aws:iam::1:role/r\ncredential_source = Ec2InstanceMetadata",
    ],
)
async def test_a_machines_metadata_is_never_asked_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: str
) -> None:
    config = tmp_path / "config"
    config.write_text(f"[default]\n{settings}\n")
    async with cloud(MACHINE) as server:
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.url)
        with pytest.raises(Verdict):
            await usable_key(AwsChain(profile="default", config_file=str(config)))
    assert server.requests == []
