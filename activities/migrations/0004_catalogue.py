"""Seeds the programmes of the seed reports and kinds that came with plans and visits; administrators may change all."""

from django.db import migrations

# name, category, minutes, whether hours count
KINDS = [
    ("社区大型活动", "event", 120, False),
    ("网上学习", "online", 60, False),
    ("定期探访", "visit", 20, False),
    ("节日慰问", "visit", 20, False),
    ("六访六送", "visit", 20, False),
    ("网格入户日", "visit", 20, False),
]
PROGRAMMES = ["五进社区", "社区党日", "两邻节", "每周小活动", "每月大活动", "万场宣讲", "学社讲堂"]


def seed(apps, schema_editor):
    kind = apps.get_model("activities", "ActivityKind")
    kind.objects.filter(category="volunteer").update(counts_hours=True)
    kind.objects.filter(category="visit").update(usual_minutes=20)
    kind.objects.filter(category="counselling").update(usual_minutes=50)
    for position, (name, category, minutes, counts_hours) in enumerate(KINDS, start=18):
        kind.objects.get_or_create(
            name=name,
            defaults={
                "category": category,
                "usual_minutes": minutes,
                "counts_hours": counts_hours,
                "position": position,
            },
        )
    programme = apps.get_model("activities", "Programme")
    for position, name in enumerate(PROGRAMMES, start=1):
        programme.objects.get_or_create(name=name, defaults={"position": position})


class Migration(migrations.Migration):
    dependencies = [("activities", "0003_life")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
