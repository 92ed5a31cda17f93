"""Counts the rows anywhere in the portal that point to somebody or something of given places."""

from collections import Counter
from collections.abc import Iterable

from django.apps import apps
from django.conf import settings
from django.db import connection, models

from accounts.models import User
from activities.models import Activity
from communities.models import Community
from grids.models import Building, Grid, Household, Resident
from indicators.models import DirtyMark
from tests.access import Place


def count_references(places: Iterable[Place]) -> Counter:
    """Return the number of rows by column that points to a resident, a home, an account … of the places."""
    communities = [place.community.pk for place in places]
    owned: dict[type[models.Model], models.QuerySet] = {
        Community: Community.objects.filter(pk__in=communities),
        User: User.objects.filter(community__in=communities),
        Resident: Resident.objects.filter(community__in=communities),
        Grid: Grid.objects.filter(community__in=communities),
        Building: Building.objects.filter(grid__community__in=communities),
        Household: Household.objects.filter(building__grid__community__in=communities),
        Activity: Activity.objects.filter(community__in=communities),
    }
    keys = {model: list(rows.values_list("pk", flat=True)) for model, rows in owned.items()}
    parts, given = [], []
    for column, target in list_columns():
        table, _, name = column.partition(".")
        table, name = map(connection.ops.quote_name, (table, name))
        parts.append(f"select '{column}', count(*) from {table} where {name} = any(%s)")
        given.append(keys[target])
    with connection.cursor() as cursor:
        cursor.execute(" union all ".join(parts), given)
        return Counter(dict(cursor.fetchall()))


def list_columns() -> list[tuple[str, type[models.Model]]]:
    """Return "table.column" of every foreign key of ours to one of these models."""
    targets = {Community, User, Resident, Grid, Building, Household, Activity}
    ours = [model for model in apps.get_models(include_auto_created=True) if is_ours(model)]
    fields = (field for model in ours for field in model._meta.local_concrete_fields)
    keys = [field for field in fields if field.remote_field and field.related_model in targets]
    # Marks are set by triggers for whoever a change concerns: somebody who moved away, a list that all share.
    keys = [field for field in keys if field.model is not DirtyMark]
    return [(f"{field.model._meta.db_table}.{field.column}", field.related_model) for field in keys]


def is_ours(model: type[models.Model]) -> bool:
    """Tell whether a model is kept in a table of the portal's own apps."""
    app = apps.get_app_config(model._meta.app_label)
    return app.path.startswith(str(settings.BASE_DIR)) and model._meta.managed and not model._meta.proxy
