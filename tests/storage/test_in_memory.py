"""A catalog in memory: asked as a file is, by several threads, and gone with who holds it."""

from concurrent.futures import ThreadPoolExecutor

from modeldex.domain.catalog import CatalogContent
from modeldex.domain.query import Query
from modeldex.storage.in_memory import InMemory
from tests.cli.shelf import MODELS, PROVIDERS
from tests.conftest import NOW


def catalog(*models: object) -> InMemory:
    return InMemory(
        CatalogContent(
            published_at=NOW,
            providers=PROVIDERS,
            listings=(),
            models=models,  # type: ignore[arg-type]
            opened={},
        )
    )


def test_it_is_asked_as_a_file_is() -> None:
    found = catalog(*MODELS)
    assert found.count(Query(words=("sonnet",))) == 3
    assert found.get("acme/sonnet-5") is not None
    assert found.stamp.models == len(MODELS)


def test_each_holds_its_own_models_alone() -> None:
    first, second = catalog(MODELS[0]), catalog(MODELS[1])
    ids = [[model.id for model in one.models(Query())] for one in (first, second)]
    assert ids == [[MODELS[0].id], [MODELS[1].id]]


def test_threads_ask_it_at_once() -> None:
    found = catalog(*MODELS)
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda _: found.count(Query()), range(40)))
    assert counts == [len(MODELS)] * 40
