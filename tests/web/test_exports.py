"""`/api/v1/exports`: models in the formats of others."""

import csv
import io
import json
from pathlib import Path

import httpx2
import pytest
import yaml

from modeldex.exports.table import FORMATS

from .many import serving_many
from .test_problems import is_problem

EXPORTS = "/api/v1/exports"
EVERY = pytest.mark.parametrize("name", FORMATS)


def ids(answer: httpx2.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in csv.DictReader(io.StringIO(answer.text, newline=""))]


def test_the_formats_are_told(client: httpx2.Client) -> None:
    told = client.get(EXPORTS).json()["formats"]
    assert [one["format"] for one in told] == list(FORMATS)
    assert told[0]["media_type"] == "text/csv"


@EVERY
def test_an_export_has_the_media_type_of_its_format(client: httpx2.Client, name: str) -> None:
    answer = client.get(f"{EXPORTS}/{name}")
    assert answer.headers["content-type"] == f"{FORMATS[name].media}; charset=utf-8"


@pytest.mark.parametrize(
    "params",
    [{}, {"q": "sonnet provider:acme"}, {"tools": "true"}, {"kind": "all", "sort": "-price"}],
)
def test_it_has_what_a_list_of_models_has(client: httpx2.Client, params: dict[str, str]) -> None:
    listed = client.get("/api/v1/models", params=params).json()["models"]
    assert ids(client.get(f"{EXPORTS}/csv", params=params)) == [one["id"] for one in listed]


def test_a_misspelt_word_is_mended(client: httpx2.Client) -> None:
    assert len(ids(client.get(f"{EXPORTS}/csv", params={"q": "sonet"}))) == 3


def test_a_limit_holds(client: httpx2.Client) -> None:
    assert len(ids(client.get(f"{EXPORTS}/csv", params={"limit": 2}))) == 2


def test_lines_are_the_documents_of_the_catalog(client: httpx2.Client) -> None:
    lines = client.get(f"{EXPORTS}/jsonl").text.splitlines()
    assert list(map(json.loads, lines)) == client.get("/api/v1/models").json()["models"]


def test_litellm_has_what_can_be_called_and_the_names_of_variables(client: httpx2.Client) -> None:
    models = yaml.safe_load(client.get(f"{EXPORTS}/litellm").text)["model_list"]
    assert {one["litellm_params"]["api_key"] for one in models} == {"os.environ/ACME_API_KEY"}


def test_litellm_has_the_others_too_where_that_is_asked(client: httpx2.Client) -> None:
    answer = client.get(f"{EXPORTS}/litellm", params={"callable_only": False})
    assert "globex/sonnet-5" in answer.text


@EVERY
def test_what_the_caller_has_is_not_sent_again(client: httpx2.Client, name: str) -> None:
    etag = client.get(f"{EXPORTS}/{name}").headers["etag"]
    again = client.get(f"{EXPORTS}/{name}", headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(f"{EXPORTS}/{name}?limit=1", headers={"if-none-match": etag})
    assert other.status_code == 200


def test_an_export_is_compressed_for_those_who_take_it(client: httpx2.Client) -> None:
    plain = client.get(f"{EXPORTS}/jsonl", headers={"accept-encoding": "identity"})
    packed = client.get(f"{EXPORTS}/jsonl", headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == plain.text


@pytest.mark.parametrize(
    ("path", "status"),
    [("xlsx", 422), ("csv?limit=0", 422), ("csv?fields=id", 422), ("csv?q=provder:acme", 400)],
)
def test_what_means_nothing_is_refused(client: httpx2.Client, path: str, status: int) -> None:
    is_problem(client.get(f"{EXPORTS}/{path}"), status)


def test_each_of_many_is_given_what_their_own_keys_open(tmp_path: Path) -> None:
    row = '[providers.globex]\nbase_url = "http://127.0.0.1:1/v1"\n'
    (tmp_path / "config.toml").write_text(row)
    with serving_many(tmp_path, ports=[1]) as many:
        many.first()
        ann, bob = many.join("ann"), many.join("bob")
        with many.client(ann) as hers, many.client(bob) as his:
            hers.post("/api/v1/connections", json={"provider": "globex", "key": "hers-alone"})
            assert "os.environ/GLOBEX_API_KEY" in hers.get(f"{EXPORTS}/litellm").text
            assert "acme" not in hers.get(f"{EXPORTS}/litellm").text
            assert "model_list: []" in his.get(f"{EXPORTS}/litellm").text
