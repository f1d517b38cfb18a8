"""Numbers for Prometheus."""

import re

import httpx2

from .hosting import Service


def test_answers_are_counted_by_route_and_never_by_id(client: httpx2.Client) -> None:
    client.get("/v1/models/acme/sonnet-5")
    client.get("/nowhere/at/all")
    text = client.get("/metrics").text
    assert 'modeldex_requests_total{method="GET",route="/v1/models/{model}",status="200"}' in text
    assert 'route="unmatched",status="404"' in text
    assert "sonnet" not in text
    assert "nowhere" not in text


def test_stored_answers_and_304_are_counted_too(client: httpx2.Client) -> None:
    tag = client.get("/v1/models").headers["etag"]

    def counted() -> float:
        found = re.search(
            r'requests_total\{method="GET",route="/v1/models",status="304"\} (\S+)',
            client.get("/metrics").text,
        )
        return float(found[1]) if found else 0.0

    before = counted()
    client.get("/v1/models", headers={"if-none-match": tag})
    assert counted() == before + 1


def test_an_invented_method_is_no_new_label(service: Service) -> None:
    with service.client() as client:
        client.request("BREW", "/v1/models")
        assert "BREW" not in client.get("/metrics").text


def test_the_catalogs_size_and_age_are_told(client: httpx2.Client) -> None:
    text = client.get("/metrics").text
    assert "modeldex_catalog_models 6.0" in text
    assert "modeldex_catalog_age_seconds 0.0" in text


def test_every_provider_is_told_of_with_its_last_list_and_its_last_try(
    client: httpx2.Client,
) -> None:
    lines = client.get("/metrics").text.splitlines()
    told = {re.split(r"[{ ]", line)[0] for line in lines if 'provider="acme"' in line}
    assert told == {
        "modeldex_provider_list_age_seconds",
        "modeldex_provider_models",
        "modeldex_provider_failures",
        "modeldex_provider_breaker_open",
        "modeldex_provider_held",
        "modeldex_provider_outcome",
    }
