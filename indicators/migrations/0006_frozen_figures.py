"""Frozen cells keep what every indicator answered, too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("indicators", "0005_area_marks")]

    operations = [
        migrations.AlterField(
            model_name="frozencell",
            name="table",
            field=models.CharField(
                choices=[("reach", "触达"), ("activity", "活动"), ("tally", "计数"), ("figure", "指标")],
                db_collation="C",
                max_length=8,
            ),
        ),
    ]
