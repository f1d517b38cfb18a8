"""Build the knowledge pack anew when a person asks for it."""

import asyncio
from pathlib import Path

from ..domain.report import KnowledgeReport
from .alone import only_one
from .renewing import Renewing
from .workshop import Workshop


async def build(
    workshop: Workshop, folder: Path | None = None, *, trusting: bool = False
) -> KnowledgeReport:
    """Ask for every dataset, or read those of `folder`, and put the pack made of them in force.

    Datasets that did not come keep the edition in hand. `trusting` takes also editions that are
    older or much smaller than those. Raises `BadConfig` for a folder without a dataset, and
    `StorageError` when the pack cannot be written.
    """
    began = workshop.clock()
    async with only_one(workshop):
        work = await asyncio.to_thread(Renewing, workshop.library, began, force=True)
        if folder is not None:
            await asyncio.to_thread(work.take, folder, began, trusting=trusting)
        elif work.wanted:
            async with workshop.open_transport(workshop.limits) as transport:
                await work.ask(transport, workshop.limits, workshop.clock, trusting=trusting)
        return await asyncio.to_thread(work.publish, workshop.clock())
