"""Where knowledge of models is kept, and from which public datasets newer is asked."""

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from ..domain.errors import BadConfig
from ..knowledge.editions import packaged_editions
from ..rules.spelling import closest
from ..settings.config import Config, DatasetConfig
from ..settings.home import Home
from ..storage.packs import Packs
from ..storage.visits import Visits


class Dataset(NamedTuple):
    """A public dataset and where to ask for it."""

    name: str
    url: str


class Library(NamedTuple):
    """Where knowledge is kept, and whom to ask for newer."""

    packs: Packs
    visits: Visits
    datasets: tuple[Dataset, ...]
    ttl: timedelta
    """Age at which editions are asked for again; zero never asks."""


def library(places: Home, config: Config) -> Library:
    """The library of one user; opens nothing yet. Raises `BadConfig`."""
    return Library(
        packs=Packs(places.knowledge),
        visits=Visits(places.state),
        datasets=datasets(config.knowledge),
        ttl=timedelta(seconds=config.refresh.knowledge_ttl_s),
    )


def datasets(config: Mapping[str, DatasetConfig]) -> tuple[Dataset, ...]:
    """The datasets that can be asked: where the configuration says, else where they are published.

    Raises `BadConfig` for a name that is no dataset.
    """
    editions = packaged_editions()
    for name in sorted(config.keys() - editions.keys()):
        close = closest(name, editions)
        hint = f"did you mean {close!r}?" if close else f"known are {', '.join(editions)}"
        raise BadConfig(f"[knowledge.{name}]: there is no such dataset; {hint}")
    said = {name: config.get(name, DatasetConfig()) for name in editions}
    places = {name: said[name].url or edition.url for name, edition in editions.items()}
    return tuple(Dataset(name, url) for name, url in places.items() if url and said[name].enabled)
