"""Seeds the meetings of 三会一课 as kinds of activities, so that rules can tell them apart."""

from django.db import migrations

# name, minutes
KINDS = [("支部党员大会", 90), ("支委会", 60), ("党小组会", 60), ("党课", 90)]


def seed(apps, schema_editor):
    kind = apps.get_model("activities", "ActivityKind")
    for position, (name, minutes) in enumerate(KINDS, start=24):
        kind.objects.get_or_create(
            name=name, defaults={"category": "party_life", "usual_minutes": minutes, "position": position}
        )


class Migration(migrations.Migration):
    dependencies = [("cadence", "0001_initial"), ("activities", "0004_catalogue")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
