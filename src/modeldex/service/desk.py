"""Where programs register which models they use, and from where they and receivers are told."""

import random
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from ..domain.notice import Notice
from ..settings.config import Config
from ..settings.home import Home
from ..settings.telling import Telling
from ..storage.bindings import Bindings
from ..storage.outbox import Outbox

APPRISE = "apprise:"
"""With what the names of such channels begin; the rest says where the address is."""


class Desk(NamedTuple):
    """Where programs register what they use, and from where they are told."""

    outbox: Outbox
    bindings: Bindings
    catalogs: Path
    config: Telling
    environ: Mapping[str, str]
    clock: Callable[[], datetime]
    jitter: Callable[[], float]
    """A random number from 0 to below 1, for the spacing of later tries."""

    def show(self) -> tuple[Notice, ...]:
        """The notices that no terminal has shown; they are given once."""
        found = self.outbox.show()
        return found if self.config.notices.stderr else ()

    def damaged(self) -> list[str]:
        """What was lost, as long as the damaged file lies there."""
        return [
            f"{file.path} was damaged and begun anew: {lost}; then remove {aside}"
            for file, lost in (
                (self.bindings.file, "bind the programs' models again"),
                (self.outbox.file, "messages that waited in it are lost"),
            )
            if (aside := file.set_aside)
        ]


def desk(
    places: Home, config: Config, environ: Mapping[str, str], clock: Callable[[], datetime]
) -> Desk:
    """The desk of one user; opens nothing yet."""
    return Desk(
        outbox=Outbox(places.telling),
        bindings=Bindings(places.telling),
        catalogs=places.catalogs,
        config=config.telling or Telling(),
        environ=environ,
        clock=clock,
        jitter=random.random,
    )
