import json
from collections.abc import Callable
from decimal import Decimal

import pytest

from modeldex.dialects import spoken
from modeldex.domain.listing import Ask, Page, Reading
from modeldex.domain.price import Price
from modeldex.providers import packaged
from tests.dialects.recorded import recorded

ROWS = packaged()
REGIONS = [
    ("dashscope", "dashscope-us", "dashscope-cn"),
    ("moonshot", "moonshot-cn", "kimi-for-coding"),
    ("siliconflow", "siliconflow-cn"),
    ("minimax", "minimax-cn"),
    ("stepfun", "stepfun-ai"),
    ("zai", "zai-coding-plan", "zhipuai", "zhipuai-coding-plan"),
    ("tencent-tokenhub", "tencent-tokenhub-intl", "hunyuan"),
    ("openai", "openai-eu", "openai-us"),
]
ACCOUNT_TOKENS = {"DIGITALOCEAN_ACCESS_TOKEN", "DIGITALOCEAN_TOKEN"}
PLAIN = {"nvidia": "nvidia", "perplexity-agent": "perplexity", "digitalocean": "digitalocean"}
RECORDED = [(row, path) for row, folder in PLAIN.items() for path in recorded(folder)]


def reading(row: str, body: bytes) -> Reading:
    dialect = spoken(ROWS[row])
    route = dialect.routes[0]
    return dialect.read(Page(ask=Ask(route=route.name, path=route.path), body=body))


@pytest.mark.parametrize("names", REGIONS, ids=[names[0] for names in REGIONS])
def test_no_key_variable_is_sent_to_two_regions_of_a_vendor(names: tuple[str, ...]) -> None:
    variables = [variable for name in names for variable in ROWS[name].key_env]
    assert sorted(variables) == sorted(set(variables))
    assert len({ROWS[name].base_url for name in names}) == len(names)


def test_no_row_takes_a_token_that_is_for_a_whole_account() -> None:
    taken = {variable for row in ROWS.values() for variable in row.key_env}
    assert not taken & ACCOUNT_TOKENS
    assert "GITHUB_TOKEN" not in ROWS["github-models"].key_env


def test_a_variable_that_no_shell_can_set_has_another_before_it() -> None:
    for row in ROWS.values():
        assert not row.key_env or not row.key_env[0][0].isdigit()


@pytest.mark.shared
@pytest.mark.parametrize(("row", "path"), RECORDED)
def test_plain_recordings_are_read_whole(
    recordings: Callable[[str], bytes], row: str, path: str
) -> None:
    raw = json.loads(recordings(path))["data"]
    found = reading(row, recordings(path))
    assert [claim.native_id for claim in found.claims] == [record["id"] for record in raw]
    assert (found.lost, found.odd_fields, found.unknown_fields) == ((), {}, {})


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("perplexity"))
def test_perplexity_states_the_unit_that_its_row_declares(
    recordings: Callable[[str], bytes], path: str
) -> None:
    raw = json.loads(recordings(path), parse_float=Decimal)["data"]
    assert {record["pricing"].pop("unit") for record in raw} == {"usd_per_1m_tokens"}
    for claim, record in zip(
        reading("perplexity-agent", recordings(path)).claims, raw, strict=True
    ):
        assert claim.price == Price(
            **{unit: Decimal(rate) for unit, rate in record["pricing"].items()}
        )


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("nvidia"))
def test_a_second_before_the_year_2000_is_no_time(
    recordings: Callable[[str], bytes], path: str
) -> None:
    assert {claim.created for claim in reading("nvidia", recordings(path)).claims} == {None}
