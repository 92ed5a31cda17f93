"""Letting rows of all apps name the kept one of two: rows are moved, doubles dropped, spells cut to free days.

Who merges what: merging.py (two entries of a person), area_moves.py (two doors or buildings that become one).

The register knows no app above it. A model there may say what is particular about its rows:
    take_over(other)  a row of which a person has one: fills in what only the other entry's row has;
    CUT_END           what a spell says in `end` when it is cut short because the kept one has the days after it;
    LIFTED_BY_MERGE   triggers (pgtrigger URIs) that else refuse to let a row name another owner, or to drop a double.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pgtrigger
from django.db import IntegrityError, models, transaction

from communities.ranges import DayRange
from grids.models import GroupMembership, Residence

UNIQUE_VIOLATION, EXCLUSION_VIOLATION = "23505", "23P01"
Days = tuple[date, date | None]


@dataclass
class Outcome:
    """What a merge did, or in a rehearsal would do: rows by model, and those left out because the kept one has them."""

    moved: Counter[type[models.Model]] = field(default_factory=Counter)
    dropped: Counter[type[models.Model]] = field(default_factory=Counter)

    @property
    def lines(self) -> list[tuple[Any, int, int]]:
        """Name, number moved and number dropped, of each kind of row that there is."""
        models_met = (model for model in self.moved.keys() | self.dropped.keys() if not model._meta.auto_created)
        kinds = sorted(models_met, key=lambda model: model._meta.label)
        return [(model._meta.verbose_name, self.moved[model], self.dropped[model]) for model in kinds]

    def as_dict(self, counts: Counter[type[models.Model]]) -> dict[str, int]:
        """Return counts for the audit log."""
        return {model._meta.label_lower: count for model, count in counts.items()}


def list_relations(model: type[models.Model]) -> list[Any]:
    """Return the relations of all apps to a model, those without a name included; spells are merged by day."""
    relations = [r for r in model._meta.get_fields(include_hidden=True) if r.auto_created and not r.concrete]
    return [r for r in relations if r.related_model not in (Residence, GroupMembership)]


def take_rows(relation: Any, kept: models.Model, other: models.Model, outcome: Outcome) -> None:
    """Point the rows of a relation at the kept row; of what one can have once, the two are joined."""
    model, name = relation.related_model, relation.field.name
    if relation.many_to_many:  # served by the rows of its table, which are a relation of their own
        return
    own = model._base_manager.filter(**{name: kept}).first() if relation.one_to_one else None
    for row in model._base_manager.filter(**{name: other}).order_by("pk"):
        if own:
            join_rows(own, row, outcome)
        else:
            take_row(row, name, kept, outcome)


def join_rows(kept: models.Model, other: models.Model, outcome: Outcome) -> None:
    """Make one row of two that are about one person: what names the other then names the kept one, and the other goes.

    Deleted as it stands, the other would take with it whatever hangs on it: spells, notes, hours.
    """
    for relation in list_relations(type(other)):
        take_rows(relation, kept, other, outcome)
    model = type(other)
    model._base_manager.filter(pk=other.pk).delete()
    if take_over := getattr(kept, "take_over", None):
        take_over(other)
        kept.save()
    outcome.dropped[model] += 1


def take_row(row: models.Model, name: str, kept: models.Model, outcome: Outcome) -> None:
    """Point one row at its kept owner; a double is dropped, a spell keeps the days on which the owner has none."""
    model = type(row)
    rows = model._base_manager.filter(pk=row.pk)
    with lift_triggers(model):
        try:
            with transaction.atomic():
                rows.update(**{name: kept})
        except IntegrityError as error:
            code = getattr(error.__cause__, "pgcode", "")
            if code == EXCLUSION_VIOLATION:
                is_kept = keep_free_days(row, name, kept, error.__cause__.diag.constraint_name)  # type: ignore[union-attr]
            elif code == UNIQUE_VIOLATION:
                is_kept = False
            else:
                raise
            if not is_kept:
                rows.delete()
        else:
            is_kept = True
    (outcome.moved if is_kept else outcome.dropped)[model] += 1


def keep_free_days(row: Any, name: str, kept: models.Model, violated: str) -> bool:
    """Give the kept owner those days of a spell that none of its own spells takes; False when there are none."""
    model = type(row)
    constraint = next(one for one in model._meta.constraints if one.name == violated)
    keys = [key.source_expressions[0].name for key, _ in constraint.expressions if not isinstance(key, DayRange)]
    same = {key: getattr(row, key) for key in keys} | {name: kept}
    taken = model._base_manager.filter(constraint.condition or models.Q(), **same).values_list("since", "until")
    pieces = list(free_days((row.since, row.until), list(taken)))
    until = row.until
    for number, (start, end) in enumerate(pieces):
        row.pk = None if number else row.pk
        row._state.adding = bool(number)
        setattr(row, name, kept)
        row.since, row.until = start, end
        if end != until and hasattr(model, "CUT_END"):
            row.end = model.CUT_END
        row.save()
    return bool(pieces)


def lift_triggers(model: type[models.Model]) -> AbstractContextManager[None]:
    """Let the model's rows change their owner, where triggers would refuse it."""
    lifted = getattr(model, "LIFTED_BY_MERGE", ())
    return pgtrigger.ignore(*lifted) if lifted else nullcontext()


def free_days(days: Days, taken: list[Days]) -> Iterator[Days]:
    """Yield the parts of a spell that no other spell covers; nothing for a spell that covers no day."""
    since, until = days
    for start, end in sorted(((s, u or date.max) for s, u in taken if s != u), key=lambda pair: pair[0]):
        if until is not None and start >= until:
            break
        if start > since:
            yield since, start
        since = max(since, end)
    if until is None:
        if since < date.max:
            yield since, None
    elif since < until:
        yield since, until
