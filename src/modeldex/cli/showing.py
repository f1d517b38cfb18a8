"""`modeldex show`: one model, every fact of it."""

import click

from ..domain.catalog import How, Resolution
from ..domain.errors import NotFound
from ..domain.model import Model
from ..domain.query import Condition, Op, Query
from ..domain.source import UNIT_UNKNOWN, Evidence, Explanation, Losing
from ..rules.telling import document as shape
from ..rules.telling import told
from . import departed, output, serving
from .context import Catalog, Services
from .facts import endpoints, groups
from .options import common
from .safety import safe

_OTHERS = 5
_LONGEST = 100


@click.command("show")
@click.argument("model")
@click.option("--sources", is_flag=True, help="Say of each fact where it is from.")
@click.option("--history", is_flag=True, help="Say what changed, and when.")
@common
@click.pass_obj
def command(services: Services, model: str, sources: bool, history: bool, as_json: bool) -> int:
    """Show one model: its limits, price, abilities, dates, and how to call it.

    MODEL is an id such as groq/openai/gpt-oss-120b, or the name a provider has for it. A base such
    as openai/gpt-oss-120b shows everywhere it is served, the cheapest real offer first. A model
    that is gone is shown as it was last, and what stands in its place is named.
    """
    catalog = services.catalog()
    led = None
    if catalog.get(model) is None:
        led = catalog.resolve(model)
        if gone := departed.gone(catalog, led):
            return _gone(gone, led, catalog, sources, history, as_json)
        if served := catalog.base(model):
            ended = departed.ended(led)
            if ended:
                departed.tell_end(led)
            return serving.show(model, served, catalog, as_json, led if ended else None)
    found, others = find(catalog, model)
    if as_json:
        exactly = Condition(field="id", op=Op.EQ, values=(found.id,))
        for document in catalog.documents(Query(conditions=(exactly,))):
            said = _with_more(document, found, catalog, sources, history)
            output.json_raw(
                departed.with_resolution(said, led) if departed.elsewhere(led) else said
            )
        return 0
    _print(found, catalog, sources)
    if history:
        _history(found, catalog)
    if departed.elsewhere(led):
        departed.tell(led, found.id)
    if others:
        more = f" and {len(others) - _OTHERS} more" if len(others) > _OTHERS else ""
        output.note(f"the same name elsewhere: {', '.join(others[:_OTHERS])}{more}")
    return 0


def _gone(
    gone: Model, led: Resolution, catalog: Catalog, sources: bool, history: bool, as_json: bool
) -> int:
    """A model that is listed no more: its own last facts and history, then what is in its place."""
    if as_json:
        document = catalog.tombstone_document(gone.id) or "{}"
        said = _with_more(document, gone, catalog, sources, history)
        output.json_raw(departed.with_resolution(said, led))
        return 0
    _print(gone, catalog, sources)
    if history:
        _history(gone, catalog)
    departed.place(led, catalog)
    return 0


def find(catalog: Catalog, name: str) -> tuple[Model, tuple[str, ...]]:
    """The model that `name` leads to, and ids that have the same native name elsewhere.

    Of several with that name one that the user can call comes first. Raises `NotFound` with the closest names.
    """
    resolution = catalog.resolve(name)
    if resolution.how is not How.PASSED_THROUGH and (model := catalog.get(resolution.id)):
        return model, tuple(one for one in resolution.alternatives if _has_native(one, name))
    same = [one for one in catalog.suggest(name) if _has_native(one, name)]
    found = [model for one in same if (model := catalog.get(one))]
    if found:
        found.sort(key=lambda model: not model.available)
        return found[0], tuple(model.id for model in found[1:])
    ends = resolution.reasons if departed.ended(resolution) else ()
    close = ", ".join(resolution.alternatives or catalog.suggest(name))
    closest = (f"closest: {close}",) if close else ()
    free = "any string still works in your own calls; the catalog never blocks it"
    raise NotFound(f'no model named "{name}"', hint="\n".join((*ends, *closest, free)))


def _has_native(id: str, name: str) -> bool:
    return id.partition("/")[2] == name


def _print(model: Model, catalog: Catalog, sources: bool) -> None:
    output.say(safe(model.name or model.native_id), output.BOLD)
    output.say(safe(model.id))
    if names := [span.alias for span in catalog.aliases(model.id) if span.until is None]:
        output.say(safe(f"alias {', '.join(names)}"), output.DIM)
    provider = next((p for p in catalog.provider_lines() if p.provider == model.provider), None)
    told = {one.field: one for one in catalog.explanations(model.id)} if sources else {}
    for group in groups(model, provider):
        output.say()
        output.say(group.title, output.BOLD)
        for fact in group.facts:
            _fact(fact.label, fact.text)
            explained = told.pop(fact.field, None)
            if explained and (fact.known or explained.losing):
                _witnesses(explained)
    if model.base and len(served := catalog.base(model.base)) > 1:
        output.say()
        output.say(f"Everywhere {safe(model.base)} is served", output.BOLD)
        serving.rows(served)
    if model.endpoints:
        output.say()
        output.say("Endpoints", output.BOLD)
        endpoints(model.endpoints)


def _witnesses(explained: Explanation) -> None:
    """Who says so, and what others said instead."""
    if explained.evidence:
        output.say(f"  {'':18}{safe(_said(explained.evidence))}", output.DIM)
    for lost in explained.losing:
        if lost.reason.startswith(UNIT_UNKNOWN):
            _unpriced(lost)
            continue
        agrees = lost.value == explained.value
        instead = "agrees" if agrees else f"said {_short(lost.value)}; {lost.reason}"
        output.say(f"  {'':20}{safe(f'{_said(lost.evidence)}: {instead}')}", output.DIM)


def _unpriced(lost: Losing) -> None:
    """A price that is none for want of a unit: each value as it stands, and then why."""
    for name, text in lost.value.items():
        output.say(f"  {'':20}{safe(f'{_said(lost.evidence)}: {name} = {text}')}", output.DIM)
    output.say(f"  {'':20}{safe(lost.reason)}", output.DIM)


def _said(evidence: Evidence) -> str:
    return f"{evidence.source} · {evidence.evidence} · {evidence.observed_at:%Y-%m-%d}"


def _short(value: object) -> str:
    text = output.json_text(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _with_more(document: str, model: Model, catalog: Catalog, sources: bool, history: bool) -> str:
    said = _with_claims(document, model, catalog) if sources else document
    return _with_history(said, model, catalog) if history else said


def _with_claims(document: str, model: Model, catalog: Catalog) -> str:
    """The document with every witness of each field."""
    from ..service.shapes import claims

    said = output.json_text(claims(catalog.explanations(model.id)))
    return f'{document[:-1]},"claims":{said}}}'


def _fact(label: str, text: str) -> None:
    output.say(f"  {label:18}{safe(text)}")


def _history(model: Model, catalog: Catalog) -> None:
    output.say()
    output.say("History", output.BOLD)
    life = catalog.life(model.id)
    if life is None:
        output.say("  its provider's list was never recorded here")
        return
    for change in catalog.changes(id=model.id):
        output.say(f"  {change.at:%Y-%m-%d %H:%M}  {safe(told(change))}")
    output.say(f"  {life.first_seen:%Y-%m-%d %H:%M}  first seen in its provider's list")


def _with_history(document: str, model: Model, catalog: Catalog) -> str:
    """The document with every recorded change, newest first."""
    changes = [shape(change) for change in catalog.changes(id=model.id)]
    return f'{document[:-1]},"history":{output.json_text(changes)}}}'
