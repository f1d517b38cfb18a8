"""Give the models of the next catalog their short names, on top of those that were given before."""

from collections.abc import Collection, Iterable, Mapping

from msgspec.structs import replace

from ..domain.alias import AliasSpan
from ..domain.catalog import CatalogContent
from ..domain.change import Change, ChangeKind
from ..domain.model import Model
from ..knowledge.bases import packaged_labs
from ..knowledge.curation import packaged
from ..rules.alias import Assigned, assign, moved
from ..storage.catalog_file import CatalogFile
from ..storage.names import newest
from .remembering import Taken


def named(
    content: CatalogContent, previous: CatalogFile | None, taken: Mapping[str, Taken]
) -> CatalogContent:
    """The content with the aliases that are new in it, or lead elsewhere now.

    Aliases follow the renames of accepted lists; every other one stays where it was.
    """
    held = newest(previous.names.spans()) if previous else {}
    models = tuple(content.models)
    now = content.published_at
    followed = moved(held, _renames(taken), now)
    held = held | {span.alias: span for span in followed.given}
    ids = [model.id for model in models]
    found = assign(held, ids, packaged().reserved, now, owned(models))
    given = {span.alias: span for span in (*followed.given, *found.given)}
    history = replace(
        content.history,
        given=tuple(given.values()),
        ended=_closed(followed, found),
        changes=(*content.history.changes, *_told(content, followed, previous)),
    )
    return replace(content, models=models, history=history)


def owned(models: Iterable[Model]) -> Collection[str]:
    """Ids of the models that the lab which made them serves itself."""
    homes = {(home, lab) for lab, row in packaged_labs().items() for home in row.homes}
    return {model.id for model in models if (model.provider, model.lab) in homes}


def _renames(taken: Mapping[str, Taken]) -> dict[str, str]:
    return {
        f"{provider}/{old}": f"{provider}/{new}"
        for provider, one in taken.items()
        for old, new in one.renames.items()
    }


def _closed(followed: Assigned, found: Assigned) -> tuple[AliasSpan, ...]:
    """The stretches of the earlier catalog that end; one that began in this very one never was."""
    anew = {(span.alias, span.since) for span in followed.given}
    return (*followed.ended, *(s for s in found.ended if (s.alias, s.since) not in anew))


def _told(
    content: CatalogContent, followed: Assigned, previous: CatalogFile | None
) -> Iterable[Change]:
    """A row for every alias that follows its model to another id."""
    before = previous.path.stem if previous else ""
    steps = {step.provider: step for step in content.history.steps}
    was = {span.alias: span.id for span in followed.ended}
    for span in followed.given:
        step = steps.get(span.id.partition("/")[0])
        if step is not None:
            yield Change(
                at=step.at,
                id=was[span.alias],
                kind=ChangeKind.ALIAS,
                field="alias",
                old=was[span.alias],
                new=span.id,
                source=None,
                before=before,
                snapshot=step.snapshot,
            )
