"""Makes sure that every kind of meeting is a kind of activity; those that exist stay as they are."""

from django.db import migrations

# name, minutes
KINDS = [("支部党员大会", 90), ("支委会", 60), ("党小组会", 60), ("党课", 90), ("主题党日", 90)]


def seed(apps, schema_editor):
    kind = apps.get_model("activities", "ActivityKind")
    for position, (name, minutes) in enumerate(KINDS, start=24):
        kind.objects.get_or_create(
            name=name, defaults={"category": "party_life", "usual_minutes": minutes, "position": position}
        )


class Migration(migrations.Migration):
    dependencies = [("party", "0001_initial"), ("activities", "0006_of_resident")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
