"""An unknown address, asked through the real client: what is understood of it, and what is written."""

import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest
from anyio.abc import SocketStream

from modeldex.dialects import spoken
from modeldex.domain.claims import Claims
from modeldex.domain.errors import BadConfig
from modeldex.domain.listing import Ask, Page
from modeldex.domain.price import PriceUnit
from modeldex.providers import packaged, provider
from modeldex.service.adding import NotUnderstood, Understood, asked, row_text, write_row
from modeldex.service.connecting import rows
from modeldex.settings.config import Config
from modeldex.settings.home import home
from modeldex.wiring import workshop
from tests.service.test_finding_local import Server, serving, small

pytestmark = pytest.mark.anyio
RICH = {
    "data": [
        {
            "id": "big",
            "object": "model",
            "context_length": 8192,
            "supported_features": ["tools"],
            "pricing": {"prompt": "0.0000005", "completion": "0.000001"},
            "moon_phase": "full",
        },
        {"id": "small", "object": "model"},
    ]
}


async def understanding(
    folder: Path, said: dict[str, Any], below: str = "", **how: Any
) -> Understood:
    server = Server(said)
    environ = how.pop("environ", {})
    async with serving(server):
        parts = workshop(home({"MODELDEX_HOME": str(folder)}), Config(), ())
        return await asked(parts, environ, f"http://127.0.0.1:{server.port}{below}", **how)


@pytest.mark.parametrize("below", ["", "/", "/v1", "/v1/models", "/v1/chat/completions"])
async def test_the_list_is_found_from_whatever_address_people_have(
    tmp_path: Path, below: str
) -> None:
    found = await understanding(tmp_path, {"/v1/models": RICH}, below)
    assert found.row.base_url.endswith("/v1")
    assert found.models == 2


async def test_what_is_read_and_what_is_not_known_is_said(tmp_path: Path) -> None:
    found = await understanding(tmp_path, {"/v1/models": RICH})
    assert found.reads == {"context_length": "context window", "supported_features": "tools"}
    assert set(found.unknown) == {"moon_phase", "pricing"}


async def test_a_price_without_a_unit_is_shown_in_every_unit_and_guessed_in_none(
    tmp_path: Path,
) -> None:
    found = await understanding(tmp_path, {"/v1/models": RICH})
    assert found.price is not None
    assert (found.price.model, found.price.raw) == ("big", "0.0000005")
    assert str(found.price.meanings[PriceUnit.USD_PER_TOKEN]) == "0.5"
    assert found.row.price_unit is None


async def test_a_declared_unit_leaves_nothing_uncertain(tmp_path: Path) -> None:
    found = await understanding(tmp_path, {"/v1/models": RICH}, unit=PriceUnit.USD_PER_TOKEN)
    assert found.price is None
    assert "pricing" not in found.unknown


@pytest.mark.parametrize(
    ("said", "kind", "dialect"),
    [
        ({"/v1/models": small("vllm")}, "vllm", "openai"),
        ({"/api/tags": small("ollama", "tags")}, "ollama", "ollama"),
        ({"/v1/models": RICH}, "openai", "openai"),
    ],
)
async def test_the_dialect_is_told_by_the_answers(
    tmp_path: Path, said: dict[str, Any], kind: str, dialect: str
) -> None:
    found = await understanding(tmp_path, said)
    assert (found.kind, found.row.dialect) == (kind, dialect)


async def test_where_there_is_no_list_it_is_said_what_was_met(tmp_path: Path) -> None:
    with pytest.raises(NotUnderstood, match="no list of models"):
        await understanding(tmp_path, {"/": "a page"})


@pytest.mark.parametrize(
    "address",
    [
        "https://me:secret@a.example/v1",
        "ftp://a.example",
        "https://",
        "http://127.0.0.1:99999",
        "http://[::1",
        "http://a b/v1",
        "",
    ],
)
async def test_an_address_that_is_none_is_refused_and_no_secret_repeated(
    tmp_path: Path, address: str
) -> None:
    parts = workshop(home({"MODELDEX_HOME": str(tmp_path)}), Config(), ())
    with pytest.raises(BadConfig) as met:
        await asked(parts, {}, address)
    assert "secret" not in str(met.value)


async def test_a_variable_without_a_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="MY_KEY"):
        await understanding(tmp_path, {"/v1/models": RICH}, key_env="MY_KEY")


async def test_the_written_row_is_the_one_that_is_read(tmp_path: Path) -> None:
    found = await understanding(tmp_path, {"/v1/models": RICH}, name="mine")
    write_row(tmp_path / "providers", found.row)
    assert rows(Config(), tmp_path / "providers")["mine"] == found.row


