"""The catalog that came with modeldex: nobody was asked for what it says, and its age is its knowledge's."""

from collections.abc import Iterable
from datetime import date

from .context import ProviderLine, Services


def packaged_on(services: Services, lines: Iterable[ProviderLine]) -> date | None:
    """The day of the knowledge of which the catalog is made; `None` when some provider's own list is
    in it."""
    if any(line.age_s is not None for line in lines):
        return None
    return services.knowledge_day()
