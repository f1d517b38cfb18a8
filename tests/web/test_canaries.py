"""Keys, passwords and tokens through every input, at the most talkative level: found nowhere afterwards."""

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import NamedTuple

import pytest
from anyio.from_thread import start_blocking_portal

from modeldex.providers import packaged
from tests.loopback import running as loopback
from tests.transport.servers import serve

from .canaries import Canaries, Heard, opened
from .many import serving_many
from .planting import PARROTS, Planting, failing, parrot

pytestmark = pytest.mark.once

REPEATERS = ("openai", "xai", "groq")
"""Providers of the loopback that repeat a wrong key."""


class Swept(NamedTuple):
    """All that came of it."""

    planting: Planting
    heard: bytes
    numbers: bytes
    files: dict[str, bytes]


@contextmanager
def listening_to_everything() -> Iterator[Heard]:
    root, heard = logging.getLogger(), Heard()
    before = root.level
    root.addHandler(heard)
    root.setLevel(logging.DEBUG)
    try:
        yield heard
    finally:
        root.setLevel(before)
        root.removeHandler(heard)


@contextmanager
def parrots() -> Iterator[dict[str, str]]:
    """Addresses that repeat the key, each in another way; and the providers that do."""
    rows = [packaged()[name] for name in REPEATERS]
    with (
        loopback(rows, faults=dict.fromkeys(REPEATERS, "bad_key")) as usual,
        start_blocking_portal("asyncio") as portal,
        portal.wrap_async_context_manager(serve(parrot)) as server,
    ):
        own = {f"the parrot {way}": f"http://127.0.0.1:{server.port}/{way}" for way in PARROTS}
        yield own | {name: usual.base_url(name) for name in REPEATERS}


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swept]:
    home = tmp_path_factory.mktemp("canaries")
    with listening_to_everything() as heard, parrots() as urls:
        ports = {int(url.split("/")[2].partition(":")[2]) for url in urls.values()}
        with serving_many(home, ports=sorted(ports), more=(failing(),)) as many:
            planting = Planting(many)
            admin, ann = planting.people()
            with closing(admin), closing(ann):
                kept = planting.keys(ann, urls)
                planting.misplaced(ann)
                for who in (ann, admin):
                    planting.everywhere(who)
                text = ann.post("/api/v1/tokens", json={"name": "program"}).json()["text"]
                planting.secrets.plant("a program's token", text)
                for path in ("/api/v1/tokens", "/api/v1/connections", "/available-models"):
                    planting.ask(ann, "GET", path, headers={"authorization": f"Bearer {text}"})
                for one in kept[:2]:
                    assert planting.ask(ann, "DELETE", f"/api/v1/connections/{one}").is_success
                for path in ("/api/v1/admin/status", "/api/v1/admin/audit?limit=200"):
                    planting.ask(admin, "GET", path)
                numbers = admin.get("/metrics").content
            files = many.written()
    files |= {f"{name} (at the end)": body for name, body in many.written().items()}
    return Swept(planting, heard.text(), numbers, opened(files))


def test_no_answer_repeats_a_secret(swept: Swept) -> None:
    assert len(swept.planting.answers) > 300
    assert not swept.planting.secrets.found(swept.planting.answers)


def test_no_problem_repeats_what_was_sent(swept: Swept) -> None:
    assert len(swept.planting.problems) > 100
    assert not swept.planting.typed.found(swept.planting.problems)


def test_no_line_of_any_log_has_what_was_sent(swept: Swept) -> None:
    assert b"modeldex.web" in swept.heard
    log = {"log": swept.heard}
    assert not swept.planting.secrets.found(log) + swept.planting.typed.found(log)


def test_no_number_is_labelled_with_what_was_sent(swept: Swept) -> None:
    numbers = {"metrics": swept.numbers}
    assert not swept.planting.secrets.found(numbers) + swept.planting.typed.found(numbers)


def test_no_file_holds_a_secret(swept: Swept) -> None:
    assert any(name.endswith("accounts.db-wal") for name in swept.files)
    assert any("pages" in name and "opened" in name for name in swept.files)
    assert not swept.planting.secrets.found(swept.files)


def test_every_sort_of_secret_was_planted(swept: Swept) -> None:
    planted = swept.planting.secrets.planted
    assert len(planted) > 40
    assert len(set(planted.values())) == len(planted)


@pytest.mark.parametrize("spelling", ["plain", "reversed", "hex", "utf-16", "escaped"])
def test_the_sweep_finds_what_is_there(spelling: str) -> None:
    from .canaries import spellings

    found = Canaries()
    value = found.plant("here")
    text = dict(spellings(value))[spelling]
    assert ("here", "there", spelling) in found.found({"there": b"before " + text + b" after"})


@pytest.mark.parametrize("before", ["", "x", "xy", "Bearer ", "user:"])
def test_the_sweep_finds_base64_wherever_it_begins(before: str) -> None:
    from base64 import b64encode

    found = Canaries()
    value = found.plant("here")
    assert found.found({"there": b64encode(f"{before}{value}!".encode())})
