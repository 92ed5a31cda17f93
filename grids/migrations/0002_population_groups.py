"""Seeds the nine population groups of seed report 000, in its order."""

from django.db import migrations

GROUPS = [
    ("retired", "离退休人员"),
    ("party_member", "居民党员"),
    ("youth", "青少年"),
    ("hardship", "特殊困难群体"),
    ("migrant_worker", "外来务工人员"),
    ("floating", "流动人口"),
    ("laid_off", "下岗职工"),
    ("unemployed", "无业人员"),
    ("relocated", "拆迁户"),
]


def seed(apps, schema_editor):
    group = apps.get_model("grids", "PopulationGroup")
    for position, (code, name) in enumerate(GROUPS, start=1):
        group.objects.create(code=code, name=name, position=position)


class Migration(migrations.Migration):
    dependencies = [("grids", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
