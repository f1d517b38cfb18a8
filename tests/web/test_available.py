"""`/available-models`."""

import asyncio
import threading
import time
from datetime import timedelta
from pathlib import Path

import httpx2

from tests.cli.shelf import MODELS
from tests.waiting import comes

from .hosting import Service, serving, shelve


def test_the_answer_has_the_shape_that_was_designed_first(client: httpx2.Client) -> None:
    (provider,) = client.get("/available-models").json()["providers"]
    assert (provider["name"], provider["provider_key"]) == ("Acme", "acme")
    assert set(provider["models"][0]) == {"id", "name", "description"}


def test_status_and_age_stand_beside_it(client: httpx2.Client) -> None:
    (provider,) = client.get("/available-models").json()["providers"]
    assert (provider["status"], provider["age_s"]) == ("ok", 7200)


def test_ids_begin_with_the_provider_and_only_chat_models_are_offered(
    client: httpx2.Client,
) -> None:
    (provider,) = client.get("/available-models").json()["providers"]
    ids = [model["id"] for model in provider["models"]]
    assert ids == ["acme/sonnet-5", "acme/sonnet-4", "acme/mystery"]


def test_a_description_is_made_of_facts(client: httpx2.Client) -> None:
    (provider,) = client.get("/available-models").json()["providers"]
    said = provider["models"][0]["description"]
    assert "1M context" in said
    assert "$3.00 in, $15.00 out per 1M tokens" in said


class Asked:
    """A refresh that publishes a model more each time, slowly."""

    def __init__(self, folder: Path, seconds: float = 0.0) -> None:
        self.folder, self.seconds, self.forced = folder, seconds, list[bool]()

    async def __call__(self, force: bool) -> None:
        self.forced.append(force)
        await asyncio.sleep(self.seconds)
        shelve(self.folder, MODELS[:-2])


def names(service: Service, **params: object) -> list[str]:
    with service.client() as client:
        answer = client.get("/available-models", params=params)
    return [one["id"] for each in answer.json()["providers"] for one in each["models"]]


def test_a_forced_refresh_is_waited_for(tmp_path: Path) -> None:
    shelve(tmp_path, MODELS[:1])
    with serving(tmp_path, refresh=Asked(tmp_path)) as service:
        assert len(names(service)) == 1
        assert len(names(service, force_refresh=True)) == 3


def test_many_who_force_a_refresh_at_once_share_one(tmp_path: Path) -> None:
    shelve(tmp_path)
    asked = Asked(tmp_path, 1.5)
    with serving(tmp_path, refresh=asked) as service:
        threads = [
            threading.Thread(target=names, args=(service,), kwargs={"force_refresh": True})
            for _ in range(5)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert asked.forced == [True]


def test_an_old_list_is_shown_while_one_refresh_runs_behind_it(tmp_path: Path) -> None:
    shelve(tmp_path, MODELS[:1])
    asked = Asked(tmp_path, 1.5)
    with serving(tmp_path, refresh=asked) as service:
        assert [len(names(service)) for _ in range(3)] == [1, 1, 1]
        assert comes(lambda: len(names(service)) == 3)
    assert asked.forced == [False]


def test_a_fresh_list_is_not_asked_for_again(tmp_path: Path) -> None:
    shelve(tmp_path)
    asked = Asked(tmp_path)
    with serving(tmp_path, refresh=asked) as service:
        service.clock.now -= timedelta(hours=1, minutes=30)
        names(service)
        time.sleep(0.1)
    assert asked.forced == []


def test_a_refresh_that_fails_leaves_the_last_list(tmp_path: Path) -> None:
    async def fail(_force: bool) -> None:
        raise OSError("no network")

    shelve(tmp_path)
    with serving(tmp_path, refresh=fail) as service:
        assert len(names(service, force_refresh=True)) == 3


def test_forced_refreshes_are_limited_and_the_limit_is_told(tmp_path: Path) -> None:
    shelve(tmp_path)
    with (
        serving(tmp_path, rules={"stranger": "9/minute", "refresh": "2/minute"}) as service,
        service.client() as client,
    ):
        answers = [client.get("/available-models?force_refresh=true") for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert int(answers[2].headers["retry-after"]) > 0
    assert answers[2].headers["ratelimit"].startswith('"refresh";r=0;t=')


def test_a_page_of_another_site_cannot_force_a_refresh(client: httpx2.Client) -> None:
    answer = client.get(
        "/available-models?force_refresh=true", headers={"sec-fetch-site": "cross-site"}
    )
    assert answer.status_code == 403
