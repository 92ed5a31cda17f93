"""Writes on templates of activities. On which days a template comes again: series.py."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from accounts.audit import record
from accounts.models import User
from activities.models import ActivityTemplate


@transaction.atomic
def save_template(template: ActivityTemplate, *, links: Mapping[str, Iterable[Any]], by: User) -> ActivityTemplate:
    """Save a template, new or changed, with the rows of its many-to-many fields by name; what is planned stays."""
    deed = "change" if template.pk else "add"
    template.save()
    for name, rows in links.items():
        getattr(template, name).set(rows)
    record(f"activity_template.{deed}", by=by, target=template, area_code=template.community.code)
    return template