async def test_a_plain_row_has_twelve_lines_at_most(tmp_path: Path) -> None:
    found = await understanding(
        tmp_path, {"/v1/models": RICH}, key_env="MY_KEY", environ={"MY_KEY": "k" * 30}
    )
    text = row_text(found.row)
    assert len(text.splitlines()) <= 12
    assert "kkk" not in text
    assert provider(found.row.id, tomllib.loads(text)) == found.row


@pytest.mark.parametrize("name", ["groq", "No Good", "../up", "mine"])
async def test_a_name_that_is_taken_or_none_is_not_written(tmp_path: Path, name: str) -> None:
    found = await understanding(tmp_path, {"/v1/models": RICH}, name="mine")
    write_row(tmp_path / "providers", found.row)
    with pytest.raises(BadConfig, match="name"):
        write_row(tmp_path / "providers", found.row.__class__(**{**_fields(found), "id": name}))


def _fields(found: Understood) -> dict[str, Any]:
    return {name: getattr(found.row, name) for name in found.row.__struct_fields__}


EMPTY = {"object": "list", "data": []}


async def test_a_list_that_is_empty_now_is_a_list(tmp_path: Path) -> None:
    found = await understanding(tmp_path, {"/v1/models": EMPTY})
    assert (found.models, found.reads, found.row.base_url[-3:]) == (0, {}, "/v1")


async def test_a_list_with_models_comes_before_one_that_is_empty(tmp_path: Path) -> None:
    found = await understanding(tmp_path, {"/models": EMPTY, "/v1/models": RICH})
    assert found.models == 2


@pytest.mark.parametrize("said", [[], {"data": None}, {"data": [{"no": "id"}]}, {"models": {}}])
async def test_what_only_looks_like_an_empty_list_is_none(tmp_path: Path, said: Any) -> None:
    with pytest.raises(NotUnderstood):
        await understanding(tmp_path, {"/v1/models": said})


async def test_a_list_that_is_empty_without_the_key_wants_it(tmp_path: Path) -> None:
    class Shy(Server):
        async def _answer(self, stream: SocketStream, request: str) -> None:
            keyed = "authorization:" in request.lower()
            self.said = {"/v1/models": RICH if keyed else EMPTY}
            await super()._answer(stream, request)

    server = Shy({})
    async with serving(server):
        parts = workshop(home({"MODELDEX_HOME": str(tmp_path)}), Config(), ())
        address = f"http://127.0.0.1:{server.port}"
        found = await asked(parts, {"MINE": "k" * 30}, address, key_env="MINE")
    assert found.needs_key


async def test_what_is_said_to_be_read_is_what_a_refresh_reads(tmp_path: Path) -> None:
    record = {
        "id": "m",
        "deprecation_date": "2027-01-31",
        "structured_outputs": True,
        "max_model_len": 4096,
        "limits": {"max_context": 9},
        "supports_tools": "certainly",
        "features": [],
    }
    found = await understanding(tmp_path, {"/v1/models": {"data": [record]}})
    page = Page(
        ask=Ask(route="models", path="models"), body=msgspec.json.encode({"data": [record]})
    )
    (read,) = spoken(found.row).read(page).claims
    made = {word for words in found.reads.values() for word in words.split(", ")}
    facts = {name for name in Claims.__struct_fields__ if getattr(read, name) is not None}
    words = {"retires_on": "retirement"}
    assert made == {words.get(name, name.replace("_", " ")) for name in facts - {"native_id"}}
    assert {"structured_outputs", "max_model_len"} <= set(found.reads)
    assert "supports_tools" in found.unknown


async def test_every_field_that_says_something_is_read_or_not_known(tmp_path: Path) -> None:
    record = {
        "id": "m",
        "object": "model",
        "context_length": 8192,
        "shutdown_date": "soon",
        "limits": {"max_context": 9},
        "features": [],
        "type": "a word of its own",
    }
    found = await understanding(tmp_path, {"/v1/models": {"data": [record]}})
    assert set(record) - {"id", "object", "features"} == {*found.reads, *found.unknown}
    assert not set(found.reads) & set(found.unknown)


async def test_one_row_is_written_and_no_more(tmp_path: Path) -> None:
    found = await understanding(tmp_path, {"/v1/models": RICH}, name="mine")
    write_row(tmp_path / "providers", found.row)
    assert [path.name for path in (tmp_path / "providers").iterdir()] == ["mine.toml"]
    assert set(rows(Config(), tmp_path / "providers")) - set(packaged()) == {"mine"}
