"""Which programs of each user rely on which models."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, delete, select

from ...domain.binding import Binding
from ...domain.catalog import How
from .database import Database
from .tables import binding


class Bindings:
    """Programs and the model ids they use; a bound model is not let go in silence."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, user: str) -> dict[str, tuple[str, ...]]:
        """The models of each of the user's programs, both sorted."""
        own = select(binding.c.program, binding.c.model).where(binding.c.owner == user)
        found: dict[str, list[str]] = {}
        with self._database.reading() as db:
            for program, model in sorted((program, model) for program, model in db.execute(own)):
                found.setdefault(program, []).append(model)
        return {program: tuple(models) for program, models in found.items()}

    def names(self, user: str) -> dict[tuple[str, str], Binding]:
        """Program and model → by which name the model was bound; what was bound without one is left
        out."""
        own = select(binding).where(binding.c.owner == user, binding.c.said.is_not(None))
        with self._database.reading() as db:
            rows = db.execute(own).mappings().all()
        return {
            (row["program"], row["model"]): Binding(
                program=row["program"],
                said=row["said"],
                id=row["model"],
                how=How(row["how"]),
                since=row["since"],
            )
            for row in rows
        }

    def put(
        self, user: str, program: str, models: Iterable[str], names: Iterable[Binding] = ()
    ) -> None:
        """Say anew which models a program uses; none: it uses none any more. `names` are those by
        which they were bound, one of a model. Raises `NotFound` when the user is gone."""
        said = {one.id: one for one in names}
        rows = [
            {"owner": user, "program": program, "model": model, **_said(said.get(model))}
            for model in sorted(set(models))
        ]
        add = self._database.insert(binding).on_conflict_do_nothing()
        with self._database.writing() as db:
            db.execute(delete(binding).where(*_of_program(user, program)))
            if rows:
                db.execute(add, rows)

    def remove(self, user: str, program: str) -> bool:
        """Forget a program; whether it was known."""
        with self._database.writing() as db:
            return db.execute(delete(binding).where(*_of_program(user, program))).rowcount > 0

    def models(self) -> frozenset[str]:
        """Every model that a program of anybody uses."""
        with self._database.reading() as db:
            return frozenset(db.scalars(select(binding.c.model).distinct()))

    def users_of(self, model: str) -> tuple[tuple[str, str], ...]:
        """Whose programs use a model: pairs of user and program, sorted."""
        wanted = select(binding.c.owner, binding.c.program).where(binding.c.model == model)
        with self._database.reading() as db:
            return tuple(sorted((owner, program) for owner, program in db.execute(wanted)))


def _said(one: Binding | None) -> dict[str, Any]:
    if one is None:
        return {"said": None, "how": None, "since": None}
    return {"said": one.said, "how": one.how.value, "since": one.since}


def _of_program(user: str, program: str) -> tuple[ColumnElement[bool], ...]:
    return (binding.c.owner == user, binding.c.program == program)
