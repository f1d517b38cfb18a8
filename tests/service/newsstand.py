"""A shop whose changes are told to a receiver and to the programs that have bound its models."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from modeldex.domain.binding import Binding
from modeldex.domain.notice import Notice
from modeldex.domain.report import ProviderReport, Report
from modeldex.service.binding import bind
from modeldex.service.connecting import connections
from modeldex.service.delivering import Sent, send
from modeldex.service.desk import Desk, desk
from modeldex.service.reading import Catalog
from modeldex.service.telling import refresh_and_tell
from modeldex.service.workshop import Wish
from modeldex.settings.config import Config
from modeldex.settings.telling import NoticesConfig, Telling, WebhookConfig
from modeldex.storage.outbox import Outbox
from modeldex.wiring import workshop
from tests.receiver import SECRET, Receiver
from tests.service.shop import ROW, Killed, Shop


class DyingOutbox(Outbox):
    """An outbox whose process is gone before or after one of its steps."""

    dies: Callable[[str], bool] = staticmethod(lambda _: False)

    def put(self, *given: Any) -> tuple[Notice, ...]:
        self._die("put")
        found = super().put(*given)
        self._die("was put")
        return found

    def record(self, *given: Any, **more: Any) -> None:
        self._die("record")
        super().record(*given, **more)
        self._die("recorded")

    def _die(self, step: str) -> None:
        if self.dies(step):
            raise Killed


class Newsstand(Shop):
    """One user's home with a desk."""

    def __init__(self, folder: Path, *receivers: Receiver, **more: Any) -> None:
        super().__init__(folder)
        self.webhooks = tuple(
            WebhookConfig(one.url, "env:HOOK", name=f"hook-{number}", **more)
            for number, one in enumerate(receivers)
        )
        self.notices = NoticesConfig()
        self.environ = {"HOOK": SECRET}
        self.dies: Callable[[str], bool] = lambda _: False
        self.offline = False
        self.report: Report | None = None

    @property
    def desk(self) -> Desk:
        made = desk(self.places, Config(), self.environ, self.tick)
        outbox = DyingOutbox(self.places.telling)
        outbox.dies = self.dies  # type: ignore[method-assign]
        config = Telling(notices=self.notices, webhooks=self.webhooks)
        return made._replace(outbox=outbox, config=config, jitter=lambda: 0.5)

    async def _refresh(self, base_url: str, *, accept: bool) -> ProviderReport:
        config = Config(providers={"shop": {"base_url": base_url}})
        everyone = connections({"shop": ROW}, config, {})
        parts = workshop(self.places, config, everyone)._replace(clock=self.tick)
        wish = Wish(frozenset({"shop"}), force=True, offline=self.offline)
        self.report = await refresh_and_tell(self.desk, parts, wish)
        return self.report.providers[0]

    async def look(self) -> tuple[Sent, ...]:
        """What a later look sends that finds nothing else to do."""
        return await send(self.desk, 5)

    def bind(self, program: str, *models: str) -> tuple[Binding, ...]:
        catalog = Catalog(self.catalog, {}, self.now)
        return bind(self.desk.bindings, catalog, program, models, self.now)

    def said(self) -> list[str]:
        """The sentences of the last refresh's notices."""
        assert self.report is not None
        return [one.sentence for one in self.report.notices]
